import type { JsonNumber } from "../common/numbers.js";
import type { ScalarsEvent } from "../protocol/runEvents.js";
import type { SeriesUpdate } from "../protocol/runtime.js";

/**
 * Turns points by tag into one `scalars` object a step. A step is given out when a later one comes or at `flush`, for its evaluation may
 * still follow.
 */
export class ScalarLines {
  private readonly steps = new Map<number, Record<string, JsonNumber>>();

  /** `stepsPerEpoch` gives each step its epoch, from 1. */
  constructor(
    private readonly stepsPerEpoch: number,
    private readonly onStep: (event: ScalarsEvent) => void,
  ) {}

  add(series: readonly SeriesUpdate[]): void {
    for (const { tag, steps, values } of series) {
      steps.forEach((step, i) => {
        let entry = this.steps.get(step);
        if (!entry) this.steps.set(step, (entry = {}));
        entry[tag] = values[i];
      });
    }
    this.give(Math.max(...this.steps.keys()));
  }

  /** Gives out what is held back. */
  flush(): void {
    this.give(Infinity);
  }

  private give(before: number): void {
    for (const step of [...this.steps.keys()].filter((known) => known < before).sort((a, b) => a - b)) {
      this.onStep({ event: "scalars", step, epoch: Math.max(1, Math.ceil(step / this.stepsPerEpoch)), values: this.steps.get(step)! });
      this.steps.delete(step);
    }
  }
}
