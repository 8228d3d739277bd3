/** What the thread that reads examples and the runtime process say to each other (structured clone; arrays are handed over, not copied). */
import type { SerializedError } from "../../common/errors.js";
import type { StreamPlan } from "../../files/stream/streamDataset.js";

/** Given to the worker when it starts. */
export interface ExampleWorkerData {
  readonly plan: StreamPlan;
}

export interface ExampleRequest {
  readonly id: number;
  /** Positions in the data set. */
  readonly indices: Int32Array;
  /** Whether what lies beside them will be wanted soon. */
  readonly again: boolean;
}

export type ExampleAnswer =
  | { readonly id: number; readonly data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>; readonly dims: readonly number[] }
  | { readonly id: number; readonly error: SerializedError };
