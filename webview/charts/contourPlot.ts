import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatSetting, formatValue } from "../../src/common/format.js";
import { redraws } from "./redraw.js";
import { heightColour, SurfaceElement } from "./surfaceElement.js";
import { contour, contourLevels, type HeightScale, type Segments, type SurfaceGrid, valueAt } from "./surfaceGrid.js";
import { contrastRatio, css, mix, theme } from "./theme.js";
import { linearTicks } from "./ticks.js";

/** CSS pixels around the plot; at the right stands the scale of colours. */
const margin = { left: 52, right: 66, top: 8, bottom: 36 };
const scaleWidth = 12;
const levels = 12;

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * A quantity over a plane as shades with contour lines, a path drawn over it, and the scale beside it. The pointer and the arrow keys say the value of a place.
 */
@customElement("descent-contour-plot")
export class ContourPlot extends SurfaceElement {
  @state() private pointed: { readonly x: number; readonly y: number } | null = null;

  private area(width: number, height: number): Area {
    return { left: margin.left, top: margin.top, right: width - margin.right, bottom: height - margin.bottom };
  }

  private place(area: Area, { x, y }: SurfaceGrid) {
    const [x0, x1, y0, y1] = [x[0], x[x.length - 1], y[0], y[y.length - 1]];
    return {
      x: (value: number) => area.left + ((value - x0) / (x1 - x0)) * (area.right - area.left),
      y: (value: number) => area.bottom - ((value - y0) / (y1 - y0)) * (area.bottom - area.top),
    };
  }

  protected paint(context: CanvasRenderingContext2D, width: number, height: number, grid: SurfaceGrid): void {
    const area = this.area(width, height);
    const { scale } = this;
    const at = this.place(area, grid);
    this.paintShades(context, area, grid, scale);
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
    context.clip();
    this.paintContours(context, grid, scale, at);
    this.paintPath(context, at);
    context.restore();
    this.paintAxes(context, area, grid, at);
    paintScale(context, { ...area, left: area.right + 14, right: area.right + 14 + scaleWidth }, scale);
    if (this.pointed) cross(context, at.x(this.pointed.x), at.y(this.pointed.y), css(theme().focus));
  }

  /** A shade a pixel, interpolated; holes are hatched. */
  private paintShades(context: CanvasRenderingContext2D, area: Area, grid: SurfaceGrid, scale: HeightScale): void {
    const [columns, rows] = [Math.max(1, Math.round(area.right - area.left)), Math.max(1, Math.round(area.bottom - area.top))];
    const image = context.createImageData(columns, rows);
    const steps = 256;
    const colours = Array.from({ length: steps }, (_, i) => heightColour(i / (steps - 1)));
    const { background, error } = theme();
    const [plain, hatched] = [background, mix(background, error, 0.35)];
    const [x0, dx] = [grid.x[0], grid.x[grid.x.length - 1] - grid.x[0]];
    const [y0, dy] = [grid.y[0], grid.y[grid.y.length - 1] - grid.y[0]];
    for (let row = 0; row < rows; row++) {
      const y = y0 + dy * (1 - (row + 0.5) / rows);
      for (let column = 0; column < columns; column++) {
        const share = scale.share(valueAt(grid, x0 + (dx * (column + 0.5)) / columns, y));
        const colour = Number.isNaN(share) ? ((row + column) % 8 < 2 ? hatched : plain) : colours[Math.round(share * (steps - 1))];
        const to = (row * columns + column) * 4;
        for (let c = 0; c < 3; c++) image.data[to + c] = colour[c];
        image.data[to + 3] = 255;
      }
    }
    const layer = new OffscreenCanvas(columns, rows);
    layer.getContext("2d")!.putImageData(image, 0, 0);
    context.drawImage(layer, area.left, area.top, area.right - area.left, area.bottom - area.top);
  }

