/** What the host and the thread that holds the curves say to each other (structured clone). */
import type { SerializedError } from "../../common/errors.js";
import type { CurveAnswer, CurveFacts, CurveRequest } from "../../protocol/curves.js";
import type { LayerHistogram } from "../../protocol/histograms.js";
import type { NewPoints } from "../../runs/series/curveStore.js";

/** `source` numbers the panels' sources; all but what is appended and `close` are answered, by `id`. */
export type CurveOrder = { readonly id: number; readonly source: number } & (
  | { readonly order: "load"; readonly folder: string }
  | { readonly order: "append"; readonly points: readonly NewPoints[] }
  | { readonly order: "changed" }
  | { readonly order: "answer"; readonly requests: readonly CurveRequest[]; readonly liveColumns: number }
  | { readonly order: "csv"; readonly tags: readonly string[]; readonly file: string }
  | { readonly order: "histograms"; readonly layer: string }
  | { readonly order: "append-histograms"; readonly histograms: readonly LayerHistogram[] }
  | { readonly order: "close" }
);

export type CurveReply = { readonly id: number } & (
  | { readonly facts: readonly CurveFacts[] }
  | { readonly answers: readonly CurveAnswer[] }
  | { readonly histograms: readonly LayerHistogram[] }
  | { readonly done: true }
  | { readonly error: SerializedError }
);
