import { fromJsonNumber } from "../../common/numbers.js";
import type { PanelSeries } from "../../protocol/panel.js";
import type { SeriesUpdate } from "../../protocol/runtime.js";

/** Collects new points until a panel takes them, so that a fast run reaches it a few times a second in one message each. */
export class SeriesBuffer {
  private readonly tags = new Map<string, { readonly steps: number[]; readonly values: number[] }>();

  get isEmpty(): boolean {
    return this.tags.size === 0;
  }

  add(updates: readonly SeriesUpdate[]): void {
    for (const { tag, steps, values } of updates) {
      let kept = this.tags.get(tag);
      if (!kept) this.tags.set(tag, (kept = { steps: [], values: [] }));
      for (let i = 0; i < steps.length; i++) {
        kept.steps.push(steps[i]);
        kept.values.push(fromJsonNumber(values[i]));
      }
    }
  }

  /** Everything collected, in order of arrival; the buffer is then empty. */
  drain(): PanelSeries[] {
    const series = [...this.tags].map(([tag, { steps, values }]) => ({ tag, steps: Float64Array.from(steps), values: Float64Array.from(values) }));
    this.tags.clear();
    return series;
  }
}

/** A run's history cut into messages of at most `limit` points, each tag's points in order. At least one piece, empty where there is nothing. */
export function* historyPieces(history: ReadonlyMap<string, { readonly steps: Float64Array; readonly values: Float64Array }>, limit: number): Generator<PanelSeries[]> {
  let piece: PanelSeries[] = [];
  let points = 0;
  let yielded = false;
  for (const [tag, { steps, values }] of history) {
    for (let from = 0; from < steps.length; ) {
      const to = Math.min(steps.length, from + limit - points);
      // copies: a view would carry its whole buffer across
      piece.push({ tag, steps: steps.slice(from, to), values: values.slice(from, to) });
      points += to - from;
      from = to;
      if (points < limit) continue;
      yield piece;
      yielded = true;
      piece = [];
      points = 0;
    }
  }
  if (piece.length > 0 || !yielded) yield piece;
}
