import type { Chart } from "chart.js";
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatValue } from "../../src/common/format.js";
import type { Columns } from "../../src/common/series/columns.js";
import { createAxes, updateAxes } from "./axes.js";
import { CursorGroup } from "./cursorGroup.js";
import type { Curve, View } from "./curve.js";
import { type Area, type DrawnLine, drawLines, pixelOf, placeAt, type Projection, Raster } from "./drawLines.js";
import { markBelowLog, markNonFinite, markOutside, nonFiniteName } from "./drawMarks.js";
import { formatPlace, type HorizontalAxis, inUnit, stepAxis } from "./horizontalAxis.js";
import { pictureOf } from "./picture.js";
import { redraws } from "./redraw.js";
import { describeCurve } from "./summary.js";
import { svgOf } from "./svg.js";
import { css, onThemeChange, type Rgba, theme } from "./theme.js";
import { type ValueRange, valueRange } from "./valueRange.js";
import { valueTable } from "./valueTable.js";
import { nearestEntry, toVertices, Vertices } from "./vertices.js";
import "./lineChart.css";

/** One line of a chart. */
export interface ChartLine {
  readonly id: string;
  readonly label: string;
  readonly series: Curve;
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

/** Columns left of the plot's right edge that axes take: the gutter of the values and the padding. */
const outsidePlot = 64;
/** Lines that the list at the pointer names at most: those nearest to it. */
const readoutLines = 12;

/**
 * A chart of curves, fed by growing series: the host element calls `dataChanged` when they grew. Zoom by dragging, back by double
 * click; on the keyboard the arrows move the cursor, + and - zoom, Escape shows all. Cursor and zoom are those of its group.
 */
@customElement("descent-line-chart")
export class LineChart extends LitElement {
  @property({ attribute: false }) heading = "";
  @property({ attribute: false }) lines: readonly ChartLine[] = [];
  @property({ attribute: false }) group = new CursorGroup();
  @property({ attribute: false }) axis: HorizontalAxis = stepAxis;
  @property({ type: Boolean }) log = false;
  /** Weight of the moving average, 0 for none. */
  @property({ type: Number }) smoothing = 0;
  /** Places at which the axis begins and ends when nothing is zoomed. */
  @property({ type: Number }) begin = 0;
  @property({ type: Number }) end = 1;
  /** Leaves outliers out of the value axis, and says so. */
  @property({ type: Boolean }) clip = false;
  /** Which values are better: the best is named beside the last. */
  @property({ attribute: false }) better: "lower" | "higher" | null = null;
  /** Speaks its summary when it changes; one chart a page should. */
  @property({ type: Boolean }) announce = false;
  /** Up to this many lines the head of the chart names all; above it the main ones and the one under the pointer. */
  @property({ type: Number }) named = 4;
  /** The line to bring out, by id. */
  @property({ attribute: false }) highlighted: string | null = null;
  /** What the empty chart says. */
  @property({ attribute: false }) waiting = "No points yet";

  /** The heading can be dragged: what holds the chart moves it. */
  @property({ type: Boolean }) movable = false;

  @state() private asTable = false;
  @state() private nearest: string | null = null;
  private spoken = "";
  private spokenAt = 0;

  private chart: Chart | undefined;
  private area: Area = { left: 0, top: 0, right: 0, bottom: 0 };
  private projection: Projection = { kx: 1, bx: 0, ky: -1, by: 0, log: false, logX: false, origin: 0 };
  private drawn: DrawnLine[] = [];
  private range: ValueRange = { min: 0, max: 1, below: null, above: null };
  private readonly raster = new Raster();
  private readonly vertices = new Map<string, Vertices>();
  /** What each line was drawn from last, by its id: values at the cursor come from it. */
  private readonly columns = new Map<string, Columns>();
  private isPointed = false;
  private isNear = false;
  private marked: number | null = null;
  private pointerY = 0;
  private dragFrom: number | null = null;
  private dragTo: number | null = null;
  private readonly resize = new ResizeObserver(() => redraws.soon(this));
  /** A chart that cannot be seen draws nothing and asks for nothing: hundreds may stand below each other. */
  private readonly near = new IntersectionObserver(
    (entries) => {
      this.isNear = entries[entries.length - 1].isIntersecting;
      if (this.isNear) redraws.soon(this);
    },
    { rootMargin: "200px" },
  );
  private isWatched = false;
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
    this.near.disconnect();
    this.isWatched = this.isNear = false;
    this.chart?.destroy();
    this.chart = undefined;
  }

