import type { Chart } from "chart.js";
import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatCount, formatValue } from "../../src/common/format.js";
import { createAxes, updateAxes } from "./axes.js";
import { CursorGroup } from "./cursorGroup.js";
import { stepAxis } from "./horizontalAxis.js";
import { type Buckets, quantilesOf } from "./quantiles.js";
import { redraws } from "./redraw.js";
import { css, mix, onThemeChange, theme } from "./theme.js";
import "./lineChart.css";

/** How values lay at a step. */
export interface Snapshot extends Buckets {
  readonly step: number;
}

/** Shares that bound the bands, outermost first, and how strongly the bands are drawn. */
const bands = [
  { low: 0, high: 1, alpha: 0.14 },
  { low: 0.05, high: 0.95, alpha: 0.2 },
  { low: 0.25, high: 0.75, alpha: 0.3 },
] as const;

/**
 * How values lie through training: bands that hold all, 90 % and half of them around the median, or, as a histogram, each bucket's share as a shade. The
 * cursor and the zoom are those of its group; the arrows go from snapshot to snapshot.
 */
@customElement("descent-distribution-chart")
export class DistributionChart extends LitElement {
  @property({ attribute: false }) heading = "";
  @property({ attribute: false }) snapshots: readonly Snapshot[] = [];
  @property({ attribute: false }) group = new CursorGroup();
  @property({ attribute: false }) as: "bands" | "shades" = "bands";
  @property({ type: Number }) end = 1;
  @property({ attribute: false }) waiting = "";

