import { flagOf } from "./columns.js";

/** Where a curve's values are NaN or infinite, as stretches of equal kind: a run that went bad and stayed so takes one. */
export class NonFiniteRuns {
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private readonly kinds: number[] = [];

  /** How many values are not finite. */
  count = 0;

  /** Takes in the value at `index`; indices rise. */
  push(index: number, value: number): void {
    const kind = flagOf(value);
    if (kind === 0) return;
    const i = this.starts.length - 1;
    this.count++;
    if (i >= 0 && this.ends[i] === index && this.kinds[i] === kind) this.ends[i]++;
    else {
      this.starts.push(index);
      this.ends.push(index + 1);
      this.kinds.push(kind);
    }
  }

  /** Forgets the indices from `length` on. */
  truncate(length: number): void {
    while (this.starts.length > 0 && this.ends[this.ends.length - 1] > length) {
      const i = this.starts.length - 1;
      const kept = Math.max(0, length - this.starts[i]);
      this.count -= this.ends[i] - this.starts[i] - kept;
      if (kept > 0) {
        this.ends[i] = length;
        return;
      }
      this.starts.pop();
      this.ends.pop();
      this.kinds.pop();
    }
  }

  /** The kinds (`flags`, joined by or) that occur in the indices [from, to). */
  flagsIn(from: number, to: number): number {
    if (this.count === 0) return 0;
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ends[middle] <= from) low = middle + 1;
      else high = middle;
    }
    let marks = 0;
    for (; low < this.starts.length && this.starts[low] < to && marks !== 7; low++) marks |= this.kinds[low];
    return marks;
  }
}