  /** The series grew: draws within the refresh interval. */
  dataChanged(): void {
    redraws.later(this);
  }

  protected override updated(changed: PropertyValues): void {
    const plot = this.querySelector<HTMLElement>(".chart-plot");
    if (plot && !this.isWatched) {
      this.isWatched = true;
      this.resize.observe(plot);
      this.near.observe(plot);
    }
    this.placeReadout();
    if (["lines", "log", "smoothing", "begin", "end", "highlighted", "axis", "clip", "asTable", "nearest"].some((name) => changed.has(name))) redraws.soon(this);
  }

  /** The places shown. */
  private get shown(): { from: number; to: number } {
    const { from, to } = this.group.range ?? { from: this.begin, to: this.end };
    if (!this.axis.log) return { from, to };
    // a logarithm begins at the first unit, or at a thousandth of a span that is shorter
    const least = this.axis.origin + Math.min(Math.max(1, this.axis.kind === "step" ? 1 : 0.1), (to - this.axis.origin) / 10);
    return { from: Math.max(from, least), to };
  }

  /** Computes what is visible and draws it; called by the redraw queue. */
  draw(): void {
    const plot = this.querySelector<HTMLElement>(".chart-plot");
    if (!plot || !this.isConnected || !this.isNear) return;
    const { clientWidth: width, clientHeight: height } = plot;
    if (width === 0 || height === 0) return;
    this.chart ??= createAxes(this.querySelector<HTMLCanvasElement>(".chart-data")!, (chart) => this.drawData(chart));
    const ratio = window.devicePixelRatio || 1;
    if (this.chart.width !== width || this.chart.height !== height || this.chart.currentDevicePixelRatio !== ratio) {
      this.chart.options.devicePixelRatio = ratio;
      this.chart.resize(width, height);
      const overlay = this.querySelector<HTMLCanvasElement>(".chart-overlay")!;
      overlay.width = Math.round(width * ratio);
      overlay.height = Math.round(height * ratio);
    }
    const { from, to } = this.shown;
    const view: View = { axis: this.axis.kind, from, to, columns: Math.max(1, Math.round((width - outsidePlot) * Math.min(ratio, 2))), log: this.axis.log, origin: this.axis.origin };
    this.reduce(view);
    this.range = valueRange(this.drawn.map((line) => line.vertices), from, to, { log: this.log, clip: this.clip });
    const x = { min: inUnit(this.axis, from), max: inUnit(this.axis, to), axis: this.axis };
    updateAxes(this.chart, { x, y: { min: this.range.min, max: this.range.max, log: this.log, empty: this.drawn.every((line) => line.vertices.count === 0) } }, theme());
    this.drawOverlay();
    this.speak();
    this.requestUpdate();
  }

  private reduce(view: View): void {
    const emphasis = this.highlighted ?? this.nearest;
    const many = this.lines.length > this.named;
    this.drawn = [];
    const raw: DrawnLine[] = [];
    for (const line of this.lines) {
      const colour = line.colour();
      const faded = many && emphasis !== null && emphasis !== line.id && !line.main;
      const width = emphasis === line.id || line.main ? 2 : many ? 1.25 : 1.75;
      const look = { colour, dashed: line.dashed, width, points: true, alpha: faded ? 0.3 : 1 };
      const smoothing = line.smooth ? this.smoothing : 0;
      if (smoothing > 0) raw.push({ ...look, vertices: this.reduced(`${line.id} raw`, line.series.columns(view, 0), view), alpha: 0.35, width: 1, points: false });
      const columns = line.series.columns(view, smoothing);
      this.columns.set(line.id, columns);
      this.drawn.push({ ...look, vertices: this.reduced(line.id, columns, view), points: smoothing === 0 });
    }
    // raw lines behind all smoothed ones; what is brought out, last
    const rank = (index: number) => (this.lines[index].id === emphasis ? 2 : this.lines[index].main ? 1 : 0);
    const order = this.drawn.map((_, index) => index).sort((a, b) => rank(a) - rank(b));
    this.drawn = [...raw, ...order.map((index) => this.drawn[index])];
  }

  private reduced(key: string, columns: Columns, view: View): Vertices {
    let vertices = this.vertices.get(key);
    if (!vertices) this.vertices.set(key, (vertices = new Vertices()));
    toVertices(columns, view, vertices);
    return vertices;
  }

