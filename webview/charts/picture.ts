import type { Rgba, Theme } from "./theme.js";
import { css } from "./theme.js";

/** How a line is named in a saved picture. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: Rgba;
  readonly dashed: boolean;
}

/** Heights of heading and of a legend's row, CSS pixels. */
const headHeight = 26;
const rowHeight = 18;

/** Where the entries of a legend stand: rows from left to right; `width` measures a text. */
export function legendRows(entries: readonly LegendEntry[], available: number, width: (text: string) => number): { readonly entry: LegendEntry; readonly x: number; readonly y: number }[] {
  let x = 10;
  let y = 0;
  return entries.map((entry) => {
    const taken = 26 + width(entry.label) + 14;
    if (x + taken > available && x > 10) {
      x = 10;
      y += rowHeight;
    }
    const placed = { entry, x, y };
    x += taken;
    return placed;
  });
}

/** A drawn chart as PNG: heading, legend, and the canvas as it is, on the theme's background. */
export async function pictureOf(heading: string, drawn: HTMLCanvasElement, entries: readonly LegendEntry[], theme: Theme): Promise<Uint8Array<ArrayBuffer>> {
  const ratio = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d")!;
  context.font = `12px ${theme.font}`;
  const rows = legendRows(entries, drawn.width / ratio, (text) => context.measureText(text).width);
  const top = headHeight + (rows.length > 0 ? rows[rows.length - 1].y + rowHeight + 4 : 0);
  canvas.width = drawn.width;
  canvas.height = drawn.height + Math.round(top * ratio);
  context.fillStyle = css(theme.background);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, 0, Math.round(top * ratio));
  context.scale(ratio, ratio);
  context.textBaseline = "middle";
  context.fillStyle = css(theme.foreground);
  context.font = `600 12px ${theme.font}`;
  context.fillText(heading, 10, headHeight / 2);
  context.font = `12px ${theme.font}`;
  for (const { entry, x, y } of rows) {
    const middle = headHeight + y + rowHeight / 2;
    context.strokeStyle = css(entry.colour);
    context.lineWidth = 2;
    context.setLineDash(entry.dashed ? [5, 3] : []);
    context.beginPath();
    context.moveTo(x, middle);
    context.lineTo(x + 20, middle);
    context.stroke();
    context.fillStyle = css(theme.foreground);
    context.fillText(entry.label, x + 26, middle);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  return new Uint8Array(await blob!.arrayBuffer());
}
