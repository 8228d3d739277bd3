import { Series } from "../common/series/series.js";

/** Points after which they are moved on: fewer calls for long curves, little memory for many short ones. */
const most = 256;

/** Points of one tag on their way into its curve, in the order in which they were written. */
export class PendingPoints {
  length = 0;
  private steps = new Float64Array(4);
  private values = new Float64Array(4);
  private times = new Float64Array(4);

  get isFull(): boolean {
    return this.length === most;
  }

  push(step: number, value: number, time: number): void {
    const i = this.length++;
    if (i === this.steps.length) {
      this.steps = larger(this.steps);
      this.values = larger(this.values);
      this.times = larger(this.times);
    }
    this.steps[i] = step;
    this.values[i] = value;
    this.times[i] = time;
  }

  /**
   * Appends what is here to a curve and gives the curve, which may be another one. Steps that go back: a writer that began again later takes the
   * place of what it repeats; writers that wrote at the same time (processes of one training) are put in the order of their steps.
   */
  moveInto(series: Series): Series {
    let into = series;
    for (let from = 0; from < this.length; ) {
      let to = from + 1;
      while (to < this.length && this.steps[to] >= this.steps[to - 1]) to++;
      const steps = this.steps.subarray(from, to);
      const values = this.values.subarray(from, to);
      const times = this.times.subarray(from, to);
      const last = into.point(into.length - 1);
      if (last === null || steps[0] >= last.step) into.extend(steps, values, times);
      else if (times[0] >= last.time) into.append(steps, values, times);
      else into = merged(into, steps, values, times);
      from = to;
    }
    this.length = 0;
    return into;
  }
}

/** A curve with points in between, in the order of steps; of equal steps the one that was there comes first. */
function merged(series: Series, steps: Float64Array, values: Float64Array, times: Float64Array): Series {
  const out = new Series();
  let next = 0;
  const put = (step: number, value: number, time: number) => out.extend([step], [value], [time]);
  for (let i = 0; i < series.length; i++) {
    const point = series.point(i)!;
    for (; next < steps.length && steps[next] < point.step; next++) put(steps[next], values[next], times[next]);
    put(point.step, point.value, point.time);
  }
  for (; next < steps.length; next++) put(steps[next], values[next], times[next]);
  return out;
}

function larger(array: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(Math.min(most, array.length * 4));
  grown.set(array);
  return grown;
}
