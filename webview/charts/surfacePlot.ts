import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatSetting, formatValue } from "../../src/common/format.js";
import { redraws } from "./redraw.js";
import { heightColour, SurfaceElement } from "./surfaceElement.js";
import { type HeightScale, type SurfaceGrid, valueAt } from "./surfaceGrid.js";
import { firstView, projectionOf, type Seen, turned, type View, viewAfterKey } from "./surfaceView.js";
import { css, mix, theme } from "./theme.js";

/** Radians a CSS pixel of a drag. */
const perPixel = 0.008;
/** How much darker what faces away from the light is. */
const shade = 0.34;

type Project = (x: number, y: number, z: number) => Seen;

/** A quantity over a plane as a surface in space, turned by dragging or with the arrow keys; what lies behind is drawn first. */
@customElement("descent-surface-plot")
export class SurfacePlot extends SurfaceElement {
  @state() private view: View = firstView;
  private dragged: { readonly x: number; readonly y: number } | null = null;

  protected paint(context: CanvasRenderingContext2D, width: number, height: number, grid: SurfaceGrid): void {
    const project = projectionOf(this.view, width, height - 8);
    const { scale } = this;
    this.paintBox(context, project, grid, scale);
    this.paintFaces(context, project, grid, scale);
    this.paintPath(context, project, grid, scale);
  }

