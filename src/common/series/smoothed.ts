import type { ColumnQuery, Columns } from "./columns.js";
import { NumberColumn } from "./numberColumn.js";
import { Pyramid } from "./pyramid.js";
import { type PointSource, queryColumns } from "./queryColumns.js";
import type { Series } from "./series.js";

/** A step this many times the one before is a gap: the curve paused there, and what came before says nothing of what follows. */
const gapFactor = 10;

/**
 * Exponential moving average without start bias: m_t = w m_(t-1) + (1 - w) y_t, shown as m_t / (1 - w^t) (Kingma and Ba 2015, section 3), so
 * that the first points are averages of what there is and not pulled to 0. It begins anew after a value that is not finite and after a gap in the
 * steps: nothing leaks across. Values that are not finite stay as they are. In single precision. Follows its series: call `update` before reading.
 */
export class SmoothedSeries implements PointSource {
  values = new NumberColumn();
  pyramid = new Pyramid();
  private mean = 0;
  private remainder = 1;
  private generation = -1;

  constructor(
    readonly series: Series,
    readonly weight: number,
  ) {}

  get length(): number {
    return this.values.length;
  }

  get steps(): NumberColumn {
    return this.series.steps;
  }

  get times(): NumberColumn {
    return this.series.times;
  }

  get nonFinite() {
    return this.series.nonFinite;
  }

  /** Takes in what the series got since the last call. */
  update(): void {
    const { series, weight } = this;
    if (this.generation !== series.generation) {
      this.generation = series.generation;
      this.values = new NumberColumn();
      this.pyramid = new Pyramid();
      this.begin();
    }
    if (this.length === series.length) return;
    for (let i = this.length; i < series.length; i++) {
      const value = series.values.get(i);
      if (!Number.isFinite(value)) {
        this.begin();
        this.values.push(value);
        continue;
      }
      const { steps } = series;
      if (i > 1 && steps.get(i) - steps.get(i - 1) > gapFactor * (steps.get(i - 1) - steps.get(i - 2))) this.begin();
      this.mean = weight * this.mean + (1 - weight) * value;
      this.remainder *= weight;
      const average = this.mean / (1 - this.remainder);
      const single = Math.fround(average);
      this.values.push(Number.isFinite(single) ? single : average);
    }
    this.pyramid.extend(this.values);
  }

  query(query: ColumnQuery): Columns {
    this.update();
    return queryColumns(this, query);
  }

  private begin(): void {
    this.mean = 0;
    this.remainder = 1;
  }
}
