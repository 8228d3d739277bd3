import type { ConstantTensor } from "../graph/types.js";

/** Execution providers that a session may ask for, in order of preference. */
export type Provider = "cpu" | "cuda" | "webgpu";

export interface SessionOptions {
  readonly provider: Provider;
  /** Threads within an operator. */
  readonly threads: number;
  /** Whether waiting threads spin; off on a busy machine. Default true. */
  readonly spinning?: boolean;
}

/**
 * What executes ONNX models: onnxruntime-node in the runtime process, onnxruntime-web in a browser.
 * The engine itself imports neither.
 */
export interface Backend {
  /** Compiles a serialised ONNX model. Throws DescentError `session-refused` with the runtime's words. */
  createSession(model: Uint8Array, options: SessionOptions): Promise<Session>;
}

export interface Session {
  /**
   * One synchronous pass: every input of the graph by name, every output by name. Outputs may be fed again
   * without a copy. Throws DescentError `execution-failed`, or `out-of-memory`, `device-lost`, `device-busy` where the device is to blame.
   */
  run(feeds: Readonly<Record<string, ConstantTensor>>): Promise<Record<string, ConstantTensor>>;
  release(): Promise<void>;
}
