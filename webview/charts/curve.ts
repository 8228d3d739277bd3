import type { ColumnQuery, Columns } from "../../src/common/series/columns.js";
import { Series } from "../../src/common/series/series.js";
import type { SeriesFacts } from "../../src/common/series/series.js";
import { SmoothedSeries } from "../../src/common/series/smoothed.js";

/** The part of an axis that a chart shows, in its pixels. */
export type View = Required<Omit<ColumnQuery, "exactPoints">>;

/** What a line is drawn from, wherever its points are. */
export interface Curve {
  readonly facts: SeriesFacts;
  /**
   * The best at hand of what a view shows, as columns at least as fine as the view's where the points are here or have been fetched; else what there
   * is, and the rest is asked for. `smoothing`: weight of the moving average, 0 for the values as they are.
   */
  columns(view: View, smoothing: number): Columns;
}

/** A curve whose points are in this page: `append` them. */
export class LocalCurve extends Series implements Curve {
  private smoothed: SmoothedSeries | null = null;

  columns(view: View, smoothing: number): Columns {
    if (smoothing === 0) return this.query(view);
    if (this.smoothed?.weight !== smoothing) this.smoothed = new SmoothedSeries(this, smoothing);
    return this.smoothed.query(view);
  }
}
