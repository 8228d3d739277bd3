import type { ColumnQuery, Columns } from "./columns.js";
import { NonFiniteRuns } from "./nonFiniteRuns.js";
import { NumberColumn } from "./numberColumn.js";
import { Pyramid } from "./pyramid.js";
import { type PointSource, queryColumns } from "./queryColumns.js";

export interface Point {
  readonly step: number;
  /** Seconds since 1970; 0 where it is not known. */
  readonly time: number;
  readonly value: number;
}

/** A curve in a few figures. */
export interface SeriesFacts {
  readonly count: number;
  /** How many of the values are NaN or infinite. */
  readonly nonFinite: number;
  /** The first and the last finite value, the least and the greatest; null where there is none. */
  readonly first: Point | null;
  readonly lastFinite: Point | null;
  readonly min: Point | null;
  readonly max: Point | null;
  /** The last point, whatever its value; null where there is none. */
  readonly last: Point | null;
}

/**
 * The points of one scalar, append-only, exact, with pyramids over them: any stretch of any length is reduced to pixel columns in about a
 * millisecond. Memory: 6 to 18 bytes a point, by what its steps, times and values need (see `NumberColumn`).
 */
export class Series implements PointSource {
  readonly pyramid = new Pyramid();
  readonly nonFinite = new NonFiniteRuns();
  /** Rises with every change. */
  version = 0;
  /** Rises when points were taken back: what was derived from them is computed anew. */
  generation = 0;
  private firstFinite = -1;
  private lastFinite = -1;
  private least = -1;
  private greatest = -1;

  constructor(
    readonly steps = new NumberColumn(),
    readonly times = new NumberColumn(),
    readonly values = new NumberColumn(),
  ) {
    this.pyramid.extend(values);
    for (let i = 0; i < values.length; i++) {
      this.nonFinite.push(i, values.get(i));
      this.note(i, values.get(i));
    }
  }

  get length(): number {
    return this.values.length;
  }

  /**
   * Appends points. Their steps rise; where one falls back behind, the points from there on give way (a run that resumes goes back). `times`: seconds
   * since 1970, kept to the millisecond; one that lies before its predecessor's (a clock was set back) counts as equal to it.
   */
  append(steps: ArrayLike<number>, values: ArrayLike<number>, times?: ArrayLike<number>): void {
    const count = Math.min(steps.length, values.length);
    if (count === 0) return;
    if (this.length > 0 && steps[0] <= this.steps.get(this.length - 1)) this.dropFrom(steps[0]);
    for (let i = 0; i < count; i++) {
      if (i > 0 && steps[i] < steps[i - 1]) this.dropFrom(steps[i]);
      this.add(steps[i], values[i], times?.[i] ?? 0);
    }
    this.pyramid.extend(this.values);
    this.version++;
  }

  /** As `append`, but nothing gives way: no step is less than the one before it, and steps may be equal (logs of others hold several values of one step). */
  extend(steps: ArrayLike<number>, values: ArrayLike<number>, times: ArrayLike<number>): void {
    for (let i = 0; i < steps.length; i++) this.add(steps[i], values[i], times[i]);
    this.pyramid.extend(this.values);
    this.version++;
  }

  /** Forgets the points at `step` and after it; says how many. */
  dropFrom(step: number): number {
    const length = this.steps.lowerBound(step);
    const dropped = this.length - length;
    if (dropped === 0) return 0;
    this.steps.truncate(length);
    this.times.truncate(length);
    this.values.truncate(length);
    this.pyramid.truncate(length);
    this.nonFinite.truncate(length);
    this.firstFinite = this.lastFinite = this.least = this.greatest = -1;
    for (let i = 0; i < length; i++) this.note(i, this.values.get(i));
    this.version++;
    this.generation++;
    return dropped;
  }

  /** What columns of pixels show of it. */
  query(query: ColumnQuery): Columns {
    return queryColumns(this, query);
  }

  get facts(): SeriesFacts {
    return {
      count: this.length, nonFinite: this.nonFinite.count, first: this.point(this.firstFinite), lastFinite: this.point(this.lastFinite),
      min: this.point(this.least), max: this.point(this.greatest), last: this.point(this.length - 1),
    };
  }

  /** The point at an index; null outside. */
  point(index: number): Point | null {
    return index < 0 || index >= this.length ? null : { step: this.steps.get(index), time: this.times.get(index) / 1000, value: this.values.get(index) };
  }

  /** Bytes in memory. */
  get bytes(): number {
    return this.steps.bytes + this.times.bytes + this.values.bytes + this.pyramid.bytes;
  }

  private add(step: number, value: number, time: number): void {
    const index = this.length;
    const milliseconds = Math.round(time * 1000);
    const before = index > 0 ? this.times.get(index - 1) : 0;
    this.steps.push(step);
    this.values.push(value);
    this.times.push(milliseconds > before ? milliseconds : before);
    this.nonFinite.push(index, value);
    this.note(index, value);
  }

  private note(index: number, value: number): void {
    if (!Number.isFinite(value)) return;
    if (this.firstFinite < 0) this.firstFinite = this.least = this.greatest = index;
    this.lastFinite = index;
    if (value < this.values.get(this.least)) this.least = index;
    if (value > this.values.get(this.greatest)) this.greatest = index;
  }
}
