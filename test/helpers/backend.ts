/** ONNX Runtime for tests, and short ways to run a graph or a model once. */
import type { GraphBuilder } from "../../src/engine/graph/builder.js";
import { numbersOf } from "../../src/engine/graph/tensorData.js";
import type { ConstantTensor, Model } from "../../src/engine/graph/types.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import type { SessionOptions } from "../../src/engine/training/backend.js";
import { createOnnxRuntimeBackend } from "../../src/runtime/backend/onnxRuntimeBackend.js";

export const backend = createOnnxRuntimeBackend();

const oneThread: SessionOptions = { provider: "cpu", threads: 1, spinning: false };

/** The graph as a model of its opset, with the runtime's own operators allowed. */
export function modelOf(graph: GraphBuilder, name = "test"): Model {
  const opsets = new Map([["", graph.opset], ["com.microsoft", 1], ["com.microsoft.nchwc", 1]]);
  return { graph: graph.build(name), opsets, irVersion: 9, metadata: new Map() };
}

/** One pass of a model. */
export async function runModel(model: Model | Uint8Array, feeds: Readonly<Record<string, ConstantTensor>>, options = oneThread): Promise<Record<string, ConstantTensor>> {
  const session = await backend.createSession(model instanceof Uint8Array ? model : encodeModel(model), options);
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

/** One pass of a graph; outputs as plain numbers. */
export async function runGraph(graph: GraphBuilder, feeds: Readonly<Record<string, ConstantTensor>>, options = oneThread): Promise<Record<string, number[]>> {
  const outputs = await runModel(modelOf(graph), feeds, options);
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, numbersOf(tensor)]));
}
