import { Pyramid } from "./pyramid.js";
import type { Curve, Series } from "./series.js";

/**
 * Exponential moving average without start bias: m_t = w m_(t-1) + (1 - w) y_t, shown as m_t / (1 - w^t) (Kingma and Ba 2015, section 3),
 * so that the first points are averages of what there is and not pulled to 0. Values that are not finite stay as they are and
 * do not enter the average. Follows its series: call `update` before reading.
 */
export class SmoothedCurve implements Curve {
  values = new Float64Array(0);
  length = 0;
  pyramid = new Pyramid();
  private mean = 0;
  private remainder = 1;
  private generation = -1;

  constructor(private readonly series: Series, private readonly weight: number) {}

  get steps(): Float64Array {
    return this.series.steps;
  }

  get stride(): number {
    return this.series.stride;
  }

  get nonFinite(): readonly number[] {
    return this.series.nonFinite;
  }

  /** Takes in what the series got since the last call. */
  update(): void {
    const { series, weight } = this;
    if (this.generation !== series.generation) {
      this.generation = series.generation;
      this.length = 0;
      this.mean = 0;
      this.remainder = 1;
      this.pyramid = new Pyramid();
    }
    if (this.length === series.length) return;
    if (this.values.length < series.length) {
      const larger = new Float64Array(series.values.length);
      larger.set(this.values.subarray(0, this.length));
      this.values = larger;
    }
    for (let i = this.length; i < series.length; i++) {
      const value = series.values[i];
      if (!Number.isFinite(value)) {
        this.values[i] = value;
        continue;
      }
      this.mean = weight * this.mean + (1 - weight) * value;
      this.remainder *= weight;
      this.values[i] = this.mean / (1 - this.remainder);
    }
    this.length = series.length;
    this.pyramid.extend(this.values, this.length);
  }
}
