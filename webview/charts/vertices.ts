import { columnOf, type Columns, lowerBound } from "../../src/common/series/columns.js";
import type { View } from "./curve.js";

/** Points of a line as it is drawn, in the axis's unit and value; NaN as value breaks the line. Reused from frame to frame. */
export class Vertices {
  x = new Float64Array(1024);
  y = new Float64Array(1024);
  count = 0;
  /** True where points were joined to columns: there is no room for marks on single points. */
  dense = false;
  /** Where values are not finite: places, and which (`flags` of common/series). */
  readonly marks: { x: number; flags: number }[] = [];

  push(x: number, y: number): void {
    if (this.count === this.x.length) {
      this.x = doubled(this.x);
      this.y = doubled(this.y);
    }
    this.x[this.count] = x;
    this.y[this.count++] = y;
  }

  clear(): void {
    this.count = 0;
    this.dense = false;
    this.marks.length = 0;
  }
}

function doubled(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

/**
 * The vertices of a line from columns that are as fine as the view's or finer: each point where the columns are points and no more than four share a
 * pixel, else the least and the greatest value of each pixel column, so that no peak is lost. One entry beyond each end is kept, so that lines run out of
 * the picture. O(entries in view).
 */
export function toVertices(columns: Columns, view: View, out: Vertices): void {
  out.clear();
  const { x, last, min, max, flags } = columns;
  const first = Math.max(0, lowerBound(x, view.from) - 1);
  let end = lowerBound(x, view.to);
  while (end < x.length && x[end] === view.to) end++;
  if (end < x.length) end++;
  if (columns.exact && end - first <= view.columns * 4) {
    for (let i = first; i < end; i++) {
      out.push(x[i], flags[i] === 0 ? last[i] : NaN);
      if (flags[i] !== 0) out.marks.push({ x: x[i], flags: flags[i] });
    }
    return;
  }
  out.dense = true;
  const scale = view.log ? 0 : view.columns / (view.to - view.from);
  let before = NaN;
  for (let i = first; i < end; ) {
    const at = x[i];
    const column = scale > 0 ? Math.floor((at - view.from) * scale) : columnOf(view, at);
    let low = Infinity;
    let high = -Infinity;
    let marks = 0;
    let j = i;
    do {
      if (min[j] < low && min[j] > -Infinity) low = min[j];
      if (max[j] > high && max[j] < Infinity) high = max[j];
      marks |= flags[j++];
    } while (j < end && (scale > 0 ? Math.floor((x[j] - view.from) * scale) : columnOf(view, x[j])) === column);
    const place = x[j - 1];
    if (low > high) out.push(place, NaN);
    else if (low === high) out.push(place, (before = low));
    else {
      // begin at the end nearer to where the line comes from
      const falling = Math.abs(before - high) < Math.abs(before - low);
      out.push(place, falling ? high : low);
      out.push(place, (before = falling ? low : high));
    }
    if (marks !== 0) out.marks.push({ x: place, flags: marks });
    i = j;
  }
}

/** The entry nearest to a place: its last point; -1 where there is none. */
export function nearestEntry({ x }: Columns, place: number): number {
  if (x.length === 0) return -1;
  const after = lowerBound(x, place);
  if (after === 0) return 0;
  if (after === x.length) return x.length - 1;
  return place - x[after - 1] <= x[after] - place ? after - 1 : after;
}