  /** The floor's rim and the edge on which the values stand, with their ends. */
  private paintBox(context: CanvasRenderingContext2D, project: Project, grid: SurfaceGrid, scale: HeightScale): void {
    const { foreground, muted, font } = theme();
    const corners = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]] as const;
    const floor = corners.map(([x, y]) => project(x, y, 0));
    context.strokeStyle = css(foreground, 0.35);
    context.lineWidth = 1;
    context.beginPath();
    for (const { left, top } of [...floor, floor[0]]) context.lineTo(left, top);
    context.stroke();
    context.font = `11px ${font}`;
    context.fillStyle = css(muted);
    context.textBaseline = "middle";
    // values on the edge that is farthest to the left, the names of the axes along the two nearer sides
    const edge = floor.reduce((best, { left }, i) => (left < floor[best].left ? i : best), 0);
    const [low, high] = [floor[edge], project(corners[edge][0], corners[edge][1], 1)];
    context.beginPath();
    context.moveTo(low.left, low.top);
    context.lineTo(high.left, high.top);
    context.stroke();
    context.textAlign = "right";
    if (low.top - high.top > 24) {
      context.fillText(formatValue(scale.min), low.left - 6, low.top);
      context.fillText(formatValue(scale.max), high.left - 6, high.top);
    }
    const ends = { x: [grid.x[0], grid.x[grid.x.length - 1]], y: [grid.y[0], grid.y[grid.y.length - 1]] };
    const nearX = project(0, -0.5, 0).depth < project(0, 0.5, 0).depth ? -0.5 : 0.5;
    const nearY = project(-0.5, 0, 0).depth < project(0.5, 0, 0).depth ? -0.5 : 0.5;
    const write = (text: string, { left, top }: Seen, from: Seen): void => {
      const away = Math.hypot(left - from.left, top - from.top) || 1;
      const [x, y] = [left + ((left - from.left) / away) * 12, top + ((top - from.top) / away) * 12 + 2];
      context.textAlign = x < from.left - 20 ? "right" : x > from.left + 20 ? "left" : "center";
      context.fillText(text, x, y);
    };
    const middle = project(0, 0, 0);
    write(formatSetting(short(ends.x[0])), project(-0.42, nearX, 0), middle);
    write(formatSetting(short(ends.x[1])), project(0.42, nearX, 0), middle);
    write(this.labels.x, project(0, nearX, 0), middle);
    write(formatSetting(short(ends.y[0])), project(nearY, -0.42, 0), middle);
    write(formatSetting(short(ends.y[1])), project(nearY, 0.42, 0), middle);
    write(this.labels.y, project(nearY, 0, 0), middle);
  }

  private paintFaces(context: CanvasRenderingContext2D, project: Project, grid: SurfaceGrid, scale: HeightScale): void {
    const [columns, rows] = [grid.x.length, grid.y.length];
    const { foreground, kind } = theme();
    const shares = Float64Array.from(grid.values, (value) => scale.share(value));
    const seen = Array.from(shares, (share, i) => (Number.isNaN(share) ? null : project((i % columns) / (columns - 1) - 0.5, Math.floor(i / columns) / (rows - 1) - 0.5, share)));
    const faces: { readonly corners: readonly Seen[]; readonly depth: number; readonly colour: string }[] = [];
    for (let row = 0; row + 1 < rows; row++) {
      for (let column = 0; column + 1 < columns; column++) {
        const at = row * columns + column;
        const places = [at, at + 1, at + columns + 1, at + columns];
        const corners = places.map((i) => seen[i]);
        if (!corners.every((corner) => corner !== null)) continue;
        const [a, b, c, d] = places.map((i) => shares[i]);
        // the slope towards a light that comes from the left and from behind
        const slope = ((b + c - a - d) * 0.8 + (c + d - a - b) * 0.5) * (columns - 1) * 0.25;
        const light = Math.max(-1, Math.min(1, slope));
        const ground = heightColour((a + b + c + d) / 4);
        faces.push({ corners, depth: corners.reduce((sum, corner) => sum + corner.depth, 0), colour: css(mix(ground, light > 0 ? [0, 0, 0, 255] : [255, 255, 255, 255], Math.abs(light) * shade)) });
      }
    }
    faces.sort((a, b) => b.depth - a.depth);
    const mesh = css(foreground, kind.startsWith("contrast") ? 0.7 : columns > 40 ? 0.12 : 0.22);
    context.lineWidth = 0.6;
    context.lineJoin = "round";
    for (const { corners, colour } of faces) {
      context.beginPath();
      for (const { left, top } of corners) context.lineTo(left, top);
      context.closePath();
      context.fillStyle = colour;
      context.fill();
      context.strokeStyle = colour; // closes the seams
      context.stroke();
      context.strokeStyle = mesh;
      context.stroke();
    }
  }

  /** The path lies on the surface, drawn through it where it is behind: a hidden path says nothing. */
  private paintPath(context: CanvasRenderingContext2D, project: Project, grid: SurfaceGrid, scale: HeightScale): void {
    const { foreground, background, warning } = theme();
    const box = (places: ArrayLike<number>, value: number): number => (value - places[0]) / (places[places.length - 1] - places[0]) - 0.5;
    const on = (x: number, y: number): Seen | null => {
      const share = scale.share(valueAt(grid, x, y));
      return Number.isNaN(share) ? null : project(box(grid.x, x), box(grid.y, y), share);
    };
    const { path } = this;
    if (path) {
      const points = along(path.x, path.y).map(([x, y]) => on(x, y)).filter((point) => point !== null);
      for (const [colour, wide] of [[css(background, 0.8), 4], [css(foreground), 1.75]] as const) {
        context.strokeStyle = colour;
        context.lineWidth = wide;
        context.beginPath();
        for (const { left, top } of points) context.lineTo(left, top);
        context.stroke();
      }
      for (let i = 0; i < path.x.length; i++) {
        const point = on(path.x[i], path.y[i]);
        if (point) dot(context, point, i === 0 ? 4.5 : 2.5, css(foreground), css(background));
      }
    }
    const centre = on(this.centre.x, this.centre.y);
    if (centre) dot(context, centre, 5.5, css(warning), css(background));
  }

  protected override render() {
    return html`<h2 class="surface-heading" title=${this.heading}>${this.heading}</h2>
      <div class="surface-plot is-turning" tabindex="0" role="group" aria-roledescription="surface" aria-label=${`${this.label} The arrow keys turn it, plus and minus come nearer, Home goes back.`} @keydown=${this.onKey}>
        <canvas aria-hidden="true" @pointerdown=${this.onDown} @pointermove=${this.onMove} @pointerup=${() => (this.dragged = null)} @wheel=${this.onWheel} @dblclick=${() => this.look(firstView)}></canvas>
        ${this.grid ? nothing : html`<p class="surface-empty">${this.waiting}</p>`}
      </div>
      <p class="surface-words">${this.grid ? "Drag or use the arrow keys to turn it; double click to go back." : ""}</p>`;
  }

  private look(view: View): void {
    this.view = view;
    redraws.soon(this);
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.dragged = { x: event.clientX, y: event.clientY };
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (!this.dragged) return;
    this.look(turned(this.view, { turn: (event.clientX - this.dragged.x) * perPixel, tilt: (event.clientY - this.dragged.y) * perPixel }));
    this.dragged = { x: event.clientX, y: event.clientY };
  };

  /** With Ctrl, as in the editor: without it the page scrolls. */
  private readonly onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.look(turned(this.view, { zoom: Math.exp(-event.deltaY / 400) }));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const view = viewAfterKey(this.view, event.key, event.shiftKey);
    if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.look(view);
  };
}

/** Points close together along a path, so that it follows the surface between its own. */
function along(x: ArrayLike<number>, y: ArrayLike<number>): (readonly [number, number])[] {
  const pieces = 12;
  const points: (readonly [number, number])[] = [];
  for (let i = 0; i + 1 < x.length; i++) for (let k = 0; k < pieces; k++) points.push([x[i] + ((x[i + 1] - x[i]) * k) / pieces, y[i] + ((y[i + 1] - y[i]) * k) / pieces]);
  if (x.length > 0) points.push([x[x.length - 1], y[y.length - 1]]);
  return points;
}

function dot(context: CanvasRenderingContext2D, { left, top }: Seen, radius: number, fill: string, rim: string): void {
  context.beginPath();
  context.arc(left, top, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = rim;
  context.stroke();
}

/** Three digits, for the ends of an axis. */
function short(value: number): number {
  return Number(value.toPrecision(3));
}