  private drawData(chart: Chart): void {
    const { left, top, right, bottom } = chart.chartArea;
    this.area = { left, top, right, bottom };
    const { from, to } = this.shown;
    const y = chart.scales["y"];
    const [low, high] = this.log ? [Math.log10(y.min), Math.log10(y.max)] : [y.min, y.max];
    const ky = -(bottom - top) / (high - low);
    const { log: logX, origin } = this.axis;
    const [first, last] = logX ? [Math.log(from - origin), Math.log(to - origin)] : [from - origin, to - origin];
    const kx = (right - left) / (last - first);
    this.projection = { kx, bx: left - first * kx, ky, by: bottom - low * ky, log: this.log, logX, origin };
    drawLines(chart.ctx, this.drawn, this.area, this.projection, this.raster);
    const { error, font } = theme();
    for (const line of this.drawn) {
      markNonFinite(chart.ctx, line.vertices, this.area, this.projection, error, font);
      if (this.log) markBelowLog(chart.ctx, line.vertices, this.area, this.projection, line.colour);
      if (this.range.above !== null || this.range.below !== null) markOutside(chart.ctx, line.vertices, this.area, this.projection, this.range, line.colour);
    }
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
    const x = pixelOf(projection, cursor);
    context.fillStyle = css(foreground, 0.6);
    context.fillRect(Math.round(x), area.top, 1, area.bottom - area.top);
    for (const line of this.lines) {
      if (this.lines.length > this.named && !line.main && line.id !== (this.highlighted ?? this.nearest)) continue;
      const point = this.pointAt(line, cursor);
      if (!point) continue;
      const px = pixelOf(projection, point.place);
      const py = (this.log ? Math.log10(point.value) : point.value) * projection.ky + projection.by;
      if (!Number.isFinite(py) || px < area.left - 1 || px > area.right + 1) continue;
      context.beginPath();
      context.arc(px, py, 4, 0, 2 * Math.PI);
      context.fillStyle = css(line.colour());
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = css(background);
      context.stroke();
    }
    const text = formatPlace(this.axis, cursor);
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
    if (text !== this.spoken && this.lines.some((line) => line.series.facts.count > 0)) {
      this.spoken = text;
      this.spokenAt = now;
    }
  }

  /** The chart in a sentence. */
  summary(): string {
    const named = this.lines.length > this.named ? this.lines.filter((line) => line.main) : this.lines;
    const others = this.lines.length - named.length;
    const parts = named.map((line) => describeCurve(line.label, line.series.facts));
    if (others > 0) parts.push(`${others} more lines, in the table view`);
    return parts.length === 0 ? `${this.heading}: ${this.waiting}.` : `${this.heading}: ${parts.join("; ")}.`;
  }

  protected override render() {
    const hasTable = this.asTable;
    return html`
      <section class="chart" aria-label=${this.heading}>
        <div class="chart-head">
          <h2 class="chart-title" title=${this.heading} draggable=${this.movable ? "true" : nothing}>${this.heading}</h2>
          <div class="chart-legend">${this.legend()}</div>
          <button class="icon-button" type="button" aria-pressed=${hasTable ? "true" : "false"} aria-label=${`${this.heading}: show as table`}
            title=${hasTable ? "Show the chart" : "Show as a table"} @click=${() => (this.asTable = !hasTable)}>
            <span class="codicon codicon-${hasTable ? "graph-line" : "table"}" aria-hidden="true"></span>
          </button>
        </div>
        <div class="chart-body">
          ${hasTable ? valueTable(this.heading, this.tableLines(), this.shown, this.axis) : nothing}
          <div class="chart-plot" ?hidden=${hasTable} tabindex="0" role="slider" aria-label=${`${this.heading}, cursor`} aria-orientation="horizontal"
            aria-valuemin=${this.shown.from} aria-valuemax=${this.shown.to} aria-valuenow=${this.group.cursor ?? this.shown.to} aria-valuetext=${this.cursorText()}
            @pointermove=${this.onPointerMove} @pointerdown=${this.onPointerDown} @pointerup=${this.onPointerUp} @pointerleave=${this.onPointerLeave}
            @dblclick=${() => (this.group.range = null)} @keydown=${this.onKey} @blur=${() => (this.group.cursor = null)}>
            <canvas class="chart-data" aria-hidden="true"></canvas>
            <canvas class="chart-overlay" aria-hidden="true"></canvas>
            ${this.readout()}
            ${this.lines.every((line) => line.series.facts.count === 0) ? html`<p class="chart-empty"><span>${this.waiting}</span></p>` : nothing}
          </div>
        </div>
        <p class="visually-hidden" aria-live=${this.announce ? "polite" : "off"}>${this.spoken}</p>
      </section>
    `;
  }

