import { css, type Rgba } from "./theme.js";
import type { Vertices } from "./vertices.js";

/** A line reduced to the picture's columns, with its look. */
export interface DrawnLine {
  readonly vertices: Vertices;
  readonly colour: Rgba;
  /** 0 to 1. */
  readonly alpha: number;
  readonly dashed: boolean;
  /** In CSS pixels. */
  readonly width: number;
  /** Marks each point, where there are few of them. */
  readonly points: boolean;
}

/** Where places and values lie in the picture, in CSS pixels: x = kx g(place - origin) + bx, y = ky f(value) + by, with f and g the logarithm on log axes. */
export interface Projection {
  readonly kx: number;
  readonly bx: number;
  readonly ky: number;
  readonly by: number;
  readonly log: boolean;
  readonly logX: boolean;
  readonly origin: number;
}

/** Where a place lies. */
export function pixelOf({ kx, bx, logX, origin }: Projection, place: number): number {
  return (logX ? Math.log(place - origin) : place - origin) * kx + bx;
}

/** The place under a pixel: the inverse. */
export function placeAt({ kx, bx, logX, origin }: Projection, pixel: number): number {
  const value = (pixel - bx) / kx;
  return origin + (logX ? Math.exp(value) : value);
}

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Above this many vertices in a picture, paths are slower than 30 frames a second without a GPU (bench/charts.mjs): pixels are set instead. */
const pathBudget = 24_000;
/** Points are marked up to this many in a line. */
const markedPoints = 40;

/**
 * A line is noise where it runs up and down by more than so many pixels a column: a band without gaps to the eye. Stroked as a path, ten such lines take 150
 * to 350 ms a frame without a GPU, two 50, most of it outside of the page's own time; their pixels are set within 3 ms.
 */
const noiseTravel = 12;

/** Whether a line has more vertices than there are columns, and runs up and down between them. O(vertices). */
export function isNoise({ y, count }: Pick<Vertices, "y" | "count">, width: number, { ky, log }: Pick<Projection, "ky" | "log">): boolean {
  if (count <= width) return false;
  let travel = 0;
  for (let i = 1; i < count; i++) {
    const step = Math.abs(log ? Math.log10(y[i] / y[i - 1]) : y[i] - y[i - 1]);
    if (Number.isFinite(step)) travel += step;
  }
  return travel * Math.abs(ky) > noiseTravel * width;
}

/** Draws the lines into `area`: as smooth paths, but what is noise, and where there are too many vertices all of them, as pixels; noise lies behind. */
export function drawLines(context: CanvasRenderingContext2D, lines: readonly DrawnLine[], area: Area, projection: Projection, raster: Raster): void {
  const vertices = lines.reduce((sum, line) => sum + line.vertices.count, 0);
  const asPixels = vertices > pathBudget ? lines : lines.filter((line) => isNoise(line.vertices, area.right - area.left, projection));
  if (asPixels.length > 0) raster.draw(context, asPixels, area, projection);
  if (asPixels.length === lines.length) return;
  context.save();
  context.beginPath();
  context.rect(area.left, area.top - 1, area.right - area.left, area.bottom - area.top + 2);
  context.clip();
  context.lineJoin = "round";
  for (const line of lines) if (!asPixels.includes(line)) strokeLine(context, line, projection);
  context.restore();
}

function strokeLine(context: CanvasRenderingContext2D, line: DrawnLine, projection: Projection): void {
  const { ky, by, log } = projection;
  const { x, y, count, dense } = line.vertices;
  context.strokeStyle = css(line.colour, line.alpha);
  context.lineWidth = line.width;
  context.setLineDash(line.dashed ? [6, 4] : []);
  context.beginPath();
  let open = false;
  for (let i = 0; i < count; i++) {
    const value = log ? Math.log10(y[i]) : y[i];
    // a logarithm of 0 or less is no place in the picture: the line breaks, and a mark says so
    if (!Number.isFinite(value) || (projection.logX && x[i] <= projection.origin)) {
      open = false;
      continue;
    }
    if (open) context.lineTo(pixelOf(projection, x[i]), value * ky + by);
    else context.moveTo(pixelOf(projection, x[i]), value * ky + by);
    open = true;
  }
  context.stroke();
  if (dense) return;
  const marksAll = line.points && count <= markedPoints;
  const valueAt = (i: number) => (i < 0 || i >= count ? Number.NaN : log ? Math.log10(y[i]) : y[i]);
  context.fillStyle = css(line.colour, line.alpha);
  context.beginPath();
  for (let i = 0; i < count; i++) {
    const value = valueAt(i);
    if (!Number.isFinite(value)) continue;
    // between two gaps, or alone, a point has no line that would show it
    if (!marksAll && (Number.isFinite(valueAt(i - 1)) || Number.isFinite(valueAt(i + 1)))) continue;
    const px = pixelOf(projection, x[i]);
    context.moveTo(px + 2.5, value * ky + by);
    context.arc(px, value * ky + by, 2.5, 0, 2 * Math.PI);
  }
  context.fill();
}

