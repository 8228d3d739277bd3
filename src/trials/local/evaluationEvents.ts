import { fromJsonNumber } from "../../common/numbers.js";
import type { SeriesUpdate } from "../../protocol/runtime.js";
import type { TrialEvent } from "../executor.js";

/** Makes one `evaluated` event of the series of each step that has validation figures, with the training figures that stand then. */
export class EvaluationEvents {
  private readonly training: Record<string, number> = {};
  private lastStep = 0;

  constructor(private readonly onEvent: (event: TrialEvent) => void) {}

  /** `epoch`: that of the last step of the update. */
  add(epoch: number, series: readonly SeriesUpdate[]): void {
    const steps = new Map<number, Record<string, number>>();
    for (const { tag, steps: at, values } of series) {
      if (tag.startsWith("train/")) this.training[tag] = fromJsonNumber(values[values.length - 1]);
      if (tag.startsWith("train/")) this.lastStep = Math.max(this.lastStep, at[at.length - 1]);
      if (!tag.startsWith("validation/")) continue;
      for (let i = 0; i < at.length; i++) {
        const entry = steps.get(at[i]) ?? {};
        steps.set(at[i], entry);
        entry[tag] = fromJsonNumber(values[i]);
      }
    }
    const newest = Math.max(this.lastStep, ...steps.keys());
    for (const [step, values] of [...steps].sort(([a], [b]) => a - b)) {
      this.onEvent({ kind: "evaluated", step, epoch: newest > 0 ? (epoch * step) / newest : epoch, values: { ...this.training, ...values } });
    }
  }
}