  /** Names and values: at the cursor, or the last and the best ones. */
  private legend() {
    const emphasis = this.highlighted ?? this.nearest;
    const many = this.lines.length > this.named;
    const named = many ? this.lines.filter((line) => line.main || line.id === emphasis) : this.lines;
    const others = this.lines.filter((line) => !line.main);
    const { above, below } = this.range;
    return html`
      ${above !== null || below !== null
        ? html`<span class="legend-entry legend-outside" title="Outliers are left out of the axis; triangles show where they are">${below === null ? nothing : `▾ ${formatValue(below)}`} ${above === null ? nothing : `▴ ${formatValue(above)}`} outside</span>`
        : nothing}
      ${named.map((line) => {
        const value = this.valueAtCursor(line);
        const { count, last, nonFinite } = line.series.facts;
        const best = this.group.cursor === null ? this.bestOf(line) : null;
        return html`<span class="legend-entry" title=${`${line.label} ${formatValue(value, 6)}${best ? `, best ${formatValue(best.value, 6)} at step ${formatCount(best.step)}` : ""}${nonFinite > 0 ? `, ${formatCount(nonFinite)} values are not finite` : ""}`}>
          ${line.label === "" ? nothing : html`${swatch(line.colour(), line.dashed)}<span class="legend-label">${line.label}</span>`}
          <span class="legend-value ${Number.isFinite(value) || count === 0 ? "" : "is-error"}">${count === 0 ? "–" : formatValue(value)}</span>
          ${best && best.step !== last?.step ? html`<span class="legend-best">best ${formatValue(best.value)}</span>` : nothing}
        </span>`;
      })}
      ${many && this.named > 0 && emphasis === null && others.length > 0
        ? html`<span class="legend-entry legend-range" title=${others.map((line) => line.label).join(", ")}>
            ${others.slice(0, 12).map((line) => swatch(line.colour(), false, 6))}<span class="legend-label">${others[0].label} … ${others[others.length - 1].label}</span>
          </span>`
        : nothing}
    `;
  }

  /** Values at the pointer, sorted as the lines lie there: beside the cursor, in the chart that is pointed at. */
  private readout() {
    const { cursor } = this.group;
    if (!this.isPointed || cursor === null || this.lines.length < 2) return nothing;
    const entries = this.lines.flatMap((line) => {
      const point = this.pointAt(line, cursor);
      return point ? [{ line, ...point }] : [];
    });
    const height = (value: number) => (this.log ? Math.log10(value) : value) * this.projection.ky + this.projection.by;
    const nearest = entries.toSorted((a, b) => Math.abs(height(a.value) - this.pointerY) - Math.abs(height(b.value) - this.pointerY) || 0).slice(0, readoutLines);
    nearest.sort((a, b) => (Number.isNaN(a.value) ? -1 : Number.isNaN(b.value) ? 1 : b.value - a.value));
    return html`<div class="chart-readout" aria-hidden="true">
      ${nearest.map(({ line, value, flags }) => html`<div class=${line.id === this.nearest ? "is-nearest" : ""}>
        ${swatch(line.colour(), line.dashed, 10)}<span class="readout-label">${line.label}</span><b>${flags === 0 ? formatValue(value, 4) : nonFiniteName(flags)}</b>
      </div>`)}
      ${entries.length > nearest.length ? html`<div class="readout-more">${formatCount(entries.length - nearest.length)} more</div>` : nothing}
    </div>`;
  }

  /** The page's policy allows no style in markup: the list at the pointer is put beside the cursor here. */
  private placeReadout(): void {
    const readout = this.querySelector<HTMLElement>(".chart-readout");
    if (!readout || this.group.cursor === null) return;
    const left = pixelOf(this.projection, this.group.cursor);
    const isRight = left > (this.area.left + this.area.right) / 2;
    readout.style.left = isRight ? "auto" : `${left + 12}px`;
    readout.style.right = isRight ? `${(this.chart?.width ?? 0) - left + 12}px` : "auto";
  }

  private bestOf(line: ChartLine) {
    return this.better === null ? null : this.better === "lower" ? line.series.facts.min : line.series.facts.max;
  }

  /** A line's point nearest to a place, as it is drawn. */
  private pointAt(line: ChartLine, at: number): { place: number; step: number; value: number; flags: number } | null {
    const columns = this.columns.get(line.id);
    const index = columns ? nearestEntry(columns, at) : -1;
    if (!columns || index < 0) return null;
    const value = columns.last[index];
    return { place: columns.x[index], step: columns.steps[index], value, flags: Number.isFinite(value) ? 0 : columns.flags[index] };
  }

