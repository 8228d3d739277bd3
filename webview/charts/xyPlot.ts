import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatSetting } from "../../src/common/format.js";
import { DrawnElement } from "./drawnElement.js";
import { css, type Rgba, theme } from "./theme.js";
import { linearTicks } from "./ticks.js";
import "./xyPlot.css";

/** Points of equal length, drawn as a line or each by itself. */
export interface XyLine {
  readonly kind: "line" | "points";
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly colour: Rgba;
  readonly dashed?: boolean;
}

/** Which point of which line is pointed at, and where: offsets in the element, CSS pixels. */
export interface XyPoint {
  readonly line: number;
  readonly index: number;
  readonly left: number;
  readonly top: number;
}

/** CSS pixels around the plot for its numbers and names. */
const margin = { left: 44, right: 10, top: 6, bottom: 34 };
const reach = 10;

/**
 * One quantity over another between fixed ends, with a marker. Drags and clicks fire `place` with the point nearest to the pointer, moves fire
 * `point` with the one under it or null. What it shows is said in `label`; a control beside it does what a drag does.
 */
@customElement("descent-xy-plot")
export class XyPlot extends DrawnElement {
  @property({ attribute: false }) heading = "";
  @property({ attribute: false }) lines: readonly XyLine[] = [];
  @property({ attribute: false }) x: { readonly label: string; readonly from: number; readonly to: number } = { label: "", from: 0, to: 1 };
  @property({ attribute: false }) y: { readonly label: string; readonly from: number; readonly to: number } = { label: "", from: 0, to: 1 };
  @property({ attribute: false }) marker: { readonly x: number; readonly y: number } | null = null;
  @property({ attribute: false }) label = "";
  private dragging = false;

  private get area() {
    const canvas = this.querySelector("canvas")!;
    return { left: margin.left, top: margin.top, right: canvas.clientWidth - margin.right, bottom: canvas.clientHeight - margin.bottom };
  }

  private place(): { x: (value: number) => number; y: (value: number) => number } {
    const { left, top, right, bottom } = this.area;
    const { x, y } = this;
    return { x: (value) => left + ((value - x.from) / (x.to - x.from || 1)) * (right - left), y: (value) => bottom - ((value - y.from) / (y.to - y.from || 1)) * (bottom - top) };
  }

  draw(): void {
    const canvas = this.querySelector("canvas");
    if (!canvas || canvas.clientWidth === 0 || canvas.clientHeight === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawAxes(context);
    const at = this.place();
    const { left, top, right, bottom } = this.area;
    context.save();
    context.beginPath();
    context.rect(left - 4, top - 4, right - left + 8, bottom - top + 8);
    context.clip();
    for (const line of this.lines) drawLine(context, line, at);
    if (this.marker) drawMarker(context, at.x(this.marker.x), at.y(this.marker.y));
    context.restore();
  }

  private drawAxes(context: CanvasRenderingContext2D): void {
    const { left, top, right, bottom } = this.area;
    const at = this.place();
    const { muted, grid, font } = theme();
    context.font = `11px ${font}`;
    context.fillStyle = css(muted);
    context.strokeStyle = css(grid);
    context.lineWidth = 1;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of linearTicks(this.x.from, this.x.to, Math.max(2, Math.floor((right - left) / 70)))) {
      const x = Math.round(at.x(tick)) + 0.5;
      stroke(context, x, top, x, bottom);
      context.fillText(formatSetting(tick), x, bottom + 4);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of linearTicks(this.y.from, this.y.to, Math.max(2, Math.floor((bottom - top) / 44)))) {
      const y = Math.round(at.y(tick)) + 0.5;
      stroke(context, left, y, right, y);
      context.fillText(formatSetting(tick), left - 5, y);
    }
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillText(this.x.label, (left + right) / 2, bottom + margin.bottom - 1);
    context.save();
    context.translate(2, (top + bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "top";
    context.fillText(this.y.label, 0, 0);
    context.restore();
  }

  private nearest(event: PointerEvent, within: number): XyPoint | null {
    const at = this.place();
    let found: XyPoint | null = null;
    let distance = within ** 2;
    this.lines.forEach(({ x, y, dashed }, line) => {
      if (dashed) return;
      for (let index = 0; index < x.length; index++) {
        const d = (at.x(x[index]) - event.offsetX) ** 2 + (at.y(y[index]) - event.offsetY) ** 2;
        if (d >= distance) continue;
        distance = d;
        found = { line, index, left: event.offsetX, top: event.offsetY };
      }
    });
    return found;
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.dragging = true;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.tell("place", this.nearest(event, Infinity));
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (this.dragging) this.tell("place", this.nearest(event, Infinity));
    else this.tell("point", this.nearest(event, reach));
  };

  private tell(name: "place" | "point", detail: XyPoint | null): void {
    this.dispatchEvent(new CustomEvent<XyPoint | null>(name, { detail }));
  }

  protected override render() {
    return html`<h2 class="xy-heading">${this.heading}</h2>
      <canvas role="img" aria-label=${this.label} title=${this.label} @pointerdown=${this.onDown} @pointermove=${this.onMove} @pointerup=${() => (this.dragging = false)} @pointerleave=${() => this.tell("point", null)}></canvas>`;
  }
}

function stroke(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function drawLine(context: CanvasRenderingContext2D, { kind, x, y, colour, dashed }: XyLine, at: { x: (value: number) => number; y: (value: number) => number }): void {
  if (kind === "points") {
    // many points lie on each other: where they do, it is darker
    context.fillStyle = css(colour, x.length > 500 ? 0.45 : 0.85);
    for (let i = 0; i < x.length; i++) {
      context.beginPath();
      context.arc(at.x(x[i]), at.y(y[i]), x.length > 500 ? 2 : 3, 0, 2 * Math.PI);
      context.fill();
    }
    return;
  }
  context.strokeStyle = css(colour);
  context.lineWidth = dashed ? 1 : 1.75;
  context.setLineDash(dashed ? [4, 4] : []);
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(at.x(x[i]), at.y(y[i]));
  context.stroke();
  context.setLineDash([]);
}

function drawMarker(context: CanvasRenderingContext2D, x: number, y: number): void {
  const { background, foreground } = theme();
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fillStyle = css(background);
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = css(foreground);
  context.stroke();
}
