import type { ConstantTensor } from "../graph/types.js";

/** Execution providers that a session may ask for, in order of preference. */
export type Provider = "cpu" | "cuda" | "webgpu";

export interface SessionOptions {
  readonly provider: Provider;
  /** Threads within an operator. */
  readonly threads: number;
  /** Whether waiting threads spin; off on a busy machine. Default true. */
  readonly spinning?: boolean;
  /** The graph's operators as `operatorsOf` names them: what is made for others need not look at it. Absent: not known. */
  readonly operators?: ReadonlySet<string>;
  /** Outputs that stay on the device; only for providers with a `DeviceMemory`, and run by `runKeeping`. */
  readonly kept?: readonly string[];
}

/** A tensor that lies on a device: the backend that made it feeds it to its sessions without a copy. */
export interface DeviceTensor {
  readonly location: "device";
  readonly type: ConstantTensor["type"];
  readonly dims: readonly number[];
  /** Gives its memory back; it cannot be fed or fetched any more. */
  release(): void;
}

export function isOnDevice(tensor: ConstantTensor | DeviceTensor): tensor is DeviceTensor {
  return "location" in tensor;
}

/** The way between memory and a device on which tensors can stay from call to call. */
export interface DeviceMemory {
  place(tensors: Readonly<Record<string, ConstantTensor>>): Promise<Record<string, DeviceTensor>>;
  /** Throws as `Session.run` does; the tensors stay on the device. */
  fetch(tensors: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, ConstantTensor>>;
}

export type Feeds = Readonly<Record<string, ConstantTensor | DeviceTensor>>;

/**
 * What executes ONNX models: onnxruntime-node in the runtime process, onnxruntime-web in a browser.
 * The engine itself imports neither.
 */
export interface Backend {
  /** Compiles a serialised ONNX model. Throws DescentError `session-refused` with the runtime's words. */
  createSession(model: Uint8Array, options: SessionOptions): Promise<Session>;
  /** null, or absent: results of this provider always come back to memory. */
  deviceMemory?(provider: Provider): DeviceMemory | null;
}

export interface Session {
  /**
   * One synchronous pass: every input of the graph by name, every output by name. Outputs may be fed again
   * without a copy. Throws DescentError `execution-failed`, or `out-of-memory`, `device-lost`, `device-busy` where the device is to blame.
   */
  run(feeds: Readonly<Record<string, ConstantTensor>>): Promise<Record<string, ConstantTensor>>;
  /** The same for a session made with `kept`: those outputs are the caller's, on the device. */
  runKeeping?(feeds: Feeds): Promise<{ readonly results: Record<string, ConstantTensor>; readonly kept: Record<string, DeviceTensor> }>;
  release(): Promise<void>;
}