  private valueAtCursor(line: ChartLine): number {
    const { cursor } = this.group;
    const smoothing = line.smooth ? this.smoothing : 0;
    if (cursor === null && smoothing === 0) return line.series.facts.last?.value ?? NaN;
    return this.pointAt(line, cursor ?? Infinity)?.value ?? line.series.facts.last?.value ?? NaN;
  }

  private tableLines() {
    const { from, to } = this.shown;
    const view: View = { axis: this.axis.kind, from, to, columns: 256, log: this.axis.log, origin: this.axis.origin };
    return this.lines.map((line) => ({ label: line.label, columns: line.series.columns(view, 0) }));
  }

  /** The step pointed at last in this chart; null before. */
  get markedStep(): number | null {
    return this.marked;
  }

  private mark(): void {
    const { cursor } = this.group;
    if (cursor === null) return;
    if (this.axis.kind === "step") this.marked = Math.round(cursor);
    else this.marked = this.lines.map((line) => this.pointAt(line, cursor)).find((point) => point !== null)?.step ?? this.marked;
  }

  /** The chart as a PNG picture, twice as fine as the screen's pixels, with heading and legend. */
  toPng(): Promise<Uint8Array<ArrayBuffer>> {
    return pictureOf(this.heading, this.querySelector<HTMLCanvasElement>(".chart-data")!, this.legendEntries(), theme());
  }

  /** The chart as an SVG drawing. */
  toSvg(): string {
    const { width = 600, height = 300 } = this.chart ?? {};
    return svgOf({ heading: this.heading, lines: this.drawn, legend: this.legendEntries(), area: this.area, projection: this.projection, axis: this.axis, shown: this.shown, range: this.range, width, height, theme: theme() });
  }

  private legendEntries() {
    return this.lines.map((line) => ({ label: line.label || this.heading, colour: line.colour(), dashed: line.dashed }));
  }

  private cursorText(): string {
    const place = this.group.cursor ?? this.shown.to;
    const named = this.lines.length > this.named ? this.lines.filter((line) => line.main || line.id === this.highlighted) : this.lines;
    const where = this.axis.kind === "time" ? formatPlace(this.axis, place) : `step ${formatCount(Math.round(place))}`;
    return `${where}: ${named.map((line) => `${line.label} ${formatValue(this.valueAtCursor(line))}`).join(", ") || this.waiting}`;
  }

  private placeUnder(x: number): number {
    const { from, to } = this.shown;
    const place = Math.min(to, Math.max(from, placeAt(this.projection, x)));
    return this.axis.kind === "step" ? Math.round(place) : place;
  }

  private readonly onPointerMove = (event: PointerEvent): void => {
    if (this.dragFrom !== null) this.dragTo = Math.min(this.area.right, Math.max(this.area.left, event.offsetX));
    this.isPointed = true;
    this.pointerY = event.offsetY;
    this.group.cursor = this.placeUnder(event.offsetX);
    this.mark();
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
    const places = [this.placeUnder(from), this.placeUnder(to)].sort((a, b) => a - b);
    if (places[1] > places[0]) this.group.range = { from: places[0], to: places[1] };
  };

  private readonly onPointerLeave = (): void => {
    this.isPointed = false;
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
    const whole = this.axis.kind === "step" ? Math.round : (place: number) => place;
    const stride = Math.max(this.axis.kind === "step" ? 1 : 0, whole(((to - from) / 200) * (event.shiftKey ? 10 : 1)));
    const zoom = (factor: number) => {
      const half = Math.max(this.axis.kind === "step" ? 2 : 1e-3, ((to - from) * factor) / 2);
      const left = Math.max(this.begin, Math.min(cursor - half, this.end - 2 * half));
      const right = Math.min(this.end, left + 2 * half);
      this.group.range = left <= this.begin && right >= this.end ? null : { from: whole(left), to: whole(right) };
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
    this.mark();
  };
}

/** A piece of the line as it is drawn, before its name. */
function swatch(colour: Rgba, dashed: boolean, width = 16) {
  return html`<svg class="swatch" width=${width} height="8" viewBox="0 0 ${width} 8" aria-hidden="true">
    <line x1="0" y1="4" x2=${width} y2="4" stroke=${css(colour)} stroke-width="2" stroke-dasharray=${dashed ? "5 3" : nothing}></line>
  </svg>`;
}
