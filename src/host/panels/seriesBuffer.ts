import { fromJsonNumber } from "../../common/numbers.js";
import type { SeriesUpdate } from "../../protocol/runtime.js";
import type { NewPoints } from "../../runs/series/curveStore.js";

/** Collects new points between two updates of a panel, so that a fast run is taken in a few times a second. */
export class SeriesBuffer {
  private readonly tags = new Map<string, { readonly steps: number[]; readonly values: number[]; readonly times: number[] }>();

  get isEmpty(): boolean {
    return this.tags.size === 0;
  }

  /** `time`: when they came, in seconds since 1970. */
  add(updates: readonly SeriesUpdate[], time: number): void {
    for (const { tag, steps, values } of updates) {
      let kept = this.tags.get(tag);
      if (!kept) this.tags.set(tag, (kept = { steps: [], values: [], times: [] }));
      for (let i = 0; i < steps.length; i++) {
        kept.steps.push(steps[i]);
        kept.values.push(fromJsonNumber(values[i]));
        kept.times.push(time);
      }
    }
  }

  /** Everything collected, in order of arrival; the buffer is then empty. */
  drain(): NewPoints[] {
    const points = [...this.tags].map(([tag, { steps, values, times }]) => ({ tag, steps: Float64Array.from(steps), values: Float64Array.from(values), times: Float64Array.from(times) }));
    this.tags.clear();
    return points;
  }
}
