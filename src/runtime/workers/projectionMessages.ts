/** What the projection worker and the runtime process say to each other (structured clone; arrays are handed over, not copied). */
import type { SerializedError } from "../../common/errors.js";

export interface ProjectionRequest {
  readonly kind: "project";
  readonly id: number;
  readonly method: "tsne" | "pca" | "umap";
  /** [rows, width], row-major. */
  readonly points: Float32Array;
  readonly rows: number;
  readonly width: number;
  /** A layout of the same points to start from, [rows, 2]. */
  readonly start: Float32Array | null;
  readonly seed: number;
  /** Threads that help the worker. */
  readonly helpers: number;
  /** Iterations between layouts posted; 0 posts the last one alone. */
  readonly every: number;
}

export type ToProjectionWorker = ProjectionRequest | { readonly kind: "cancel"; readonly id: number };

export type FromProjectionWorker =
  /** [rows, 2]; `done` once a request. */
  | { readonly kind: "layout"; readonly id: number; readonly iteration: number; readonly done: boolean; readonly layout: Float32Array }
  | { readonly kind: "cancelled"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly error: SerializedError };

/** Given to the worker when it starts. */
export interface ProjectionWorkerData {
  /** Path of tsne.wasm. */
  readonly wasm: string;
  /** Path of the helpers' script. */
  readonly helper: string;
}
