import type { Vertices } from "./vertices.js";

/** Extent of the value axis. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
  /** The least and the greatest value that lie outside; null where none does. */
  readonly below: number | null;
  readonly above: number | null;
}

/** A curve that varies by less than this share of its values is flat: event files hold single precision, and the last digits of a constant rate are no change. */
const flat = 1e-6;
/** Shares of the values between which nothing counts as an outlier. */
const quantiles = [0.05, 0.95] as const;

/**
 * The extent of the values that lines have between two places, with a margin. `clip`: outliers are left out - what lies further than
 * the width of the middle 90 % of the values from them - and told.
 */
export function valueRange(lines: readonly Vertices[], from: number, to: number, { log, clip }: { readonly log: boolean; readonly clip: boolean }): ValueRange {
  const values: number[] = [];
  let min = Infinity;
  let max = -Infinity;
  const take = (y: number) => {
    if (!Number.isFinite(y) || (log && y <= 0)) return;
    if (y < min) min = y;
    if (y > max) max = y;
    if (clip) values.push(log ? Math.log10(y) : y);
  };
  for (const { x, y, count } of lines) {
    // where the line crosses an edge of the picture
    const crossing = (i: number, edge: number) => take(y[i - 1] + ((y[i] - y[i - 1]) * (edge - x[i - 1])) / (x[i] - x[i - 1]));
    let before = NaN;
    for (let i = 0; i < count; i++) {
      const place = x[i];
      if (place >= from && place <= to) take(y[i]);
      if (before < from && place > from) crossing(i, from);
      if (before < to && place > to) crossing(i, to);
      before = place;
    }
  }
  if (min > max) return { min: log ? 1e-3 : 0, max: 1, below: null, above: null };
  const [least, greatest] = [min, max];
  if (clip && values.length >= 20) [min, max] = withoutOutliers(values, log, min, max);
  const outside = { below: least < min ? least : null, above: greatest > max ? greatest : null };
  if (log) {
    const margin = Math.max(1.1, (max / min) ** 0.06);
    return { min: min / margin, max: max * margin, ...outside };
  }
  if (max - min <= flat * Math.max(Math.abs(min), Math.abs(max))) return min === 0 ? { min: -1, max: 1, ...outside } : { min: min - Math.abs(min) * 0.5, max: max + Math.abs(max) * 0.5, ...outside };
  const margin = (max - min) * 0.06;
  // a quantity that is never negative gets no negative axis
  return { min: least >= 0 ? Math.max(0, min - margin) : min - margin, max: max + margin, ...outside };
}

function withoutOutliers(values: number[], log: boolean, least: number, greatest: number): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const [low, high] = quantiles.map((share) => sorted[Math.round((sorted.length - 1) * share)]);
  const reach = high - low;
  const back = (value: number) => (log ? 10 ** value : value);
  return [Math.max(least, back(low - reach)), Math.min(greatest, back(high + reach))];
}
