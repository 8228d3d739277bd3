/** A curve as a small picture for a hover, which takes no script and knows no theme. */

export interface Points {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

const [width, height, margin] = [260, 44, 3];
/** Readable on light and dark. */
const colours = ["#3b8eea", "#d67e2c"];
const broken = "#e5484d";
/** From the ratio of the largest to the smallest value on, the axis is logarithmic. */
const wide = 30;

/**
 * SVG of some curves over the same steps: each column of the picture spans its smallest and largest value, so that no spike is lost; where a value is not finite
 * a red mark stands at the foot. `step`: where a line points at. Empty text for curves without two finite points.
 */
export function curvePicture(curves: readonly Points[], step: number | null): string {
  const all = curves.flatMap(({ steps, values }) => Array.from(steps, (x, i) => ({ x, y: values[i] })));
  const finite = all.filter(({ y }) => Number.isFinite(y));
  if (finite.length < 2) return "";
  const last = all.reduce((most, { x }) => Math.max(most, x), 1);
  const [least, most] = finite.reduce(([low, high], { y }) => [Math.min(low, y), Math.max(high, y)], [Infinity, -Infinity]);
  const isLog = least > 0 && most > wide * least;
  const scaled = (y: number): number => (isLog ? Math.log(y) : y);
  const [low, high] = [scaled(least), scaled(most)];
  const left = (x: number): number => margin + ((width - 2 * margin) * x) / last;
  const top = (y: number): number => margin + (height - 2 * margin) * (high === low ? 0.5 : 1 - (scaled(y) - low) / (high - low));
  const at = step === null || step > last ? "" : `<line x1="${short(left(step))}" y1="0" x2="${short(left(step))}" y2="${height}" stroke="#888" stroke-dasharray="2 2"/>`;
  const lines = curves.map((curve, i) => `<path d="${pathOf(curve, left, top)}" fill="none" stroke="${colours[i % colours.length]}" stroke-width="1.4" stroke-linejoin="round"/>`);
  const marks = [...new Set(all.filter(({ y }) => !Number.isFinite(y)).map(({ x }) => Math.round(left(x))))].map((x) => `<rect x="${x - 1}" y="${height - 6}" width="2" height="6" fill="${broken}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${at}${lines.join("")}${marks.join("")}</svg>`;
}

/** A picture as an image of Markdown. */
export function asImage(svg: string, text: string): string {
  return `![${text}](data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")})`;
}

/** The first, smallest, largest and last point of each column, joined. */
function pathOf({ steps, values }: Points, left: (x: number) => number, top: (y: number) => number): string {
  const columns = new Map<number, { first: number; low: number; high: number; last: number }>();
  for (let i = 0; i < steps.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    const [column, y] = [Math.round(left(steps[i])), top(values[i])];
    const known = columns.get(column);
    if (known === undefined) columns.set(column, { first: y, low: y, high: y, last: y });
    else Object.assign(known, { low: Math.min(known.low, y), high: Math.max(known.high, y), last: y });
  }
  const corners = [...columns].flatMap(([x, { first, low, high, last }]) => [...new Set([first, low, high, last].map(short))].map((y) => `${x} ${y}`));
  return corners.length === 1 ? `M${corners[0]}h1` : `M${corners.join("L")}`;
}

function short(x: number): string {
  return String(Number(x.toFixed(1)));
}
