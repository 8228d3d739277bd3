/** What an axis counts: training steps, or seconds since 1970. */
export type SeriesAxis = "step" | "time";

/** The part of an axis that is wanted, and in how many columns (pixels, usually). */
export interface ColumnQuery {
  readonly axis: SeriesAxis;
  /** In the axis's unit; with `log` above `origin`. */
  readonly from: number;
  readonly to: number;
  readonly columns: number;
  /** Columns of equal width in the logarithm of the distance from `origin`. */
  readonly log?: boolean;
  /** 0 where it is absent. */
  readonly origin?: number;
  /** Points a column up to which the points themselves are given; 4 where it is absent. */
  readonly exactPoints?: number;
}

/** Flags of an entry: which values that are no finite numbers stand in it. */
export const flags = { nan: 1, infinity: 2, minusInfinity: 4 } as const;

/**
 * A curve as far as columns can show it: an entry a column that has points, left to right, with the extremes of its points, so that no
 * peak is lost. Where there are no more than four points a column, `exact`: an entry is a point. The nearest point beyond each end is an entry too.
 * All arrays have the same length.
 */
export interface Columns {
  readonly axis: SeriesAxis;
  readonly exact: boolean;
  /** Of the entry's last point: place on the axis, step, value. */
  readonly x: Float64Array;
  readonly steps: Float64Array;
  readonly last: Float64Array;
  /** Of the entry's finite values; NaN where there is none. In an exact answer the same array as `last`. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly flags: Uint8Array;
}

/** The right edge of a column, exclusive but for the last one's. */
export function columnEdge({ from, to, columns, log, origin = 0 }: ColumnQuery, column: number): number {
  const share = (column + 1) / columns;
  return log ? origin + (from - origin) * ((to - origin) / (from - origin)) ** share : from + (to - from) * share;
}

/** The column in which a place of the axis lies; below 0 or `columns` and above where it lies outside. */
export function columnOf(query: ColumnQuery, x: number): number {
  return Math.floor(columnsUpTo(query, x));
}

/** How many columns lie between the left end and a place; with a fraction. */
export function columnsUpTo({ from, to, columns, log, origin = 0 }: ColumnQuery, x: number): number {
  if (log && x <= origin) return -1;
  const share = log ? Math.log((x - origin) / (from - origin)) / Math.log((to - origin) / (from - origin)) : (x - from) / (to - from);
  return share * columns;
}

/** The flag of a value; 0 for a finite one. */
export function flagOf(value: number): number {
  if (Number.isFinite(value)) return 0;
  return Number.isNaN(value) ? flags.nan : value > 0 ? flags.infinity : flags.minusInfinity;
}

/** Collects entries, in arrays that are reused where they are large enough. */
export class ColumnsBuilder {
  private x = new Float64Array(64);
  private steps = new Float64Array(64);
  private last = new Float64Array(64);
  private min = new Float64Array(64);
  private max = new Float64Array(64);
  private marks = new Uint8Array(64);
  private length = 0;

  clear(): void {
    this.length = 0;
  }

  /** `min` above `max`: there was no finite value. */
  push(x: number, step: number, last: number, min: number, max: number, marks: number): void {
    const i = this.length++;
    if (i === this.x.length) this.grow();
    this.x[i] = x;
    this.steps[i] = step;
    this.last[i] = last;
    this.min[i] = min <= max ? min : NaN;
    this.max[i] = min <= max ? max : NaN;
    this.marks[i] = marks;
  }

  /** A copy of what was collected. */
  build(axis: SeriesAxis, exact: boolean): Columns {
    const { length } = this;
    const last = this.last.slice(0, length);
    const steps = this.steps.slice(0, length);
    return {
      axis, exact, steps, last,
      x: axis === "step" ? steps : this.x.slice(0, length),
      min: exact ? last : this.min.slice(0, length),
      max: exact ? last : this.max.slice(0, length),
      flags: this.marks.slice(0, length),
    };
  }

  private grow(): void {
    for (const name of ["x", "steps", "last", "min", "max"] as const) {
      const larger = new Float64Array(this[name].length * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
    const marks = new Uint8Array(this.marks.length * 2);
    marks.set(this.marks);
    this.marks = marks;
  }
}

/**
 * The same for coarser columns, or a part: what a page makes of an answer that is finer or wider than its pixels, and what a stored
 * overview gives before the points are read. An answer finer than `columns` keeps its entries.
 */
export function mergeColumns(source: Columns, query: ColumnQuery): Columns {
  const { x, steps, last, min, max } = source;
  const first = Math.max(0, lowerBound(x, query.from) - 1);
  let end = lowerBound(x, query.to);
  while (end < x.length && x[end] === query.to) end++;
  end = Math.min(x.length, end + 1);
  if (end - first <= query.columns) return sliceColumns(source, first, end);
  const out = new ColumnsBuilder();
  // what lies beyond the ends stays by itself
  const place = (i: number) => (x[i] < query.from ? -1 : x[i] > query.to ? query.columns : Math.min(query.columns - 1, columnOf(query, x[i])));
  for (let i = first; i < end; ) {
    const column = place(i);
    let low = Infinity;
    let high = -Infinity;
    let marks = 0;
    let j = i;
    do {
      if (min[j] < low && min[j] > -Infinity) low = min[j];
      if (max[j] > high && max[j] < Infinity) high = max[j];
      marks |= source.flags[j++];
    } while (j < end && place(j) === column);
    out.push(x[j - 1], steps[j - 1], last[j - 1], low, high, marks);
    i = j;
  }
  return out.build(source.axis, false);
}

/** Entries [from, to); shares memory. */
export function sliceColumns({ axis, exact, ...arrays }: Columns, from: number, to: number): Columns {
  const cut = (array: Float64Array) => array.subarray(from, to);
  const last = cut(arrays.last);
  const steps = cut(arrays.steps);
  return {
    axis, exact, steps, last, flags: arrays.flags.subarray(from, to), x: arrays.x === arrays.steps ? steps : cut(arrays.x),
    min: arrays.min === arrays.last ? last : cut(arrays.min), max: arrays.max === arrays.last ? last : cut(arrays.max),
  };
}

/** The first index of a rising array whose entry is at least `x`; its length where none is. */
export function lowerBound(sorted: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
