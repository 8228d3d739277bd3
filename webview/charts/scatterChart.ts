import { Chart, LinearScale, ScatterController } from "chart.js";
import { html, LitElement, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { redraws } from "./redraw.js";
import { css, mix, onThemeChange, type Rgba, theme } from "./theme.js";
import "./scatterChart.css";

Chart.register(ScatterController, LinearScale);

/** Points with a class each; `shown[class]` false hides a class; `ringed[i]` true draws a ring. */
export interface ScatterData {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly groups: ArrayLike<number>;
  readonly ringed: ArrayLike<number | boolean>;
}

/** Which point is pointed at, and where: offsets in the element, CSS pixels. */
export interface PointDetail {
  readonly index: number;
  readonly left: number;
  readonly top: number;
}

/** CSS pixels. */
const radius = 3;
const reach = 10;
/** Above so many points they are dots. */
const mostDiscs = 6000;

interface View { x: number; y: number; scale: number }

/**
 * A scatter of up to 60,000 points, coloured by class. Wheel zooms at the pointer, dragging moves, double click shows all; arrow keys move, + and -
 * zoom, 0 shows all. Fires `point` with a PointDetail, or null when nothing is under the pointer.
 */
@customElement("descent-scatter")
export class ScatterChart extends LitElement {
  @property({ attribute: false }) data: ScatterData = { x: [], y: [], groups: [], ringed: [] };
  @property({ attribute: false }) colours: readonly Rgba[] = [];
  @property({ attribute: false }) hiddenGroups: ReadonlySet<number> = new Set();
  @property({ attribute: false }) label = "";
  /** Positions of points that stand out, the others pale; null: all alike. */
  @property({ attribute: false }) chosen: ReadonlySet<number> | null = null;
  /** Dragging draws a line around points instead of moving; ends with `lasso`, a list of positions. */
  @property({ type: Boolean }) lassoing = false;

  private chart: Chart | undefined;
  private view: View = { x: 0, y: 0, scale: 1 };
  private bounds = { x: 0, y: 0, size: 1 };
  private image: ImageData | undefined;
  private readonly canvas = document.createElement("canvas");
  private dragged: { x: number; y: number } | null = null;
  private loop: { x: number; y: number }[] = [];
  private readonly resize = new ResizeObserver(() => redraws.soon(this));
  private stop: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = onThemeChange(() => redraws.soon(this));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    redraws.forget(this);
    this.resize.disconnect();
    this.chart?.destroy();
    this.chart = undefined;
  }

  protected override firstUpdated(): void {
    this.chart = new Chart(this.querySelector("canvas")!, {
      type: "scatter",
      data: { datasets: [] },
      options: {
        animation: false, responsive: false, maintainAspectRatio: false, events: [], layout: { padding: 8 },
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
        // the axes of an embedding have no meaning, only distances between neighbours do
        scales: { x: { type: "linear", display: false, min: -1, max: 1 }, y: { type: "linear", display: false, min: -1, max: 1 } },
      },
      plugins: [{ id: "points", beforeDatasetsDraw: (chart) => this.drawPoints(chart) }],
    });
    this.resize.observe(this.querySelector(".scatter-plot")!);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("data")) this.measure();
    redraws.soon(this);
  }

  /** A square around the points, so that distances look alike both ways. */
  private measure(): void {
    const { x, y } = this.data;
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < x.length; i++) {
      if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
      left = Math.min(left, x[i]);
      right = Math.max(right, x[i]);
      low = Math.min(low, y[i]);
      high = Math.max(high, y[i]);
    }
    if (left > right) return;
    this.bounds = { x: (left + right) / 2, y: (low + high) / 2, size: Math.max(right - left, high - low, 1e-9) * 1.04 };
  }

  draw(): void {
    const plot = this.querySelector<HTMLElement>(".scatter-plot");
    if (!this.chart || !plot || plot.clientWidth === 0 || plot.clientHeight === 0) return;
    const { clientWidth: width, clientHeight: height } = plot;
    const ratio = window.devicePixelRatio || 1;
    if (this.chart.width !== width || this.chart.height !== height || this.chart.currentDevicePixelRatio !== ratio) {
      this.chart.options.devicePixelRatio = ratio;
      this.chart.resize(width, height);
    }
    const shorter = Math.min(width, height) - 16;
    const half = (pixels: number) => ((this.bounds.size / this.view.scale / 2) * (pixels - 16)) / shorter;
    const centre = { x: this.bounds.x + this.view.x, y: this.bounds.y + this.view.y };
    const scales = this.chart.options.scales!;
    Object.assign(scales["x"]!, { min: centre.x - half(width), max: centre.x + half(width) });
    Object.assign(scales["y"]!, { min: centre.y - half(height), max: centre.y + half(height) });
    this.chart.update("none");
  }

  private drawPoints(chart: Chart): void {
    const ratio = chart.currentDevicePixelRatio;
    const width = Math.max(1, Math.round(chart.width * ratio));
    const height = Math.max(1, Math.round(chart.height * ratio));
    const context = this.canvas.getContext("2d", { willReadFrequently: true })!;
    if (!this.image || this.image.width !== width || this.image.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.image = context.createImageData(width, height);
    }
    const bytes = this.image.data;
    bytes.fill(0);
    if (this.data.x.length > mostDiscs) this.drawDots(chart, new Uint32Array(bytes.buffer), width, height, ratio);
    else this.drawDiscs(chart, bytes, width, height, ratio);
    context.putImageData(this.image, 0, 0);
    chart.ctx.save();
    chart.ctx.setTransform(1, 0, 0, 1, 0, 0);
    chart.ctx.drawImage(this.canvas, 0, 0);
    chart.ctx.restore();
    this.drawLoop(chart.ctx);
  }

  private drawDiscs(chart: Chart, bytes: Uint8ClampedArray, width: number, height: number, ratio: number): void {
    const { x, y, groups, ringed } = this.data;
    const { foreground: ring, background } = theme();
    const pale = this.colours.map((colour) => mix(background, colour, 0.22));
    // wrong ones last: they are what one looks for
    for (const pass of [false, true]) {
      for (let i = 0; i < x.length; i++) {
        if (Boolean(ringed[i]) !== pass || this.hiddenGroups.has(groups[i])) continue;
        const px = chart.scales["x"].getPixelForValue(x[i]) * ratio;
        const py = chart.scales["y"].getPixelForValue(y[i]) * ratio;
        const standsBack = this.chosen !== null && !this.chosen.has(i);
        if (pass && !standsBack) disc(bytes, width, height, px, py, (radius + 1.75) * ratio, ring);
        disc(bytes, width, height, px, py, radius * ratio, (standsBack ? pale : this.colours)[groups[i] % this.colours.length] ?? ring);
      }
    }
  }

  /** Many points as squares of a few pixels, each written as one number: no blending, and 60,000 take a few milliseconds. Wrong and chosen ones last. */
  private drawDots(chart: Chart, pixels: Uint32Array, width: number, height: number, ratio: number): void {
    const { x, y, groups, ringed } = this.data;
    const { background, foreground } = theme();
    const strong = Uint32Array.from(this.colours, packed);
    const pale = Uint32Array.from(this.colours, (colour) => packed(mix(background, colour, 0.22)));
    const ring = packed(foreground);
    const [scaleX, scaleY] = [chart.scales["x"], chart.scales["y"]];
    const [kx, ky] = [scaleX, scaleY].map((scale) => (scale.getPixelForValue(scale.min + 1) - scale.getPixelForValue(scale.min)) * ratio);
    const [bx, by] = [scaleX, scaleY].map((scale, axis) => scale.getPixelForValue(scale.min) * ratio - scale.min * [kx, ky][axis]);
    const size = Math.max(2, Math.round(2 * ratio));
    const square = (left: number, top: number, side: number, colour: number) => {
      if (left < 0 || top < 0 || left + side > width || top + side > height) return;
      for (let row = top; row < top + side; row++) pixels.fill(colour, row * width + left, row * width + left + side);
    };
    const { chosen, hiddenGroups } = this;
    for (const pass of [0, 1]) {
      for (let i = 0; i < x.length; i++) {
        const isLate = chosen ? chosen.has(i) : Boolean(ringed[i]);
        if (Number(isLate) !== pass || hiddenGroups.has(groups[i])) continue;
        const [left, top] = [Math.round(x[i] * kx + bx - size / 2), Math.round(y[i] * ky + by - size / 2)];
        if (ringed[i] && (!chosen || isLate)) square(left - 1, top - 1, size + 2, ring);
        square(left, top, size, (chosen && !isLate ? pale : strong)[groups[i] % strong.length]);
      }
    }
  }

  private drawLoop(context: CanvasRenderingContext2D): void {
    if (this.loop.length < 2) return;
    context.save();
    context.beginPath();
    for (const { x, y } of this.loop) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = css(theme().focus, 0.12);
    context.fill();
    context.strokeStyle = css(theme().focus);
    context.lineWidth = 1.5;
    context.stroke();
    context.restore();
  }

  /** Positions of the points shown that lie within the view. */
  inView(): number[] {
    if (!this.chart) return [];
    const { left, right, top, bottom } = this.chart.chartArea;
    return this.within([{ x: left, y: top }, { x: right, y: top }, { x: right, y: bottom }, { x: left, y: bottom }]);
  }

  /** Positions of the points shown within a polygon: a line to the right from them crosses its sides an odd number of times. */
  private within(polygon: readonly { x: number; y: number }[]): number[] {
    if (!this.chart || polygon.length < 3) return [];
    const { x: xs, y: ys } = this.chart.scales;
    const { x, y, groups } = this.data;
    const found: number[] = [];
    for (let i = 0; i < x.length; i++) {
      if (this.hiddenGroups.has(groups[i])) continue;
      const [px, py] = [xs.getPixelForValue(x[i]), ys.getPixelForValue(y[i])];
      let inside = false;
      for (let a = 0, b = polygon.length - 1; a < polygon.length; b = a++) {
        const [from, to] = [polygon[a], polygon[b]];
        if (from.y > py !== to.y > py && px < ((to.x - from.x) * (py - from.y)) / (to.y - from.y) + from.x) inside = !inside;
      }
      if (inside) found.push(i);
    }
    return found;
  }

  /** The point nearest to a place in the element, within reach; -1 where there is none. */
  private nearest(left: number, top: number): number {
    if (!this.chart) return -1;
    const { x: xs, y: ys } = this.chart.scales;
    const { x, y, groups } = this.data;
    let best = -1;
    let distance = reach ** 2;
    for (let i = 0; i < x.length; i++) {
      if (this.hiddenGroups.has(groups[i])) continue;
      const d = (xs.getPixelForValue(x[i]) - left) ** 2 + (ys.getPixelForValue(y[i]) - top) ** 2;
      if (d < distance) {
        distance = d;
        best = i;
      }
    }
    return best;
  }

  private point(detail: PointDetail | null): void {
    this.dispatchEvent(new CustomEvent<PointDetail | null>("point", { detail }));
  }

  private readonly onPointerMove = (event: PointerEvent): void => {
    if (this.loop.length > 0) {
      this.loop.push({ x: event.offsetX, y: event.offsetY });
      redraws.soon(this);
      return;
    }
    if (this.dragged && this.chart) {
      const { x, y } = this.chart.scales;
      this.view.x -= x.getValueForPixel(event.offsetX)! - x.getValueForPixel(this.dragged.x)!;
      this.view.y -= y.getValueForPixel(event.offsetY)! - y.getValueForPixel(this.dragged.y)!;
      this.dragged = { x: event.offsetX, y: event.offsetY };
      redraws.soon(this);
      return;
    }
    const index = this.nearest(event.offsetX, event.offsetY);
    this.point(index < 0 ? null : { index, left: event.offsetX, top: event.offsetY });
  };

  private readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    if (this.lassoing) this.loop = [{ x: event.offsetX, y: event.offsetY }];
    else this.dragged = { x: event.offsetX, y: event.offsetY };
  };

  private readonly onPointerUp = (): void => {
    this.dragged = null;
    if (this.loop.length === 0) return;
    const detail = this.within(this.loop);
    this.loop = [];
    this.dispatchEvent(new CustomEvent<number[]>("lasso", { detail }));
    redraws.soon(this);
  };

  private readonly onWheel = (event: WheelEvent): void => {
    if (!this.chart) return;
    event.preventDefault();
    const { x, y } = this.chart.scales;
    const scale = Math.min(64, Math.max(1, this.view.scale * Math.exp(-event.deltaY / 400)));
    const keep = 1 - this.view.scale / scale;
    const [px, py] = [x.getValueForPixel(event.offsetX)!, y.getValueForPixel(event.offsetY)!];
    this.view = { x: this.view.x + (px - this.bounds.x - this.view.x) * keep, y: this.view.y + (py - this.bounds.y - this.view.y) * keep, scale };
    if (scale === 1) this.view = { x: 0, y: 0, scale };
    redraws.soon(this);
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const move = (this.bounds.size / this.view.scale) * 0.1;
    const zoom = (factor: number) => (this.view = { ...this.view, scale: Math.min(64, Math.max(1, this.view.scale * factor)) });
    const actions: Record<string, () => void> = {
      ArrowLeft: () => (this.view.x -= move), ArrowRight: () => (this.view.x += move),
      ArrowUp: () => (this.view.y += move), ArrowDown: () => (this.view.y -= move),
      "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), "0": () => this.showAll(), Escape: () => this.showAll(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
    redraws.soon(this);
  };

  private readonly showAll = (): void => {
    this.view = { x: 0, y: 0, scale: 1 };
    redraws.soon(this);
  };

  protected override render() {
    return html`<div class="scatter-plot" tabindex="0" role="group" aria-roledescription="scatter chart" aria-label=${this.label}
      @pointermove=${this.onPointerMove} @pointerdown=${this.onPointerDown} @pointerup=${this.onPointerUp}
      @pointerleave=${() => this.point(null)} @wheel=${this.onWheel} @dblclick=${this.showAll} @keydown=${this.onKey}>
      <canvas aria-hidden="true"></canvas>
    </div>`;
  }
}

