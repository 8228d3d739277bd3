/** How a column looks, over some of its rows; float64 throughout. */
import type { ColumnStatistics } from "./types.js";
import type { RawNumbers } from "./table.js";

/** Statistics of the values that are not NaN. `std` is the population's (divided by n). All zero for no values. */
export function columnStatistics(name: string, values: RawNumbers, rows: Int32Array): ColumnStatistics {
  let count = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const row of rows) {
    const x = values[row];
    if (Number.isNaN(x)) continue;
    count++;
    sum += x;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  if (count === 0) return { name, min: 0, max: 0, mean: 0, std: 0 };
  const mean = min === max ? min : sum / count;
  let squares = 0;
  for (const row of rows) if (!Number.isNaN(values[row])) squares += (values[row] - mean) ** 2;
  return { name, min, max, mean, std: Math.sqrt(squares / count) };
}

/** Statistics over all elements of some examples of a tensor, as one column. Bytes are counted, not summed one by one. */
export function tensorStatistics(name: string, data: RawNumbers, exampleSize: number, rows: Int32Array): ColumnStatistics {
  if (data instanceof Uint8Array) return byteStatistics(name, data, exampleSize, rows);
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  const count = rows.length * exampleSize;
  for (const row of rows) {
    for (let i = row * exampleSize; i < (row + 1) * exampleSize; i++) {
      const x = data[i];
      sum += x;
      if (x < min) min = x;
      if (x > max) max = x;
    }
  }
  if (count === 0) return { name, min: 0, max: 0, mean: 0, std: 0 };
  const mean = min === max ? min : sum / count;
  let squares = 0;
  for (const row of rows) for (let i = row * exampleSize; i < (row + 1) * exampleSize; i++) squares += (data[i] - mean) ** 2;
  return { name, min, max, mean, std: Math.sqrt(squares / count) };
}

function byteStatistics(name: string, data: Uint8Array, exampleSize: number, rows: Int32Array): ColumnStatistics {
  const histogram = new Float64Array(256);
  for (const row of rows) for (let i = row * exampleSize; i < (row + 1) * exampleSize; i++) histogram[data[i]]++;
  let count = 0;
  let sum = 0;
  let min = 255;
  let max = 0;
  histogram.forEach((times, byte) => {
    if (times === 0) return;
    count += times;
    sum += times * byte;
    min = Math.min(min, byte);
    max = Math.max(max, byte);
  });
  if (count === 0) return { name, min: 0, max: 0, mean: 0, std: 0 };
  const mean = sum / count;
  const squares = histogram.reduce((total, times, byte) => total + times * (byte - mean) ** 2, 0);
  return { name, min, max, mean, std: Math.sqrt(squares / count) };
}
