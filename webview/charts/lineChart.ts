import type { Chart } from "chart.js";
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { createAxes, updateAxes } from "./axes.js";
import { reduceToColumns, Vertices } from "./columns.js";
import { CursorGroup } from "./cursorGroup.js";
import { type Area, type DrawnLine, drawLines, type Projection, Raster } from "./drawLines.js";
import { markBelowLog, markNonFinite } from "./drawMarks.js";
import { formatCount, formatValue } from "../../src/common/format.js";
import { redraws } from "./redraw.js";
import { type Curve, nearestIndex, type Series } from "./series.js";
import { SmoothedCurve } from "./smoothing.js";
import { describeCurve } from "./summary.js";
import { css, onThemeChange, type Rgba, theme } from "./theme.js";
import { valueTable } from "./valueTable.js";
import "./lineChart.css";

/** One line of a chart. */
export interface ChartLine {
  readonly id: string;
  readonly label: string;
  readonly series: Series;
  /** Asked at each drawing, so that it follows the theme. */
  readonly colour: () => Rgba;
  readonly dashed: boolean;
  /** Follows the chart's smoothing; curves measured over a whole split do not need it. */
  readonly smooth: boolean;
  /** Drawn and named before the others; without any, all lines are equal. */
  readonly main: boolean;
}

/** Milliseconds between two spoken summaries. */
const politeInterval = 15_000;

/**
 * A chart of curves over steps, fed by growing series: the host element calls `dataChanged` when they grew. Zoom by dragging, back by double
 * click; on the keyboard the arrows move the cursor, + and - zoom, Escape shows all. Cursor and zoom are those of its group.
 */
@customElement("descent-line-chart")
export class LineChart extends LitElement {
  @property({ attribute: false }) heading = "";
  @property({ attribute: false }) lines: readonly ChartLine[] = [];
  @property({ attribute: false }) group = new CursorGroup();
  @property({ type: Boolean }) log = false;
  /** Weight of the moving average, 0 for none. */
  @property({ type: Number }) smoothing = 0;
  /** Steps at which the axis ends when nothing is zoomed. */
  @property({ type: Number }) end = 1;
  /** The x axis counts in units of this many steps (steps an epoch), named `unit`. */
  @property({ type: Number }) stepsPerUnit = 1;
  @property({ attribute: false }) unit = "step";
  /** Speaks its summary when it changes; one chart a page should. */
  @property({ type: Boolean }) announce = false;
  /** Up to this many lines the head of the chart names all; above it the main ones and the one under the pointer. */
  @property({ type: Number }) named = 4;
  /** The line to bring out, by id. */
  @property({ attribute: false }) highlighted: string | null = null;
  /** What the empty chart says. */
  @property({ attribute: false }) waiting = "No points yet";

  @state() private asTable = false;
  @state() private nearest: string | null = null;
  private spoken = "";
  private spokenAt = 0;

  private chart: Chart | undefined;
  private area: Area = { left: 0, top: 0, right: 0, bottom: 0 };
  private projection: Projection = { kx: 1, bx: 0, ky: -1, by: 0, log: false };
  private drawn: DrawnLine[] = [];
  private readonly raster = new Raster();
  private readonly vertices = new Map<string, Vertices>();
  private readonly smoothed = new Map<string, { series: Series; weight: number; curve: SmoothedCurve }>();
  private dragFrom: number | null = null;
  private dragTo: number | null = null;
  private readonly resize = new ResizeObserver(() => redraws.soon(this));
  private readonly undo: (() => void)[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.undo.push(
      onThemeChange(() => {
        redraws.soon(this);
        this.requestUpdate();
      }),
      this.group.onChange(() => {
        redraws.soon(this);
        this.requestUpdate();
      }),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.undo.splice(0)) stop();
    redraws.forget(this);
    this.resize.disconnect();
    this.chart?.destroy();
    this.chart = undefined;
  }

  /** The series grew: draws within the refresh interval. */
  dataChanged(): void {
    redraws.later(this);
  }

