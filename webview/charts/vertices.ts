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

  /** Empties it, and makes room for so many points. */
  clear(room: number): void {
    if (room > this.x.length) {
      const length = Math.max(room, this.x.length * 2);
      this.x = new Float64Array(length);
      this.y = new Float64Array(length);
    }
    this.count = 0;
    this.dense = false;
    this.marks.length = 0;
  }
}

/**
 * The vertices of a line from columns that are as fine as the view's or finer: each point where the columns are points and no more than four share a
 * pixel, else the least and the greatest value of each pixel column, so that no peak is lost. One entry beyond each end is kept, so that lines run out of
 * the picture. O(entries in view).
 */
export function toVertices(columns: Columns, view: View, out: Vertices): void {
  const { x, last, min, max, flags } = columns;
  const first = Math.max(0, lowerBound(x, view.from) - 1);
  let end = lowerBound(x, view.to);
  while (end < x.length && x[end] === view.to) end++;
  if (end < x.length) end++;
  const eachPoint = columns.exact && end - first <= view.columns * 4;
  // two a column, and what lies beyond the ends
  out.clear(eachPoint ? end - first : 2 * Math.min(end - first, view.columns + 3));
  const { x: places, y: values } = out;
  let count = 0;
  if (eachPoint) {
    for (let i = first; i < end; i++) {
      places[count] = x[i];
      values[count++] = flags[i] === 0 ? last[i] : NaN;
      if (flags[i] !== 0) out.marks.push({ x: x[i], flags: flags[i] });
    }
    out.count = count;
    return;
  }
  out.dense = true;
  const scale = view.log ? 0 : view.columns / (view.to - view.from);
  const columnAt = (i: number) => (scale > 0 ? Math.floor((x[i] - view.from) * scale) : columnOf(view, x[i]));
  let before = NaN;
  let next = first < end ? columnAt(first) : 0;
  for (let i = first; i < end; ) {
    const column = next;
    let low = Infinity;
    let high = -Infinity;
    let marks = 0;
    let j = i;
    do {
      if (min[j] < low && min[j] > -Infinity) low = min[j];
      if (max[j] > high && max[j] < Infinity) high = max[j];
      marks |= flags[j++];
    } while (j < end && (next = columnAt(j)) === column);
    const place = x[j - 1];
    places[count] = place;
    if (low > high) values[count++] = NaN;
    else if (low === high) values[count++] = before = low;
    else {
      // begin at the end nearer to where the line comes from
      const falling = Math.abs(before - high) < Math.abs(before - low);
      values[count++] = falling ? high : low;
      places[count] = place;
      values[count++] = before = falling ? low : high;
    }
    if (marks !== 0) out.marks.push({ x: place, flags: marks });
    i = j;
  }
  out.count = count;
}

/** The entry nearest to a place: its last point; -1 where there is none. */
export function nearestEntry({ x }: Columns, place: number): number {
  if (x.length === 0) return -1;
  const after = lowerBound(x, place);
  if (after === 0) return 0;
  if (after === x.length) return x.length - 1;
  return place - x[after - 1] <= x[after] - place ? after - 1 : after;
}
