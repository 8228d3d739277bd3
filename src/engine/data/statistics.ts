/** How a column looks, over some of its rows; float64 throughout, in one pass, the same to the bit however the values come in. */
import type { ColumnStatistics } from "./types.js";
import type { RawNumbers } from "./table.js";

/** Values that are summed up together; part of the result's last bits. */
const group = 256;

/**
 * Count, least, greatest, mean and deviation of values that come one after the other. Groups of values are summed by themselves and merged by the
 * formula of Chan, Golub and LeVeque (1979): no cancellation however large the mean, and no second look at data that are streamed.
 */
export class RunningStatistics {
  private readonly values = new Float64Array(group);
  private held = 0;
  private count = 0;
  private min = Infinity;
  private max = -Infinity;
  private mean = 0;
  private squares = 0;

  /** Takes a value in; NaN counts for nothing. */
  add(x: number): void {
    if (x !== x) return;
    this.values[this.held++] = x;
    if (this.held === group) this.merge();
  }

  private merge(): void {
    const { values, held } = this;
    if (held === 0) return;
    let sum = 0;
    for (let i = 0; i < held; i++) {
      const x = values[i];
      sum += x;
      if (x < this.min) this.min = x;
      if (x > this.max) this.max = x;
    }
    const mean = sum / held;
    let squares = 0;
    for (let i = 0; i < held; i++) squares += (values[i] - mean) ** 2;
    const [before, all, distance] = [this.count, this.count + held, mean - this.mean];
    this.mean = before === 0 ? mean : this.mean + (distance * held) / all;
    this.squares += squares + (before === 0 ? 0 : (distance * distance * before * held) / all);
    this.count = all;
    this.held = 0;
  }

  /** Of what came in so far. `std` is the population's (divided by n). All zero for no values. */
  done(name: string): ColumnStatistics {
    this.merge();
    const { count, min, max, mean, squares } = this;
    if (count === 0) return { name, min: 0, max: 0, mean: 0, std: 0 };
    if (min === max) return { name, min, max, mean: min, std: 0 };
    return { name, min, max, mean, std: Math.sqrt(squares / count) };
  }
}

/** The same of bytes, which are counted, not summed one by one. */
export class ByteStatistics {
  private readonly histogram = new Float64Array(256);

  /** Takes in `data` from `start` to `end`. */
  add(data: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) this.histogram[data[i]]++;
  }

  done(name: string): ColumnStatistics {
    let [count, sum, min, max] = [0, 0, 255, 0];
    this.histogram.forEach((times, byte) => {
      if (times === 0) return;
      count += times;
      sum += times * byte;
      min = Math.min(min, byte);
      max = Math.max(max, byte);
    });
    if (count === 0) return { name, min: 0, max: 0, mean: 0, std: 0 };
    const mean = sum / count;
    const squares = this.histogram.reduce((total, times, byte) => total + times * (byte - mean) ** 2, 0);
    return { name, min, max, mean, std: Math.sqrt(squares / count) };
  }
}

/** Statistics of the values of some rows that are not NaN. */
export function columnStatistics(name: string, values: RawNumbers, rows: Int32Array): ColumnStatistics {
  const statistics = new RunningStatistics();
  for (const row of rows) statistics.add(values[row]);
  return statistics.done(name);
}

/** Statistics over all elements of some examples of a tensor, as one column. */
export function tensorStatistics(name: string, data: RawNumbers, exampleSize: number, rows: Int32Array): ColumnStatistics {
  if (data instanceof Uint8Array) {
    const bytes = new ByteStatistics();
    for (const row of rows) bytes.add(data, row * exampleSize, (row + 1) * exampleSize);
    return bytes.done(name);
  }
  const statistics = new RunningStatistics();
  for (const row of rows) for (let i = row * exampleSize; i < (row + 1) * exampleSize; i++) statistics.add(data[i]);
  return statistics.done(name);
}
