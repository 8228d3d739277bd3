/** A quantity over a plane, as contours and surfaces draw it. */
import { linearTicks, logTicks } from "./ticks.js";

export interface SurfaceGrid {
  /** Places along the axes, rising. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Entry row * x.length + column is at y[row], x[column]; NaN and infinities are holes. */
  readonly values: ArrayLike<number>;
}

/** Points of a way through the plane, in its order. */
export interface SurfacePath {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly labels: readonly string[];
}

/** From values to the share of the height that they reach, 0 to 1. */
export interface HeightScale {
  readonly min: number;
  readonly max: number;
  readonly log: boolean;
  /** NaN for what is not finite, or not positive on a logarithmic scale. */
  share(value: number): number;
}

/** From this ratio of the largest to the smallest value on, heights are better logarithmic. */
const wide = 40;

/** Smallest and largest finite value with their places; null where none is finite. */
export function extremes({ x, y, values }: SurfaceGrid): Record<"low" | "high", { readonly x: number; readonly y: number; readonly value: number }> | null {
  let [low, high] = [-1, -1];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    if (low < 0 || values[i] < values[low]) low = i;
    if (high < 0 || values[i] > values[high]) high = i;
  }
  if (low < 0) return null;
  const at = (i: number) => ({ x: x[i % x.length], y: y[Math.floor(i / x.length)], value: values[i] });
  return { low: at(low), high: at(high) };
}

/** Whether a logarithmic scale shows more. */
export function suitsLog(grid: SurfaceGrid): boolean {
  const found = extremes(grid);
  return found !== null && found.low.value > 0 && found.high.value / found.low.value > wide;
}

/** The scale of a grid's values; `log` falls back to linear where not all finite values are positive. */
export function heightScale(grid: SurfaceGrid, log: boolean): HeightScale {
  const found = extremes(grid);
  const [min, max] = found ? [found.low.value, found.high.value] : [0, 1];
  const isLog = log && min > 0;
  const of = isLog ? Math.log : (value: number) => value;
  const [from, span] = [of(min), of(max) - of(min)];
  return { min, max, log: isLog, share: (value) => (Number.isFinite(value) && (!isLog || value > 0) ? (span > 0 ? Math.min(1, Math.max(0, (of(value) - from) / span)) : 0.5) : Number.NaN) };
}

/** Round values to draw contours at, about `count`, strictly inside the scale. */
export function contourLevels({ min, max, log }: HeightScale, count: number): number[] {
  if (!(max > min)) return [];
  const levels = log && max / min > 4 ? denser(logTicks(min, max), min, max, count) : linearTicks(min, max, count);
  return levels.filter((level) => level > min && level < max);
}

/** Ticks of a logarithmic axis with values between them, evenly by ratio, until there are about `count`. */
function denser(ticks: readonly number[], min: number, max: number, count: number): number[] {
  let levels = [...ticks].filter((tick) => tick >= min && tick <= max);
  if (levels.length < 2) levels = [min, max];
  while (levels.length < count / 1.5) levels = levels.flatMap((level, i) => (i === 0 ? [level] : [Number(Math.sqrt(levels[i - 1] * level).toPrecision(2)), level]));
  return levels;
}

/** The value at a place by bilinear interpolation; NaN outside the grid and beside holes. */
export function valueAt({ x, y, values }: SurfaceGrid, px: number, py: number): number {
  const cell = (places: ArrayLike<number>, place: number): { readonly at: number; readonly t: number } | null => {
    const n = places.length;
    const [first, last] = [places[0], places[n - 1]];
    const slack = (last - first) * 1e-9;
    if (!(place >= first - slack && place <= last + slack)) return null;
    const position = Math.min(Math.max(((place - first) / (last - first)) * (n - 1), 0), n - 1); // places are evenly spread
    const at = Math.min(Math.floor(position), n - 2);
    return { at, t: position - at };
  };
  const [column, row] = [cell(x, px), cell(y, py)];
  if (!column || !row) return Number.NaN;
  const corner = (r: number, c: number): number => values[(row.at + r) * x.length + column.at + c];
  const mixed = (a: number, b: number, t: number): number => (t === 0 ? a : t === 1 ? b : a + (b - a) * t);
  return mixed(mixed(corner(0, 0), corner(0, 1), column.t), mixed(corner(1, 0), corner(1, 1), column.t), row.t);
}

/** Line pieces x1, y1, x2, y2 one behind the other, in the grid's own units. */
export type Segments = number[];

/**
 * The contour of a level by marching squares; the ambiguous case is settled by the mean of the four corners. Cells with a hole at a corner have no line.
 * `log`: places between corners are found by ratio.
 */
export function contour({ x, y, values }: SurfaceGrid, level: number, log: boolean): Segments {
  const of = log ? Math.log : (value: number) => value;
  const height = of(level);
  const segments: Segments = [];
  for (let row = 0; row + 1 < y.length; row++) {
    for (let column = 0; column + 1 < x.length; column++) {
      const at = row * x.length + column;
      // corners in the order south-west, south-east, north-east, north-west
      const corners = [values[at], values[at + 1], values[at + x.length + 1], values[at + x.length]].map(of);
      if (!corners.every(Number.isFinite)) continue;
      const px = [x[column], x[column + 1], x[column + 1], x[column]];
      const py = [y[row], y[row], y[row + 1], y[row + 1]];
      const crossing = (edge: number): readonly [number, number] => {
        const next = (edge + 1) % 4;
        const t = (height - corners[edge]) / (corners[next] - corners[edge]);
        return [px[edge] + t * (px[next] - px[edge]), py[edge] + t * (py[next] - py[edge])];
      };
      const crossed = [0, 1, 2, 3].filter((edge) => (corners[edge] >= height) !== (corners[(edge + 1) % 4] >= height));
      if (crossed.length === 2) segments.push(...crossing(crossed[0]), ...crossing(crossed[1]));
      if (crossed.length === 4) {
        const middle = corners.reduce((sum, corner) => sum + corner, 0) / 4 >= height;
        // what is as the middle is joined through it: the lines cut off the other corners
        const pairs = middle === corners[0] >= height ? [[0, 1], [2, 3]] : [[3, 0], [1, 2]];
        for (const [a, b] of pairs) segments.push(...crossing(a), ...crossing(b));
      }
    }
  }
  return segments;
}
