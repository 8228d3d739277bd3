/** A histogram: bin i holds `counts[i]` values from `left[i]` to `right[i]`; bins rise and do not overlap. */
export interface Bins {
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** Bins that a histogram is drawn with, as TensorBoard has it. */
const drawn = 30;

/**
 * The histogram with bins of one width. Loggers of PyTorch use bins that grow with their distance from 0: the narrowest, which hold a handful of values,
 * would stand out above all others as density. A bin's values are taken to lie evenly within it; those of a bin without width in the bin around it.
 * Bins of one width are left as they are.
 */
export function equalBins({ left, right, counts }: Bins): { left: Float64Array; right: Float64Array; counts: Float64Array } {
  const given = { left: Float64Array.from(left), right: Float64Array.from(right), counts: Float64Array.from(counts) };
  const total = given.counts.length;
  const from = given.left.reduce((least, value) => Math.min(least, value), Infinity);
  const to = given.right.reduce((most, value) => Math.max(most, value), -Infinity);
  const width = (to - from) / drawn;
  const even = given.counts.every((_, i) => Math.abs((given.right[i] - given.left[i]) * total - (to - from)) <= 0.01 * (to - from));
  if (!(width > 0) || !Number.isFinite(width) || even) return given;
  const sums = new Float64Array(drawn);
  const binOf = (value: number): number => Math.max(0, Math.min(drawn - 1, Math.floor((value - from) / width)));
  for (let i = 0; i < total; i++) {
    const [low, high, count] = [given.left[i], given.right[i], given.counts[i]];
    for (let bin = binOf(low), last = binOf(high); bin <= last; bin++) {
      const within = Math.min(high, from + (bin + 1) * width) - Math.max(low, from + bin * width);
      sums[bin] += high > low ? (count * Math.max(0, within)) / (high - low) : count;
      if (high <= low) break;
    }
  }
  return { left: Float64Array.from(sums, (_, bin) => from + bin * width), right: Float64Array.from(sums, (_, bin) => from + (bin + 1) * width), counts: sums };
}
