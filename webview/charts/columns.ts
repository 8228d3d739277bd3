import { type Curve, lowerBound } from "./series.js";

/** Points of a reduced line, in step and value; NaN as value breaks the line. Reused from frame to frame. */
export class Vertices {
  x = new Float64Array(1024);
  y = new Float64Array(1024);
  count = 0;
  /** True where points were joined to columns: there is no room for marks on single points. */
  dense = false;

  push(x: number, y: number): void {
    if (this.count === this.x.length) {
      this.x = doubled(this.x);
      this.y = doubled(this.y);
    }
    this.x[this.count] = x;
    this.y[this.count++] = y;
  }
}

function doubled(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

const extremes = new Float64Array(2);

/**
 * Reduces a curve to what `columns` pixel columns over the steps [from, to] can show: where a column holds more than four points it gets the
 * least and the greatest of them, so no peak is lost however dense the curve; else every point stays.
 * One point beyond each end is kept, so that lines run out of the picture. O(columns log n).
 */
export function reduceToColumns(curve: Curve, from: number, to: number, columns: number, out: Vertices): void {
  const { steps, values, length } = curve;
  out.count = 0;
  out.dense = false;
  if (length === 0 || !(to > from)) return;
  let index = Math.max(0, lowerBound(steps, length, from) - 1);
  const end = Math.min(length, lowerBound(steps, length, to) + 1);
  if (end - index <= columns * 4) {
    for (let i = index; i < end; i++) out.push(steps[i], finite(values[i]));
    return;
  }
  out.dense = true;
  const width = (to - from) / columns;
  if (steps[index] < from) {
    out.push(steps[index], finite(values[index]));
    index++;
  }
  let last = NaN;
  let guess = Math.max(1, Math.round((end - index) / columns));
  for (let column = 0; column < columns && index < end; column++) {
    const right = from + (column + 1) * width;
    // even steps, the usual, are computed, not looked up: reading them from memory is what takes the time
    const next = curve.stride > 0 ? Math.min(end, Math.max(index, Math.ceil((right - steps[0]) / curve.stride))) : seek(steps, index, end, right, guess);
    if (next === index) continue;
    guess = next - index;
    if (next - index <= 4) {
      for (let i = index; i < next; i++) out.push(steps[i], (last = finite(values[i])));
    } else {
      curve.pyramid.range(values, index, next, extremes);
      const x = from + (column + 0.5) * width;
      if (extremes[0] > extremes[1]) out.push(x, NaN);
      else {
        // begin at the end nearer to where the line comes from
        const falling = Math.abs(last - extremes[1]) < Math.abs(last - extremes[0]);
        out.push(x, extremes[falling ? 1 : 0]);
        out.push(x, (last = extremes[falling ? 0 : 1]));
      }
    }
    index = next;
  }
  for (; index < end; index++) out.push(steps[index], finite(values[index]));
}

/** The value, or NaN for the infinities too: both break the line. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

/** The first index in [from, end) whose step is at least `x`; `guess` points ahead are looked at first, as steps are mostly even. */
function seek(steps: Float64Array, from: number, end: number, x: number, guess: number): number {
  let low = from;
  let high = Math.min(end, from + guess + 2);
  while (high < end && steps[high - 1] < x) {
    low = high;
    high = Math.min(end, high + guess * 2);
  }
  const near = from + guess;
  if (near > low && near < high) {
    if (steps[near] < x) low = near + 1;
    else high = near;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