  protected override updated(changed: PropertyValues): void {
    const plot = this.querySelector<HTMLElement>(".chart-plot");
    if (plot && !this.chart) {
      this.chart = createAxes(this.querySelector<HTMLCanvasElement>(".chart-data")!, (chart) => this.drawData(chart));
      this.resize.observe(plot);
    }
    if (["lines", "log", "smoothing", "end", "highlighted", "stepsPerUnit", "asTable", "nearest"].some((name) => changed.has(name))) redraws.soon(this);
  }

  /** The steps shown. */
  private get shown(): { from: number; to: number } {
    return this.group.range ?? { from: 0, to: this.end };
  }

  /** Computes what is visible and draws it; called by the redraw queue. */
  draw(): void {
    const plot = this.querySelector<HTMLElement>(".chart-plot");
    if (!this.chart || !plot || !this.isConnected) return;
    const { clientWidth: width, clientHeight: height } = plot;
    if (width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    if (this.chart.width !== width || this.chart.height !== height || this.chart.currentDevicePixelRatio !== ratio) {
      this.chart.options.devicePixelRatio = ratio;
      this.chart.resize(width, height);
      const overlay = this.querySelector<HTMLCanvasElement>(".chart-overlay")!;
      overlay.width = Math.round(width * ratio);
      overlay.height = Math.round(height * ratio);
    }
    const { from, to } = this.shown;
    this.reduce(from, to, Math.max(1, Math.round((width - 64) * Math.min(ratio, 2))));
    const [min, max] = this.valueRange(from, to);
    updateAxes(this.chart, { x: { min: from / this.stepsPerUnit, max: to / this.stepsPerUnit }, y: { min, max, log: this.log, empty: this.drawn.every((line) => line.vertices.count === 0) } }, theme());
    this.drawOverlay();
    this.speak();
    this.requestUpdate();
  }

  private reduce(from: number, to: number, columns: number): void {
    const emphasis = this.highlighted ?? this.nearest;
    const many = this.lines.length > this.named;
    this.drawn = [];
    const raw: DrawnLine[] = [];
    for (const line of this.lines) {
      const colour = line.colour();
      const faded = many && emphasis !== null && emphasis !== line.id && !line.main;
      const width = emphasis === line.id || line.main ? 2 : many ? 1.25 : 1.75;
      const look = { colour, dashed: line.dashed, width, points: true, alpha: faded ? 0.3 : 1 };
      const shown = this.curveOf(line);
      if (shown !== line.series) raw.push({ ...look, vertices: this.reduced(`${line.id} raw`, line.series, from, to, columns), alpha: 0.35, width: 1, points: false });
      this.drawn.push({ ...look, vertices: this.reduced(line.id, shown, from, to, columns), points: shown === line.series });
    }
    // raw lines behind all smoothed ones; what is brought out, last
    const rank = (index: number) => (this.lines[index].id === emphasis ? 2 : this.lines[index].main ? 1 : 0);
    const order = this.drawn.map((_, index) => index).sort((a, b) => rank(a) - rank(b));
    this.drawn = [...raw, ...order.map((index) => this.drawn[index])];
  }

  private reduced(key: string, curve: Curve, from: number, to: number, columns: number): Vertices {
    let vertices = this.vertices.get(key);
    if (!vertices) this.vertices.set(key, (vertices = new Vertices()));
    reduceToColumns(curve, from, to, columns, vertices);
    return vertices;
  }

  /** The curve that stands for a line: its series, or the moving average of it. */
  private curveOf(line: ChartLine): Curve {
    if (this.smoothing === 0 || !line.smooth) return line.series;
    let known = this.smoothed.get(line.id);
    if (!known || known.series !== line.series || known.weight !== this.smoothing) {
      known = { series: line.series, weight: this.smoothing, curve: new SmoothedCurve(line.series, this.smoothing) };
      this.smoothed.set(line.id, known);
    }
    known.curve.update();
    return known.curve;
  }

  /** Least and greatest value in the picture, with a margin. */
  private valueRange(from: number, to: number): [number, number] {
    let min = Infinity;
    let max = -Infinity;
    const take = (y: number) => {
      if (!Number.isFinite(y) || (this.log && y <= 0)) return;
      if (y < min) min = y;
      if (y > max) max = y;
    };
    for (const { vertices: { x, y, count } } of this.drawn) {
      for (let i = 0; i < count; i++) {
        if (x[i] >= from && x[i] <= to) take(y[i]);
        // where the line crosses an edge of the picture
        if (i > 0) for (const edge of [from, to]) if (x[i - 1] < edge && x[i] > edge) take(y[i - 1] + ((y[i] - y[i - 1]) * (edge - x[i - 1])) / (x[i] - x[i - 1]));
      }
    }
    if (min > max) return this.log ? [1e-3, 1] : [0, 1];
    if (this.log) {
      const margin = Math.max(1.1, (max / min) ** 0.06);
      return [min / margin, max * margin];
    }
    if (min === max) return min === 0 ? [-1, 1] : [min - Math.abs(min) * 0.5, max + Math.abs(max) * 0.5];
    const margin = (max - min) * 0.06;
    // a quantity that is never negative gets no negative axis
    return [min >= 0 ? Math.max(0, min - margin) : min - margin, max + margin];
  }

  private drawData(chart: Chart): void {
    const { left, top, right, bottom } = chart.chartArea;
    this.area = { left, top, right, bottom };
    const { from, to } = this.shown;
    const y = chart.scales["y"];
    const [low, high] = this.log ? [Math.log10(y.min), Math.log10(y.max)] : [y.min, y.max];
    const kx = (right - left) / (to - from);
    const ky = -(bottom - top) / (high - low);
    this.projection = { kx, bx: left - from * kx, ky, by: bottom - low * ky, log: this.log };
    drawLines(chart.ctx, this.drawn, this.area, this.projection, this.raster);
    for (const line of this.lines) markNonFinite(chart.ctx, line.series, this.area, kx, this.projection.bx, theme().error, theme().font);
    if (this.log) for (const line of this.drawn) markBelowLog(chart.ctx, line.vertices.x, line.vertices.y, line.vertices.count, this.area, kx, this.projection.bx, line.colour);
  }

  /** Cursor, its dots and step, and the stretch being dragged: on a canvas of its own, so that moving the pointer redraws no line. */
  private drawOverlay(): void {
    const overlay = this.querySelector<HTMLCanvasElement>(".chart-overlay")!;
    const context = overlay.getContext("2d")!;
    const ratio = window.devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, overlay.width, overlay.height);
    const { area, projection } = this;
    const { foreground, background, font, focus } = theme();
    if (this.dragFrom !== null && this.dragTo !== null) {
      const [a, b] = [this.dragFrom, this.dragTo].sort((p, q) => p - q);
      context.fillStyle = css(focus, 0.2);
      context.fillRect(a, area.top, b - a, area.bottom - area.top);
    }
    const { cursor } = this.group;
    if (cursor === null || cursor < this.shown.from || cursor > this.shown.to) return;
    const x = cursor * projection.kx + projection.bx;
    context.fillStyle = css(foreground, 0.6);
    context.fillRect(Math.round(x), area.top, 1, area.bottom - area.top);
    for (const line of this.lines) {
      if (this.lines.length > this.named && !line.main && line.id !== (this.highlighted ?? this.nearest)) continue;
      const curve = this.curveOf(line);
      const index = nearestIndex(curve, cursor);
      const value = index < 0 ? NaN : this.log ? Math.log10(curve.values[index]) : curve.values[index];
      const px = index < 0 ? NaN : curve.steps[index] * projection.kx + projection.bx;
      const py = value * projection.ky + projection.by;
      if (!Number.isFinite(py) || px < area.left - 1 || px > area.right + 1) continue;
      context.beginPath();
      context.arc(px, py, 4, 0, 2 * Math.PI);
      context.fillStyle = css(line.colour());
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = css(background);
      context.stroke();
    }
    const text = `${this.unit} ${this.stepsPerUnit === 1 ? formatCount(cursor) : formatValue(cursor / this.stepsPerUnit)}`;
    context.font = `11px ${font}`;
    const width = context.measureText(text).width + 8;
    const left = Math.min(area.right - width, Math.max(area.left, x - width / 2));
    context.fillStyle = css(background);
    context.fillRect(left, area.bottom + 2, width, 16);
    context.fillStyle = css(foreground);
    context.textBaseline = "middle";
    context.fillText(text, left + 4, area.bottom + 11);
  }

