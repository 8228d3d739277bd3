/** A chart of curves over steps, as SVG that needs nothing else. */
import { formatCount, formatSetting, formatValue } from "../common/format.js";
import type { Columns } from "../common/series/columns.js";
import { Series } from "../common/series/series.js";
import { html, nothing, type Html } from "./html.js";

export interface ReportLine {
  readonly label: string;
  readonly series: Series;
  /** Of the palette, 0 to 9; more begin again. */
  readonly colour: number;
  readonly dashed: boolean;
  /** Noisy: drawn faintly, with its moving average before it. */
  readonly smooth: boolean;
}

/** The deviation around a mean, drawn behind its line; equal lengths. */
export interface ReportBand {
  readonly colour: number;
  readonly steps: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const width = 640;
const height = 240;
const area = { left: 56, right: width - 12, top: 10, bottom: height - 30 };
/** Of a tick's words, in the picture's units, where they are largest (a panel beside the editor). */
const digitWidth = 9;
/** Columns in which curves are reduced: one a pixel. */
const columns = area.right - area.left;
/** Greatest over least value from which an axis is logarithmic, where all values are positive. */
const logFrom = 1000;
/** Weight of the moving average, as the panel has it by default. */
const weight = 0.6;

interface Drawn {
  readonly line: ReportLine;
  readonly raw: Columns;
  readonly smooth: Columns | null;
}

/** One chart with its legend. Curves without points leave it empty, with a word. */
export function lineChart(title: string, lines: readonly ReportLine[], bands: readonly ReportBand[] = []): Html {
  const filled = lines.filter(({ series }) => series.length > 0);
  const from = Math.min(...filled.map(({ series }) => series.steps.get(0)));
  const to = Math.max(...filled.map(({ series }) => series.steps.get(series.length - 1)));
  const [left, right] = filled.length === 0 ? [0, 1] : from === to ? [from - 1, to + 1] : [from, to];
  const query = { axis: "step", from: left, to: right, columns } as const;
  const drawn = filled.map((line): Drawn => ({ line, raw: line.series.query(query), smooth: line.smooth && line.series.length > 20 ? averaged(line.series).query(query) : null }));
  const scale = valueScale(drawn, bands);
  const x = (step: number) => area.left + ((step - left) / (right - left)) * (area.right - area.left);
  const y = (value: number) => area.bottom - scale.share(value) * (area.bottom - area.top);
  const nonFinite = filled.filter(({ series }) => series.nonFinite.count > 0);
  return html`<figure class="chart"><figcaption><strong>${title}</strong>${legend(filled)}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${describe(title, filled)}">
${scale.ticks.map((value) => html`<line class="grid" x1="${area.left}" x2="${area.right}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/><text class="tick" x="${area.left - 6}" y="${fixed(y(value) + 4)}" text-anchor="end">${Math.abs(value) < 1000 ? formatSetting(value) : formatValue(value)}</text>`)}
${niceTicks(left, right, 6).filter((step) => Number.isInteger(step)).map((step) => stepTick(x(step), formatCount(step)))}
<line class="axis" x1="${area.left}" x2="${area.right}" y1="${area.bottom}" y2="${area.bottom}"/>
${bands.map(({ colour, steps, low, high }) => html`<path class="band c${colour % 10}" d="${bandPath(steps, low, high, x, y)}"/>`)}
${drawn.filter(({ smooth }) => smooth !== null).map(({ line, raw }) => html`<path class="line raw c${line.colour % 10}" d="${path(raw, x, y)}"/>`)}
${drawn.map(({ line, raw, smooth }) => html`<path class="line c${line.colour % 10}${line.dashed ? " dashed" : ""}" d="${path(smooth ?? raw, x, y)}"/>${raw.x.length === 1 ? html`<circle class="c${line.colour % 10} dot" cx="${fixed(x(raw.x[0]))}" cy="${fixed(y(raw.last[0]))}" r="3"/>` : nothing}`)}
${filled.length === 0 ? html`<text class="tick" x="${width / 2}" y="${height / 2}" text-anchor="middle">no points</text>` : nothing}
</svg>${nonFinite.length > 0 ? html`<p class="note">Not finite: ${nonFinite.map(({ label, series }) => `${label || title} at ${formatCount(series.nonFinite.count)} of ${formatCount(series.length)} points`).join("; ")}.</p>` : nothing}</figure>`;
}

/** A word under the axis: in the middle of its place, or ending at the picture's edge where it would be cut off there. */
function stepTick(at: number, label: string): Html {
  const isCut = at + (label.length * digitWidth) / 2 > width;
  return html`<text class="tick" x="${fixed(isCut ? width : at)}" y="${area.bottom + 18}" text-anchor="${isCut ? "end" : "middle"}">${label}</text>`;
}

function legend(lines: readonly ReportLine[]): Html[] {
  return lines.filter((line) => line.label !== "" || lines.length === 1).slice(0, 24).map(({ label, series, colour, dashed }) => {
    const { lastFinite } = series.facts;
    return html` <span class="key"><svg width="18" height="8" aria-hidden="true"><line class="line c${colour % 10}${dashed ? " dashed" : ""}" x1="0" x2="18" y1="4" y2="4"/></svg> ${label} <b>${lastFinite ? formatValue(lastFinite.value) : "–"}</b></span>`;
  });
}

function describe(title: string, lines: readonly ReportLine[]): string {
  const parts = lines.slice(0, 8).map(({ label, series }) => {
    const { first, lastFinite } = series.facts;
    return first && lastFinite ? `${label || "value"} from ${formatValue(first.value)} to ${formatValue(lastFinite.value)}` : `${label || "value"} is never finite`;
  });
  return `${title}: ${parts.join("; ") || "no points"}`;
}

interface Scale {
  /** Where a value lies, 0 at the bottom to 1 at the top; NaN for what a logarithm cannot show. */
  readonly share: (value: number) => number;
  readonly ticks: readonly number[];
}

function valueScale(drawn: readonly Drawn[], bands: readonly ReportBand[]): Scale {
  let min = Infinity;
  let max = -Infinity;
  const take = (value: number) => {
    if (value < min) min = value;
    if (value > max && value < Infinity) max = value;
  };
  for (const { raw } of drawn) {
    for (const value of raw.min) if (value > -Infinity) take(value);
    for (const value of raw.max) take(value);
  }
  // a band from two or three runs is many times as wide as what they differ by: it may take as much room as the curves, no more
  const room = max > min ? max - min : Infinity;
  const [least, most] = [min - room, max + room];
  for (const { low, high } of bands) for (const value of [...low, ...high]) if (Number.isFinite(value)) take(Math.min(most, Math.max(least, value)));
  if (min > max) [min, max] = [0, 1];
  if (min > 0 && max / min > logFrom) {
    const [low, high] = [Math.log10(min), Math.log10(max)];
    const decades = Math.max(1, Math.ceil((high - low) / 6));
    const ticks = Array.from({ length: Math.floor(high / decades) - Math.ceil(low / decades) + 1 }, (_, i) => 10 ** ((Math.ceil(low / decades) + i) * decades));
    return { share: (value) => (Math.log10(value) - low) / (high - low), ticks };
  }
  const margin = min === max ? Math.abs(min) * 0.1 || 1 : (max - min) * 0.05;
  // what is never negative gets no negative axis
  const [low, high] = [min >= 0 ? Math.max(0, min - margin) : min - margin, max + margin];
  return { share: (value) => (value - low) / (high - low), ticks: niceTicks(low, high, 5) };
}

/** Round values within [from, to], about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(from: number, to: number, count: number): number[] {
  const raw = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= raw) ?? raw;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step + 1e-9) - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function path({ x, last, min, max, exact }: Columns, toX: (step: number) => number, toY: (value: number) => number): string {
  let text = "";
  let open = false;
  const point = (px: number, py: number) => {
    if (!Number.isFinite(py)) {
      open = false;
      return;
    }
    text += `${open ? "L" : "M"}${fixed(px)} ${fixed(py)}`;
    open = true;
  };
  for (let i = 0; i < x.length; i++) {
    const px = toX(x[i]);
    if (exact || min[i] === max[i]) point(px, toY(last[i]));
    else {
      point(px, toY(min[i]));
      point(px, toY(max[i]));
      point(px, toY(Number.isFinite(last[i]) ? last[i] : max[i]));
    }
  }
  return text;
}

function bandPath(steps: readonly number[], low: readonly number[], high: readonly number[], x: (step: number) => number, y: (value: number) => number): string {
  const points = [...steps.map((step, i) => [x(step), y(high[i])]), ...steps.map((step, i) => [x(step), y(low[i])]).reverse()].filter(([, py]) => Number.isFinite(py)).map(([px, py]) => [px, Math.min(area.bottom, Math.max(area.top, py))]);
  return points.length === 0 ? "" : `M${points.map(([px, py]) => `${fixed(px)} ${fixed(py)}`).join("L")}Z`;
}

/** Moving average without start bias (Kingma and Ba 2015, section 3); what is not finite breaks it. */
function averaged(series: Series): Series {
  const out = new Series();
  const [steps, values] = [new Float64Array(series.length), new Float64Array(series.length)];
  let mean = 0;
  let rest = 1;
  for (let i = 0; i < series.length; i++) {
    const value = series.values.get(i);
    steps[i] = series.steps.get(i);
    if (!Number.isFinite(value)) {
      [values[i], mean, rest] = [NaN, 0, 1];
      continue;
    }
    mean = weight * mean + (1 - weight) * value;
    rest *= weight;
    values[i] = mean / (1 - rest);
  }
  out.extend(steps, values, new Float64Array(series.length));
  return out;
}

/** To a tenth of a pixel. */
function fixed(x: number): string {
  return String(Math.round(x * 10) / 10);
}