  private chart: Chart | undefined;
  private place = { left: 0, right: 1 };
  private readonly resize = new ResizeObserver(() => redraws.soon(this));
  private stops: (() => void)[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const again = () => {
      redraws.soon(this);
      this.requestUpdate();
    };
    this.stops = [onThemeChange(again), this.group.onChange(again)];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops.splice(0)) stop();
    redraws.forget(this);
    this.resize.disconnect();
    this.chart?.destroy();
    this.chart = undefined;
  }

  protected override updated(): void {
    const plot = this.querySelector<HTMLElement>(".chart-plot");
    if (plot && !this.chart) {
      this.chart = createAxes(this.querySelector("canvas")!, (chart) => this.drawData(chart));
      this.resize.observe(plot);
    }
    redraws.soon(this);
  }

  private get shown(): { from: number; to: number } {
    return this.group.range ?? { from: 0, to: this.end };
  }

  draw(): void {
    const plot = this.querySelector<HTMLElement>(".chart-plot");
    if (!this.chart || !plot || plot.clientWidth === 0) return;
    const ratio = window.devicePixelRatio || 1;
    if (this.chart.width !== plot.clientWidth || this.chart.height !== plot.clientHeight || this.chart.currentDevicePixelRatio !== ratio) {
      this.chart.options.devicePixelRatio = ratio;
      this.chart.resize(plot.clientWidth, plot.clientHeight);
    }
    const { from, to } = this.shown;
    const inView = this.snapshots.filter(({ counts }) => counts.length > 0);
    let min = Math.min(...inView.map((one) => one.min));
    let max = Math.max(...inView.map((one) => one.max));
    if (!(min <= max)) [min, max] = [-1, 1];
    const margin = max > min ? (max - min) * 0.04 : Math.abs(max) * 0.5 || 1;
    updateAxes(this.chart, { x: { min: from, max: to, axis: stepAxis }, y: { min: min - margin, max: max + margin, log: false, empty: inView.length === 0 } }, theme());
  }

  private drawData(chart: Chart): void {
    const { left, right, top, bottom } = chart.chartArea;
    this.place = { left, right };
    const { from, to } = this.shown;
    const { min, max } = chart.scales["y"];
    const x = (step: number) => left + ((step - from) / (to - from)) * (right - left);
    const y = (value: number) => bottom - ((value - min) / (max - min)) * (bottom - top);
    const { ctx } = chart;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
    const drawn = this.snapshots.filter(({ counts }) => counts.length > 0);
    if (this.as === "shades" || drawn.length === 1) this.drawShades(ctx, drawn, x, y);
    else this.drawBands(ctx, drawn, x, y);
    ctx.restore();
    const { cursor } = this.group;
    if (cursor === null || cursor < from || cursor > to) return;
    ctx.fillStyle = css(theme().foreground, 0.6);
    ctx.fillRect(Math.round(x(cursor)), top, 1, bottom - top);
  }

  private drawBands(context: CanvasRenderingContext2D, drawn: readonly Snapshot[], x: (step: number) => number, y: (value: number) => number): void {
    const { run } = theme();
    for (const { low, high, alpha } of bands) {
      const edges = drawn.map((snapshot) => ({ x: x(snapshot.step), at: quantilesOf(snapshot, [low, high]) }));
      context.beginPath();
      for (const edge of edges) context.lineTo(edge.x, y(edge.at[1]));
      for (const edge of edges.toReversed()) context.lineTo(edge.x, y(edge.at[0]));
      context.closePath();
      context.fillStyle = css(run, alpha);
      context.fill();
    }
    context.beginPath();
    for (const snapshot of drawn) context.lineTo(x(snapshot.step), y(quantilesOf(snapshot, [0.5])[0]));
    context.strokeStyle = css(run);
    context.lineWidth = 1.75;
    context.stroke();
  }

  private drawShades(context: CanvasRenderingContext2D, drawn: readonly Snapshot[], x: (step: number) => number, y: (value: number) => number): void {
    const { background, run } = theme();
    drawn.forEach((snapshot, i) => {
      const here = x(snapshot.step);
      const before = i > 0 ? (x(drawn[i - 1].step) + here) / 2 : here - (drawn.length > 1 ? (x(drawn[1].step) - here) / 2 : 20);
      const after = i < drawn.length - 1 ? (x(drawn[i + 1].step) + here) / 2 : 2 * here - before;
      const most = Math.max(...snapshot.counts);
      const height = (snapshot.max - snapshot.min) / snapshot.counts.length;
      snapshot.counts.forEach((count, bucket) => {
        if (count === 0) return;
        const top = y(snapshot.min + height * (bucket + 1));
        // the square root, so that thin tails can be seen
        context.fillStyle = css(mix(background, run, 0.06 + 0.94 * Math.sqrt(count / most)));
        context.fillRect(Math.floor(before), top, Math.max(1, Math.ceil(after) - Math.floor(before)), Math.max(1, y(snapshot.min + height * bucket) - top));
      });
    });
  }

  /** The snapshot at the cursor, or the last one. */
  private get current(): Snapshot | undefined {
    const { cursor } = this.group;
    if (cursor === null) return this.snapshots.at(-1);
    return this.snapshots.reduce<Snapshot | undefined>((best, one) => (best && Math.abs(best.step - cursor) <= Math.abs(one.step - cursor) ? best : one), undefined);
  }

  private words(): string {
    const { current } = this;
    if (!current) return this.waiting;
    if (current.counts.length === 0) return `step ${formatCount(current.step)}: no finite value`;
    const [low, median, high] = quantilesOf(current, [0.05, 0.5, 0.95]);
    return `step ${formatCount(current.step)}: median ${formatValue(median)}, 90 % from ${formatValue(low)} to ${formatValue(high)}, all from ${formatValue(current.min)} to ${formatValue(current.max)}`;
  }

  protected override render() {
    const { from, to } = this.shown;
    return html`<section class="chart" aria-label=${this.heading}>
      <div class="chart-head"><h2 class="chart-title" title=${this.heading}>${this.heading}</h2></div>
      <div class="chart-body">
        <div class="chart-plot" tabindex="0" role="slider" aria-label=${`${this.heading}, cursor`} aria-orientation="horizontal" aria-valuemin=${from} aria-valuemax=${to}
          aria-valuenow=${this.group.cursor ?? to} aria-valuetext=${this.words()} @pointermove=${this.onMove} @pointerleave=${() => (this.group.cursor = null)}
          @keydown=${this.onKey} @blur=${() => (this.group.cursor = null)}>
          <canvas class="chart-data" aria-hidden="true"></canvas>
          ${this.snapshots.length === 0 ? html`<p class="chart-empty"><span>${this.waiting}</span></p>` : nothing}
        </div>
      </div>
      <p class="chart-words" title=${this.words()}>${this.snapshots.length > 0 ? this.words() : ""}</p>
    </section>`;
  }

  private readonly onMove = (event: PointerEvent): void => {
    const { from, to } = this.shown;
    const share = (event.offsetX - this.place.left) / (this.place.right - this.place.left);
    this.group.cursor = Math.round(from + Math.min(1, Math.max(0, share)) * (to - from));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const here = this.current ? this.snapshots.indexOf(this.current) : -1;
    const next: Record<string, number> = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: this.snapshots.length - 1 };
    const snapshot = this.snapshots[next[event.key]];
    if (!snapshot) return;
    event.preventDefault();
    this.group.cursor = snapshot.step;
  };
}