  private speak(): void {
    const now = Date.now();
    if (now - this.spokenAt < politeInterval && this.spoken !== "") return;
    const text = this.summary();
    if (text !== this.spoken && this.lines.some((line) => line.series.length > 0)) {
      this.spoken = text;
      this.spokenAt = now;
    }
  }

  /** The chart in a sentence. */
  summary(): string {
    const named = this.lines.length > this.named ? this.lines.filter((line) => line.main) : this.lines;
    const others = this.lines.length - named.length;
    const parts = named.map((line) => describeCurve(line.label, line.series));
    if (others > 0) parts.push(`${others} more lines, in the table view`);
    return parts.length === 0 ? `${this.heading}: ${this.waiting}.` : `${this.heading}: ${parts.join("; ")}.`;
  }

  protected override render() {
    const hasTable = this.asTable;
    return html`
      <section class="chart" aria-label=${this.heading}>
        <div class="chart-head">
          <h2 class="chart-title" title=${this.heading}>${this.heading}</h2>
          <div class="chart-legend">${this.legend()}</div>
          <button class="icon-button" type="button" aria-pressed=${hasTable ? "true" : "false"} aria-label=${`${this.heading}: show as table`}
            title=${hasTable ? "Show the chart" : "Show as a table"} @click=${() => (this.asTable = !hasTable)}>
            <span class="codicon codicon-${hasTable ? "graph-line" : "table"}" aria-hidden="true"></span>
          </button>
        </div>
        <div class="chart-body">
          ${hasTable ? valueTable(this.heading, this.lines, this.shown, this.unit, this.stepsPerUnit) : nothing}
          <div class="chart-plot" ?hidden=${hasTable} tabindex="0" role="slider" aria-label=${`${this.heading}, cursor`} aria-orientation="horizontal"
            aria-valuemin=${this.shown.from} aria-valuemax=${this.shown.to} aria-valuenow=${this.group.cursor ?? this.shown.to} aria-valuetext=${this.cursorText()}
            @pointermove=${this.onPointerMove} @pointerdown=${this.onPointerDown} @pointerup=${this.onPointerUp} @pointerleave=${this.onPointerLeave}
            @dblclick=${() => (this.group.range = null)} @keydown=${this.onKey} @blur=${() => (this.group.cursor = null)}>
            <canvas class="chart-data" aria-hidden="true"></canvas>
            <canvas class="chart-overlay" aria-hidden="true"></canvas>
            ${this.lines.every((line) => line.series.length === 0) ? html`<p class="chart-empty"><span>${this.waiting}</span></p>` : nothing}
          </div>
        </div>
        <p class="visually-hidden" aria-live=${this.announce ? "polite" : "off"}>${this.spoken}</p>
      </section>
    `;
  }

