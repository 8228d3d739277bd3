/** What counts as better, the best so far, and patience. */

/** Whether smaller is better. */
export function isLowerBetter(metric: string): boolean {
  return /(^|\/)(loss|loss_with_penalty|mae|rmse|mse|perplexity)$/.test(metric);
}

/** Whether `value` beats `old` by more than `margin`; NaN never does, anything beats nothing. */
export function improves(metric: string, value: number, old: number | null, margin = 0): boolean {
  if (Number.isNaN(value)) return false;
  if (old === null) return true;
  return isLowerBetter(metric) ? value < old - margin : value > old + margin;
}

/** Patience of early stopping: evaluations without an improvement on the best by `minDelta`. */
export class Patience {
  constructor(
    private readonly metric: string,
    private readonly patience: number,
    private readonly minDelta: number,
    public reference: number | null = null,
    public waited = 0,
  ) {}

  /** Takes an evaluation's value in; true when patience is at its end. */
  isExhaustedBy(value: number): boolean {
    if (improves(this.metric, value, this.reference, this.reference === null ? 0 : this.minDelta)) {
      this.reference = value;
      this.waited = 0;
    } else {
      this.waited++;
    }
    return this.waited >= this.patience;
  }
}
