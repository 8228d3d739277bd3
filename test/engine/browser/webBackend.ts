/** ONNX Runtime's WebAssembly build as the engine's backend, in a browser page. */
import * as ort from "onnxruntime-web/wasm";
import { DescentError } from "../../../src/common/errors.js";
import type { ConstantTensor, DataType, TensorData } from "../../../src/engine/graph/types.js";
import type { Backend } from "../../../src/engine/training/backend.js";

/** One thread: more need a page that is isolated from others. `address` is where the package's .mjs and .wasm files are served, with a slash at its end. */
export function createWebBackend(address: string): Backend {
  ort.env.wasm.wasmPaths = address;
  ort.env.wasm.numThreads = 1;
  return {
    async createSession(model) {
      const inner = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] }).catch((thrown: unknown) => {
        throw new DescentError("session-refused", `ONNX Runtime refuses the graph: ${String(thrown)}`);
      });
      return {
        async run(feeds) {
          const tensors = Object.fromEntries(Object.entries(feeds).map(([name, { type, dims, data }]) => [name, new ort.Tensor(type as "float32", data as Float32Array, dims as number[])]));
          const results = await inner.run(tensors).catch((thrown: unknown) => {
            throw new DescentError("execution-failed", `ONNX Runtime failed while running the graph: ${String(thrown)}`);
          });
          return Object.fromEntries(Object.entries(results).map(([name, { type, dims, data }]): [string, ConstantTensor] => [name, { type: type as DataType, dims, data: data as TensorData }]));
        },
        release: () => inner.release(),
      };
    },
  };
}
