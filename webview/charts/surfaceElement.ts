import { property } from "lit/decorators.js";
import { formatValue } from "../../src/common/format.js";
import { DrawnElement } from "./drawnElement.js";
import { shareColour } from "./palette.js";
import { pictureOf } from "./picture.js";
import { extremes, heightScale, type HeightScale, type SurfaceGrid, type SurfacePath, valueAt } from "./surfaceGrid.js";
import { type Rgba, theme } from "./theme.js";
import "./surface.css";

/** What both drawings of a quantity over a plane share: the data, the scale of colours, and when they draw. */
export abstract class SurfaceElement extends DrawnElement {
  @property({ attribute: false }) heading = "";
  @property({ attribute: false }) grid: SurfaceGrid | null = null;
  @property({ attribute: false }) path: SurfacePath | null = null;
  /** Place of the weights themselves. */
  @property({ attribute: false }) centre: { readonly x: number; readonly y: number } = { x: 0, y: 0 };
  @property({ attribute: false }) labels: { readonly x: string; readonly y: string; readonly value: string } = { x: "", y: "", value: "" };
  @property({ type: Boolean }) log = false;
  /** What it shows, in words. */
  @property({ attribute: false }) label = "";
  @property({ attribute: false }) waiting = "";

  protected get scale(): HeightScale {
    return heightScale(this.grid!, this.log);
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
    if (this.grid && this.grid.x.length > 1 && extremes(this.grid)) this.paint(context, width, height, this.grid);
  }

  /** Draws onto a context in CSS pixels. */
  protected abstract paint(context: CanvasRenderingContext2D, width: number, height: number, grid: SurfaceGrid): void;

  /** As a PNG, heading included. */
  toPng(): Promise<Uint8Array<ArrayBuffer>> {
    this.draw();
    return pictureOf(this.heading, this.querySelector("canvas")!, [], theme());
  }

  /** A place and its value in words. */
  protected wordsAt(grid: SurfaceGrid, x: number, y: number): string {
    const value = valueAt(grid, x, y);
    return `${this.labels.value} ${Number.isFinite(value) ? formatValue(value) : "not finite"} at ${formatValue(x)}, ${formatValue(y)}`;
  }
}

/** The colour of a share of the height: low is the background, high the run's colour. */
export function heightColour(share: number): Rgba {
  return shareColour(0.04 + 0.9 * share, theme());
}