  private paintContours(context: CanvasRenderingContext2D, grid: SurfaceGrid, scale: HeightScale, at: { x: (value: number) => number; y: (value: number) => number }): void {
    const { foreground, font } = theme();
    context.lineWidth = 1;
    context.font = `10px ${font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const written: { readonly left: number; readonly top: number }[] = [];
    for (const level of contourLevels(scale, levels)) {
      const segments = contour(grid, level, scale.log);
      const ground = heightColour(scale.share(level));
      context.strokeStyle = css(mix(ground, foreground, contrastRatio(ground, foreground) > 3 ? 0.45 : 0.8));
      context.beginPath();
      for (let i = 0; i < segments.length; i += 4) {
        context.moveTo(at.x(segments[i]), at.y(segments[i + 1]));
        context.lineTo(at.x(segments[i + 2]), at.y(segments[i + 3]));
      }
      context.stroke();
      const place = labelPlace(segments, at, written);
      if (place === null) continue;
      written.push(place);
      const text = formatSetting(level);
      const half = context.measureText(text).width / 2 + 2;
      context.fillStyle = css(ground);
      context.fillRect(place.left - half, place.top - 6, 2 * half, 12);
      context.fillStyle = css(contrastRatio(ground, foreground) > 4 ? foreground : theme().background);
      context.fillText(text, place.left, place.top);
    }
  }

  private paintPath(context: CanvasRenderingContext2D, at: { x: (value: number) => number; y: (value: number) => number }): void {
    const { foreground, background, warning } = theme();
    const { path } = this;
    if (path) {
      for (const [colour, wide] of [[css(background, 0.85), 4.5], [css(foreground), 1.75]] as const) {
        context.strokeStyle = colour;
        context.lineWidth = wide;
        context.lineJoin = "round";
        context.beginPath();
        for (let i = 0; i < path.x.length; i++) context.lineTo(at.x(path.x[i]), at.y(path.y[i]));
        context.stroke();
      }
      for (let i = 0; i + 1 < path.x.length; i++) dot(context, at.x(path.x[i]), at.y(path.y[i]), i === 0 ? 5 : 3, css(foreground), css(background));
    }
    // where the weights are
    dot(context, at.x(this.centre.x), at.y(this.centre.y), 6, css(warning), css(background));
  }

  private paintAxes(context: CanvasRenderingContext2D, area: Area, grid: SurfaceGrid, at: { x: (value: number) => number; y: (value: number) => number }): void {
    const { muted, foreground, font } = theme();
    context.strokeStyle = css(foreground, 0.4);
    context.lineWidth = 1;
    context.strokeRect(area.left + 0.5, area.top + 0.5, area.right - area.left - 1, area.bottom - area.top - 1);
    context.font = `11px ${font}`;
    context.fillStyle = css(muted);
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of linearTicks(grid.x[0], grid.x[grid.x.length - 1], Math.max(2, Math.floor((area.right - area.left) / 80)))) context.fillText(formatSetting(tick), at.x(tick), area.bottom + 4);
    context.textBaseline = "bottom";
    context.fillText(this.labels.x, (area.left + area.right) / 2, area.bottom + margin.bottom - 1, area.right - area.left);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of linearTicks(grid.y[0], grid.y[grid.y.length - 1], Math.max(2, Math.floor((area.bottom - area.top) / 60)))) context.fillText(formatSetting(tick), area.left - 5, at.y(tick));
    context.save();
    context.translate(1, (area.top + area.bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.textBaseline = "top";
    context.fillText(this.labels.y, 0, 0, area.bottom - area.top);
    context.restore();
  }

  private words(): string {
    return this.grid && this.pointed ? this.wordsAt(this.grid, this.pointed.x, this.pointed.y) : "";
  }

  protected override render() {
    return html`<h2 class="surface-heading" title=${this.heading}>${this.heading}</h2>
      <div class="surface-plot" tabindex="0" role="group" aria-roledescription="contour plot" aria-label=${`${this.label} The arrow keys go from place to place.`} @keydown=${this.onKey} @blur=${() => this.point(null)}>
        <canvas aria-hidden="true" @pointermove=${this.onMove} @pointerleave=${() => this.point(null)}></canvas>
        ${this.grid ? nothing : html`<p class="surface-empty">${this.waiting}</p>`}
      </div>
      <p class="surface-words" aria-live="polite">${this.words()}</p>`;
  }

  private point(pointed: { readonly x: number; readonly y: number } | null): void {
    this.pointed = pointed;
    redraws.soon(this);
  }

  private readonly onMove = (event: PointerEvent): void => {
    const { grid } = this;
    if (!grid) return;
    const canvas = event.currentTarget as HTMLCanvasElement;
    const { left, right, top, bottom } = this.area(canvas.clientWidth, canvas.clientHeight);
    const [across, up] = [(event.offsetX - left) / (right - left), (bottom - event.offsetY) / (bottom - top)];
    if (across < 0 || across > 1 || up < 0 || up > 1) return this.point(null);
    const on = (places: ArrayLike<number>, share: number): number => places[0] + share * (places[places.length - 1] - places[0]);
    this.point({ x: on(grid.x, across), y: on(grid.y, up) });
  };

  /** From place to place of a grid of 9: what a person can follow. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const { grid } = this;
    if (!grid) return;
    const moves: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const move = moves[event.key];
    if (!move && event.key !== "Home" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Escape") return this.point(null);
    if (!move || !this.pointed) return this.point({ ...this.centre });
    const step = (places: ArrayLike<number>, value: number, by: number): number => {
      const [first, last] = [places[0], places[places.length - 1]];
      return Math.min(last, Math.max(first, value + (by * (last - first)) / (event.shiftKey ? 4 : 16)));
    };
    this.point({ x: step(grid.x, this.pointed.x, move[0]), y: step(grid.y, this.pointed.y, move[1]) });
  };
}

/** A place on a contour for its number: far from the others and not at the rim; null where there is none. */
function labelPlace(segments: Segments, at: { x: (value: number) => number; y: (value: number) => number }, written: readonly { readonly left: number; readonly top: number }[]): { left: number; top: number } | null {
  let best: { left: number; top: number } | null = null;
  let most = 34;
  for (let i = 0; i < segments.length; i += 4) {
    const [left, top] = [at.x((segments[i] + segments[i + 2]) / 2), at.y((segments[i + 1] + segments[i + 3]) / 2)];
    if (left < margin.left + 20) continue;
    const nearest = Math.min(90, ...written.map((one) => Math.hypot(one.left - left, (one.top - top) * 1.6)));
    if (nearest > most) [most, best] = [nearest, { left, top }];
  }
  return best;
}

/** The scale of colours with its ends and round values between. */
function paintScale(context: CanvasRenderingContext2D, { left, right, top, bottom }: Area, scale: HeightScale): void {
  const { muted, foreground, font } = theme();
  for (let y = Math.round(top); y < Math.round(bottom); y++) {
    context.fillStyle = css(heightColour(1 - (y - top) / (bottom - top)));
    context.fillRect(left, y, right - left, 1);
  }
  context.strokeStyle = css(foreground, 0.4);
  context.strokeRect(left + 0.5, Math.round(top) + 0.5, right - left - 1, bottom - top - 1);
  context.font = `10px ${font}`;
  context.fillStyle = css(muted);
  context.textAlign = "left";
  context.textBaseline = "middle";
  const placed: number[] = [];
  for (const value of [scale.min, scale.max, ...contourLevels(scale, 6)]) {
    const y = Math.min(bottom - 5, Math.max(top + 5, bottom - scale.share(value) * (bottom - top)));
    if (placed.some((other) => Math.abs(other - y) < 13)) continue;
    placed.push(y);
    context.fillText(value === scale.min || value === scale.max ? formatValue(value) : formatSetting(value), right + 4, y);
  }
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number, fill: string, rim: string): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = rim;
  context.stroke();
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x - 8, y);
  context.lineTo(x + 8, y);
  context.moveTo(x, y - 8);
  context.lineTo(x, y + 8);
  context.stroke();
}