  /** Names and values: at the cursor, or the last ones. */
  private legend() {
    const emphasis = this.highlighted ?? this.nearest;
    const many = this.lines.length > this.named;
    const named = many ? this.lines.filter((line) => line.main || line.id === emphasis) : this.lines;
    const others = this.lines.filter((line) => !line.main);
    return html`
      ${named.map((line) => {
        const value = this.valueAtCursor(line);
        return html`<span class="legend-entry" title=${`${line.label} ${formatValue(value, 6)}`}>
          ${line.label === "" ? nothing : html`${swatch(line.colour(), line.dashed)}<span class="legend-label">${line.label}</span>`}
          <span class="legend-value ${Number.isFinite(value) || line.series.length === 0 ? "" : "is-error"}">${line.series.length === 0 ? "–" : formatValue(value)}</span>
        </span>`;
      })}
      ${many && this.named > 0 && emphasis === null && others.length > 0
        ? html`<span class="legend-entry legend-range" title=${others.map((line) => line.label).join(", ")}>
            ${others.slice(0, 12).map((line) => swatch(line.colour(), false, 6))}<span class="legend-label">${others[0].label} … ${others[others.length - 1].label}</span>
          </span>`
        : nothing}
    `;
  }

  private valueAtCursor(line: ChartLine): number {
    const curve = this.curveOf(line);
    const index = this.group.cursor === null ? curve.length - 1 : nearestIndex(curve, this.group.cursor);
    return index < 0 ? NaN : curve.values[index];
  }

