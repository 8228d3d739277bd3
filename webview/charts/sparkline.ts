import { html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Curve } from "./curve.js";
import { drawLines, Raster } from "./drawLines.js";
import { markNonFinite } from "./drawMarks.js";
import { redraws } from "./redraw.js";
import { onThemeChange, theme } from "./theme.js";
import { toVertices, Vertices } from "./vertices.js";

/** A curve the size of a word, on a log axis, without labels: what it says stands beside it in words. */
@customElement("descent-sparkline")
export class Sparkline extends LitElement {
  @property({ attribute: false }) series: Curve | undefined;
  @property({ type: Number }) end = 1;

  private readonly vertices = new Vertices();
  private readonly raster = new Raster();
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
  }

  /** The series grew: draws within the refresh interval. */
  dataChanged(): void {
    redraws.later(this);
  }

  protected override updated(): void {
    redraws.soon(this);
  }

  draw(): void {
    const canvas = this.querySelector("canvas");
    if (!canvas || canvas.clientWidth === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    if (!this.series || this.series.facts.count === 0) return;
    const view = { axis: "step", from: 0, to: this.end, columns: width, log: false, origin: 0 } as const;
    toVertices(this.series.columns(view, 0), view, this.vertices);
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < this.vertices.count; i++) {
      const y = Math.log10(this.vertices.y[i]);
      if (!Number.isFinite(y)) continue;
      if (y < low) low = y;
      if (y > high) high = y;
    }
    const area = { left: 1, top: 2, right: width - 1, bottom: height - 2 };
    // at least a decade high, so that the small wobble of a steady value does not look like a storm
    const span = Math.max(1, high - low);
    const middle = (high + low) / 2;
    const kx = (area.right - area.left) / Math.max(1, this.end);
    const ky = -(area.bottom - area.top) / span;
    const projection = { kx, bx: area.left, ky, by: (area.top + area.bottom) / 2 - middle * ky, log: true, logX: false, origin: 0 };
    if (low <= high) drawLines(context, [{ vertices: this.vertices, colour: theme().run, alpha: 1, dashed: false, width: 1.25, points: false }], area, projection, this.raster);
    markNonFinite(context, this.vertices, area, projection, theme().error, theme().font);
  }

  protected override render() {
    return html`<canvas aria-hidden="true"></canvas>`;
  }
}
