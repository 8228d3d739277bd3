/** Values in buckets of equal width. */
export interface Histogram {
  /** Edges of the first and the last bucket: the least and the greatest finite value; both 0 where there is none. */
  readonly min: number;
  readonly max: number;
  /** How many values each bucket holds. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Values that are NaN or infinite, which no bucket holds. */
  readonly nonFinite: number;
}

const buckets = 30;

/** The histogram of all finite values of some arrays, in 30 buckets; a value on an edge belongs to the bucket right of it, the greatest to the last. */
export function histogramOf(arrays: readonly Float32Array[]): Histogram {
  let [min, max, sum, sumOfSquares, finite, total] = [Infinity, -Infinity, 0, 0, 0, 0];
  for (const values of arrays) {
    total += values.length;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!(value > -Infinity && value < Infinity)) continue;
      finite++;
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
      sumOfSquares += value * value;
    }
  }
  if (finite === 0) return { min: 0, max: 0, counts: [], sum: 0, sumOfSquares: 0, nonFinite: total };
  if (min === max) return { min, max, counts: [finite], sum, sumOfSquares, nonFinite: total - finite };
  const counts = Array.from({ length: buckets }, () => 0);
  const scale = buckets / (max - min);
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      const place = (values[i] - min) * scale;
      if (place >= 0 && place < Infinity) counts[Math.min(buckets - 1, Math.floor(place))]++;
    }
  }
  return { min, max, counts, sum, sumOfSquares, nonFinite: total - finite };
}
