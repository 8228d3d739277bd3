/** What the host and the thread that reads a folder of logs say to each other (structured clone). */
import type { SerializedError } from "../common/errors.js";
import type { CurveAnswer, CurveFacts, CurveRequest } from "../protocol/curves.js";
import type { Projection } from "../protocol/evaluation.js";
import type { Finding } from "../protocol/finding.js";
import type { MediaTag, MediaValue, UnshownMedia } from "../protocol/logMedia.js";
import type { Manifest } from "../protocol/manifest.js";
import type { LogProgress, LogTrouble } from "./logReader.js";

/** Given to the thread when it starts. */
export interface LogThreadData {
  /** Absolute. */
  readonly folder: string;
  /** The product's own folder. */
  readonly storage: string | null;
  /** Path of the projections' kernels, tsne.wasm. */
  readonly wasm: string;
}

/** How a log stands: told as it is read, and whenever it grows. */
export interface LogListing {
  /** By folder within the log. */
  readonly runs: readonly { readonly folder: string; readonly manifest: Manifest; readonly tags: number }[];
  readonly progress: LogProgress;
  readonly troubles: readonly LogTrouble[];
  /** Tags in all. */
  readonly tags: number;
}

/** `run`: the run's folder within the log. All are answered, by `id`. */
export type LogOrder = { readonly id: number } & (
  | { readonly order: "facts"; readonly run: string; readonly changed: boolean; readonly follower: number }
  | { readonly order: "answer"; readonly run: string; readonly requests: readonly CurveRequest[]; readonly liveColumns: number }
  | { readonly order: "csv"; readonly run: string; readonly tags: readonly string[]; readonly file: string }
  | { readonly order: "findings"; readonly run: string }
  | { readonly order: "troubles" }
  | { readonly order: "media-tags"; readonly run: string }
  | { readonly order: "projections"; readonly run: string }
  | { readonly order: "media"; readonly run: string; readonly tag: string; readonly index: number }
  /** Keeps what was read; the thread may then be ended. */
  | { readonly order: "close" }
);

export type LogReply = { readonly id: number } & (
  | { readonly facts: readonly CurveFacts[] }
  | { readonly answers: readonly CurveAnswer[] }
  | { readonly findings: readonly Finding[] }
  | { readonly troubles: readonly LogTrouble[] }
  | { readonly tags: readonly MediaTag[]; readonly unshown: readonly UnshownMedia[] }
  | { readonly projections: readonly Projection[] }
  | { readonly value: MediaValue }
  | { readonly done: true }
  | { readonly error: SerializedError }
);

/** Unasked. */
export type LogEvent =
  | { readonly event: "listing"; readonly listing: LogListing }
  /** The folder is not there any more; what was read is still shown. */
  | { readonly event: "gone"; readonly message: string }
  /** The folder could not be opened. */
  | { readonly event: "failed"; readonly error: SerializedError };
