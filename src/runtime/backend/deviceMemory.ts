/**
 * Tensors that stay on the device between calls. Of the binding's providers WebGPU alone can (`preferredOutputLocation: gpu-buffer`; CUDA's results always come
 * to memory). In onnxruntime-node 1.30.0 such a tensor's own `getData` ends the process (an uncaught C++ exception), and a session on the processor reads what
 * it is not, so both ways go through a session of the same provider that passes its inputs on.
 */
import type * as Ort from "onnxruntime-node";
import { DescentError } from "../../common/errors.js";
import { isOnDevice, type DeviceMemory, type DeviceTensor, type Feeds, type Provider } from "../../engine/training/backend.js";
import type { ConstantTensor, DataType, Value } from "../../engine/graph/types.js";
import { encodeModel } from "../../engine/onnx/encode.js";
import { fromOrtTensor, toOrtTensor } from "./tensors.js";

/** Providers whose tensors can stay where they are. */
const keeping: readonly Provider[] = ["webgpu"];

export function canKeep(provider: Provider): boolean {
  return keeping.includes(provider);
}

/** A tensor of the binding in a GPU buffer. */
class BufferTensor implements DeviceTensor {
  readonly location = "device";

  constructor(readonly inner: Ort.Tensor) {}

  get type(): DataType {
    return this.inner.type as DataType;
  }

  get dims(): readonly number[] {
    return this.inner.dims;
  }

  release(): void {
    this.inner.dispose();
  }
}

/** Feeds as the binding takes them: memory as it is, buffers where they are. */
export function toOrtFeeds(ort: typeof Ort, feeds: Feeds): Record<string, Ort.Tensor> {
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, isOnDevice(tensor) ? bufferOf(tensor) : toOrtTensor(ort, tensor)]));
}

function bufferOf(tensor: DeviceTensor): Ort.Tensor {
  if (!(tensor instanceof BufferTensor)) throw new DescentError("internal-error", "A tensor of another backend's device was fed.");
  return tensor.inner;
}

/** A result of the binding: where it came to memory ours over the same memory, else the buffer. */
export function fromOrtResult(tensor: Ort.Tensor): ConstantTensor | DeviceTensor {
  return tensor.location === "cpu" ? fromOrtTensor(tensor) : new BufferTensor(tensor);
}

/** What makes the sessions that pass tensors on, and runs them; failures are the caller's to word. */
export interface Passing {
  open(model: Uint8Array, kept: readonly string[]): Promise<Ort.InferenceSession>;
  run(session: Ort.InferenceSession, feeds: Record<string, Ort.Tensor>): Promise<Ort.InferenceSession.ReturnType>;
}

/** The way there and back. A session for tensors of the same types and shapes is made once. */
export function createDeviceMemory(ort: () => Promise<typeof Ort>, passing: Passing): DeviceMemory {
  const sessions = new Map<string, Promise<Ort.InferenceSession>>();
  const pass = async (way: "in" | "out", feeds: Feeds): Promise<(readonly [string, Ort.Tensor])[]> => {
    const entries = Object.entries(feeds);
    const values = entries.map(([, { type, dims }], i): Value => ({ name: `x${i}`, type, shape: [...dims] }));
    const key = `${way} ${values.map(({ type, shape }) => `${type}[${shape!.join()}]`).join()}`;
    const opening = sessions.get(key) ?? passing.open(passingModel(values), way === "in" ? values.map(({ name }) => resultOf(name)) : []);
    sessions.set(key, opening);
    const named = toOrtFeeds(await ort(), Object.fromEntries(entries.map(([, tensor], i) => [values[i].name, tensor])));
    const results = await passing.run(await opening, named);
    return entries.map(([name], i) => [name, results[resultOf(values[i].name)] as Ort.Tensor] as const);
  };
  return {
    place: async (tensors) => Object.fromEntries((await pass("in", tensors)).map(([name, tensor]) => [name, new BufferTensor(tensor)])),
    fetch: async (tensors) => Object.fromEntries((await pass("out", tensors)).map(([name, tensor]) => [name, fromOrtTensor(tensor)])),
  };
}

function resultOf(name: string): string {
  return `${name}/passed`;
}

/** y = x for each of these values. */
function passingModel(inputs: readonly Value[]): Uint8Array {
  const outputs = inputs.map((value): Value => ({ ...value, name: resultOf(value.name) }));
  return encodeModel({
    graph: {
      name: "pass",
      inputs, outputs,
      initializers: new Map(),
      nodes: inputs.map(({ name }) => ({ name, op: "Identity", domain: "", inputs: [name], outputs: [resultOf(name)], attributes: {} })),
      values: new Map([...inputs, ...outputs].map((value) => [value.name, value])),
    },
    opsets: new Map([["", 17]]),
    irVersion: 8,
    metadata: new Map(),
  });
}
