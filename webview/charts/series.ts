import { Pyramid } from "./pyramid.js";

/** What a line can be drawn from: `steps` and `values` hold `length` entries (the arrays may be longer), steps rise. */
export interface Curve {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  readonly length: number;
  readonly pyramid: Pyramid;
  /** Indices of the values that are NaN or infinite, rising. */
  readonly nonFinite: readonly number[];
  /** The distance of neighbouring steps where it is the same throughout, else 0. */
  readonly stride: number;
}

/** The points of one scalar, growing. Memory: 16 bytes a point, doubled at most by growth, plus 11 for the pyramid. */
export class Series implements Curve {
  steps = new Float64Array(256);
  values = new Float64Array(256);
  length = 0;
  readonly pyramid = new Pyramid();
  readonly nonFinite: number[] = [];
  stride = 0;
  private even = true;
  /** Rises with every change. */
  version = 0;
  /** Rises when points were taken back; what was derived from them is computed anew. */
  generation = 0;

  /** Appends points whose steps rise; points at or after the first new step give way (a run that resumes goes back). */
  append(steps: Float64Array, values: Float64Array): void {
    const count = Math.min(steps.length, values.length);
    if (count === 0) return;
    if (this.length > 0 && steps[0] <= this.steps[this.length - 1]) this.truncate(lowerBound(this.steps, this.length, steps[0]));
    const end = this.length + count;
    if (end > this.steps.length) {
      this.steps = enlarged(this.steps, end);
      this.values = enlarged(this.values, end);
    }
    this.steps.set(steps.subarray(0, count), this.length);
    this.values.set(values.subarray(0, count), this.length);
    this.even = this.even && isEven(this.steps, Math.max(0, this.length - 1), end, this.stride);
    this.stride = this.even && end > 1 ? this.steps[1] - this.steps[0] : 0;
    for (let i = this.length; i < end; i++) if (!Number.isFinite(this.values[i])) this.nonFinite.push(i);
    this.length = end;
    this.pyramid.extend(this.values, end);
    this.version++;
  }

  /** The last point's value; NaN where there is none. */
  get last(): number {
    return this.length > 0 ? this.values[this.length - 1] : NaN;
  }

  private truncate(length: number): void {
    this.length = length;
    while (this.nonFinite.length > 0 && this.nonFinite[this.nonFinite.length - 1] >= length) this.nonFinite.pop();
    this.pyramid.truncate(length);
    this.generation++;
  }
}

/** The first index of `sorted[0 .. length)` whose entry is at least `x`; `length` where none is. */
export function lowerBound(sorted: ArrayLike<number>, length: number, x: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index whose step is nearest to `step`; -1 where the curve is empty. */
export function nearestIndex(curve: Curve, step: number): number {
  if (curve.length === 0) return -1;
  const after = lowerBound(curve.steps, curve.length, step);
  if (after === 0) return 0;
  if (after === curve.length) return curve.length - 1;
  return step - curve.steps[after - 1] <= curve.steps[after] - step ? after - 1 : after;
}

/** True where the steps in [from, end) lie `stride` apart; a stride of 0 is taken from the first two. */
function isEven(steps: Float64Array, from: number, end: number, stride: number): boolean {
  const apart = stride || steps[from + 1] - steps[from];
  for (let i = from + 1; i < end; i++) if (steps[i] - steps[i - 1] !== apart) return false;
  return true;
}

function enlarged(array: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}