/** Lays a smooth-edged disc over the pixels; centre and radius in device pixels. */
function disc(bytes: Uint8ClampedArray, width: number, height: number, cx: number, cy: number, r: number, [red, green, blue]: Rgba): void {
  if (!(cx > -r && cy > -r && cx < width + r && cy < height + r)) return;
  for (let y = Math.max(0, Math.floor(cy - r)), bottom = Math.min(height - 1, Math.ceil(cy + r)); y <= bottom; y++) {
    for (let x = Math.max(0, Math.floor(cx - r)), right = Math.min(width - 1, Math.ceil(cx + r)); x <= right; x++) {
      const cover = Math.min(1, r + 0.5 - Math.hypot(x + 0.5 - cx, y + 0.5 - cy));
      if (cover <= 0) continue;
      const o = (y * width + x) * 4;
      const under = (bytes[o + 3] / 255) * (1 - cover);
      const alpha = cover + under;
      bytes[o] = (red * cover + bytes[o] * under) / alpha;
      bytes[o + 1] = (green * cover + bytes[o + 1] * under) / alpha;
      bytes[o + 2] = (blue * cover + bytes[o + 2] * under) / alpha;
      bytes[o + 3] = alpha * 255;
    }
  }
}

/** A colour as one number of an image's pixels (little end first, as wherever a browser runs). */
function packed([red, green, blue]: Rgba): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