/** A picture of one word (red, green, blue, alpha from the lowest byte on) a pixel, row by row, drawn from the front to the back. */
export class PixelPlane {
  readonly pixels: Uint32Array;
  /** By column, then row: 0 where nothing is drawn yet, else a row up to which all is; it only rises. */
  private readonly covered: Uint16Array;

  constructor(
    readonly width: number,
    readonly height: number,
    buffer: ArrayBufferLike = new ArrayBuffer(width * height * 4),
  ) {
    this.pixels = new Uint32Array(buffer);
    this.covered = new Uint16Array(width * height);
  }

  clear(): void {
    this.pixels.fill(0);
    this.covered.fill(0);
  }

  /** Sets the rows [top, bottom] of a column where nothing is drawn yet: what lies behind others costs a look, however tall it is. */
  stroke(column: number, top: number, bottom: number, word: number): void {
    const { width, height, pixels, covered } = this;
    const base = column * height;
    let row = top;
    while (row <= bottom) {
      const next = covered[base + row];
      if (next !== 0) row = next;
      else {
        pixels[row * width + column] = word;
        covered[base + row++] = bottom + 1;
      }
    }
    if (top <= bottom) covered[base + top] = row;
  }

  /** Draws lines as the last of them lies before the others; `area` in CSS pixels is the plane's whole, `ratio` its pixels a CSS pixel. */
  draw(lines: readonly DrawnLine[], area: Area, projection: Projection, ratio: number): void {
    for (let i = lines.length - 1; i >= 0; i--) this.line(lines[i], area, projection, ratio);
  }

  private line({ vertices, colour, alpha, dashed, width: lineWidth }: DrawnLine, area: Area, projection: Projection, ratio: number): void {
    const { width, height } = this;
    const { kx, bx, ky, by, log, logX, origin } = projection;
    const { x, y, count } = vertices;
    const [red, green, blue] = colour;
    const word = ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    const thickness = Math.max(1, Math.round(lineWidth * ratio));
    let lastX = NaN;
    let lastY = NaN;
    for (let i = 0; i < count; i++) {
      const value = log ? Math.log10(y[i]) : y[i];
      if (!Number.isFinite(value) || (logX && x[i] <= origin)) {
        lastX = lastY = NaN;
        continue;
      }
      const px = Math.floor(((logX ? Math.log(x[i] - origin) : x[i] - origin) * kx + bx - area.left) * ratio);
      const py = Math.floor((value * ky + by - area.top) * ratio);
      if (Number.isNaN(lastX)) [lastX, lastY] = [px, py];
      const span = Math.max(1, px - lastX);
      for (let column = Math.max(0, px === lastX ? px : lastX + 1); column <= px && column < width; column++) {
        if (dashed && column % 10 >= 6) continue;
        const a = px === lastX ? lastY : lastY + ((py - lastY) * (column - 1 - lastX)) / span;
        const b = px === lastX ? py : lastY + ((py - lastY) * (column - lastX)) / span;
        const top = Math.max(0, Math.floor(a < b ? a : b));
        const bottom = Math.min(height - 1, Math.floor(a < b ? b : a));
        // as wide as a stroke, to the right: columns that no vertex fell into leave no gaps
        const end = Math.min(width, column + thickness);
        for (let right = column; right < end; right++) this.stroke(right, top, bottom, word);
      }
      lastX = px;
      lastY = py;
    }
  }
}

/** Sets the pixels of many dense lines in one ImageData: 60 frames a second at 50 lines of 2,000 columns without a GPU. */
export class Raster {
  private readonly canvas = document.createElement("canvas");
  private image: ImageData | undefined;
  private plane = new PixelPlane(0, 0);

  draw(target: CanvasRenderingContext2D, lines: readonly DrawnLine[], area: Area, projection: Projection): void {
    const ratio = target.getTransform().a || 1;
    const width = Math.max(1, Math.floor((area.right - area.left) * ratio));
    const height = Math.max(1, Math.floor((area.bottom - area.top) * ratio));
    const context = this.canvas.getContext("2d")!;
    if (!this.image || this.image.width !== width || this.image.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.image = context.createImageData(width, height);
      this.plane = new PixelPlane(width, height, this.image.data.buffer);
    }
    this.plane.clear();
    this.plane.draw(lines, area, projection, ratio);
    context.putImageData(this.image, 0, 0);
    target.save();
    target.setTransform(1, 0, 0, 1, 0, 0);
    target.drawImage(this.canvas, Math.round(area.left * ratio), Math.round(area.top * ratio));
    target.restore();
  }
}
