/** Counts of values in equal buckets from `min` to `max`. */
export interface Buckets {
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
}

/** The values below which the shares (rising, 0 to 1) of all lie, each bucket's values taken as evenly spread; NaN where there are none. */
export function quantilesOf({ min, max, counts }: Buckets, shares: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return shares.map(() => NaN);
  const width = (max - min) / counts.length;
  let bucket = 0;
  let below = 0;
  return shares.map((share) => {
    const wanted = share * total;
    while (bucket < counts.length - 1 && below + counts[bucket] < wanted) below += counts[bucket++];
    const inside = counts[bucket] === 0 ? 0 : Math.min(1, Math.max(0, (wanted - below) / counts[bucket]));
    return min + width * (bucket + inside);
  });
}
