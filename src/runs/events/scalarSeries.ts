/** One tag's points in the order in which they were written. Equal lengths; values may be NaN or infinite. */
export interface ScalarSeries {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  /** Seconds since 1970. */
  readonly wallTimes: Float64Array;
}

/** Collects points in typed arrays that grow. */
export class SeriesBuilder {
  private steps = new Float64Array(256);
  private values = new Float64Array(256);
  private wallTimes = new Float64Array(256);
  length = 0;

  /** `prefix`: the sub-folder that the points come from. */
  constructor(readonly prefix: string) {}

  push(step: number, value: number, wallTime: number): void {
    if (this.length === this.steps.length) this.grow();
    this.steps[this.length] = step;
    this.values[this.length] = value;
    this.wallTimes[this.length] = wallTime;
    this.length++;
  }

  /** Forgets the points at `step` and after it. Points stand in the order of their steps but for restarts, so they are at the end. */
  dropFrom(step: number): void {
    while (this.length > 0 && this.steps[this.length - 1] >= step) this.length--;
  }

  build(): ScalarSeries {
    return { steps: this.steps.slice(0, this.length), values: this.values.slice(0, this.length), wallTimes: this.wallTimes.slice(0, this.length) };
  }

  private grow(): void {
    const larger = (array: Float64Array) => {
      const grown = new Float64Array(array.length * 2);
      grown.set(array);
      return grown;
    };
    this.steps = larger(this.steps);
    this.values = larger(this.values);
    this.wallTimes = larger(this.wallTimes);
  }
}