  private cursorText(): string {
    const step = this.group.cursor ?? this.shown.to;
    const named = this.lines.length > this.named ? this.lines.filter((line) => line.main || line.id === this.highlighted) : this.lines;
    return `step ${formatCount(step)}: ${named.map((line) => `${line.label} ${formatValue(this.valueAtCursor(line))}`).join(", ") || this.waiting}`;
  }

  private stepAt(x: number): number {
    const { from, to } = this.shown;
    return Math.round(Math.min(to, Math.max(from, (x - this.projection.bx) / this.projection.kx)));
  }

  private readonly onPointerMove = (event: PointerEvent): void => {
    if (this.dragFrom !== null) this.dragTo = Math.min(this.area.right, Math.max(this.area.left, event.offsetX));
    this.group.cursor = this.stepAt(event.offsetX);
    if (this.lines.length > this.named) this.nearest = this.nearestLine(event.offsetY);
    if (this.dragFrom !== null) redraws.soon(this);
  };

  private readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.dragFrom = Math.min(this.area.right, Math.max(this.area.left, event.offsetX));
    this.dragTo = null;
  };

  private readonly onPointerUp = (): void => {
    const [from, to] = [this.dragFrom, this.dragTo];
    this.dragFrom = this.dragTo = null;
    if (from === null || to === null || Math.abs(to - from) < 5) return;
    const steps = [this.stepAt(from), this.stepAt(to)].sort((a, b) => a - b);
    if (steps[1] > steps[0]) this.group.range = { from: steps[0], to: steps[1] };
  };

  private readonly onPointerLeave = (): void => {
    this.group.cursor = null;
    this.nearest = null;
  };

  private nearestLine(y: number): string | null {
    let best: string | null = null;
    let distance = 30;
    for (const line of this.lines) {
      const value = this.valueAtCursor(line);
      const py = (this.log ? Math.log10(value) : value) * this.projection.ky + this.projection.by;
      if (Math.abs(py - y) < distance) {
        distance = Math.abs(py - y);
        best = line.id;
      }
    }
    return best;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { from, to } = this.shown;
    const cursor = this.group.cursor ?? to;
    const stride = Math.max(1, Math.round(((to - from) / 200) * (event.shiftKey ? 10 : 1)));
    const zoom = (factor: number) => {
      const half = Math.max(2, ((to - from) * factor) / 2);
      const left = Math.max(0, Math.min(cursor - half, this.end - 2 * half));
      const right = Math.min(this.end, left + 2 * half);
      this.group.range = left <= 0 && right >= this.end ? null : { from: Math.round(left), to: Math.round(right) };
    };
    const actions: Record<string, () => void> = {
      ArrowLeft: () => (this.group.cursor = Math.max(from, cursor - stride)),
      ArrowRight: () => (this.group.cursor = Math.min(to, cursor + stride)),
      Home: () => (this.group.cursor = from),
      End: () => (this.group.cursor = to),
      "+": () => zoom(0.5),
      "=": () => zoom(0.5),
      "-": () => zoom(2),
      Escape: () => (this.group.range = null),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
}

/** A piece of the line as it is drawn, before its name. */
function swatch(colour: Rgba, dashed: boolean, width = 16) {
  return html`<svg class="swatch" width=${width} height="8" viewBox="0 0 ${width} 8" aria-hidden="true">
    <line x1="0" y1="4" x2=${width} y2="4" stroke=${css(colour)} stroke-width="2" stroke-dasharray=${dashed ? "5 3" : nothing}></line>
  </svg>`;
}
