import type { CurveAnswer, CurveFacts, CurveRequest } from "../../protocol/curves.js";
import type { LayerHistogram } from "../../protocol/histograms.js";
import type { NewPoints } from "../../runs/series/curveStore.js";

/** The curves of one run, wherever their points are held. */
export interface CurveSource {
  /** Reads everything that is there; the facts of every curve. Rejects with a `DescentError` where nothing can be read. */
  load(): Promise<readonly CurveFacts[]>;
  /** New points of a live run. */
  append(points: readonly NewPoints[]): void;
  /** The facts of the curves that changed since they were last told. */
  changed(): Promise<readonly CurveFacts[]>;
  /** Answers in the order asked; what only follows the run with `liveColumns` columns at most. */
  answer(requests: readonly CurveRequest[], liveColumns: number): Promise<readonly CurveAnswer[]>;
  /** Writes every point of the curves to a CSV file. */
  writeCsv(tags: readonly string[], file: string): Promise<void>;
  /** How the values of a layer lay through time; absent where a source has none. */
  histograms?(layer: string): Promise<readonly LayerHistogram[]>;
  appendHistograms?(histograms: readonly LayerHistogram[]): void;
  dispose(): void;
}
