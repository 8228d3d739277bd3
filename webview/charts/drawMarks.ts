import { flags } from "../../src/common/series/columns.js";
import { type Area, pixelOf, type Projection } from "./drawLines.js";
import { css, type Rgba } from "./theme.js";
import type { Vertices } from "./vertices.js";

/**
 * Marks where values are no finite numbers: a stroke through the picture, a tooth at its upper edge, and the value's name where a row of
 * them begins. Such points are never hidden, and never drawn as if they were 0.
 */
export function markNonFinite(context: CanvasRenderingContext2D, { marks }: Vertices, area: Area, projection: Projection, colour: Rgba, font: string): void {
  if (marks.length === 0) return;
  context.save();
  context.font = `10px ${font}`;
  context.textBaseline = "top";
  let previous = -Infinity;
  let labelEnd = -Infinity;
  for (const mark of marks) {
    const x = Math.round(pixelOf(projection, mark.x));
    if (!(x >= area.left) || x > area.right || x === previous) continue;
    context.fillStyle = css(colour, 0.35);
    context.fillRect(x, area.top, 1, area.bottom - area.top);
    context.fillStyle = css(colour);
    context.fillRect(x - 1, area.top, 3, 5);
    const begins = x - previous > 3;
    if (begins && x > labelEnd) {
      const text = nonFiniteName(mark.flags);
      const width = context.measureText(text).width;
      const left = x + 4 + width > area.right ? x - 4 - width : x + 4;
      context.fillText(text, left, area.top + 1);
      labelEnd = left + width + 6;
    }
    previous = x;
  }
  context.restore();
}

/** The names of values that are not finite, by their flags. */
export function nonFiniteName(which: number): string {
  return [which & flags.nan ? "NaN" : "", which & flags.infinity ? "∞" : "", which & flags.minusInfinity ? "−∞" : ""].filter((name) => name !== "").join(" ");
}

/** Marks, on a log axis, the points of 0 or less, which it has no place for: small triangles at its lower edge. */
export function markBelowLog(context: CanvasRenderingContext2D, vertices: Vertices, area: Area, projection: Projection, colour: Rgba): void {
  markEdge(context, vertices, area, projection, colour, (value) => value <= 0, "bottom");
}

/** Marks the points that lie outside the value axis: triangles that point to where they are. */
export function markOutside(context: CanvasRenderingContext2D, vertices: Vertices, area: Area, projection: Projection, { min, max }: { readonly min: number; readonly max: number }, colour: Rgba): void {
  markEdge(context, vertices, area, projection, colour, (value) => value > max, "top");
  markEdge(context, vertices, area, projection, colour, (value) => value < min && !(projection.log && value <= 0), "bottom");
}

function markEdge(context: CanvasRenderingContext2D, { x, y, count }: Vertices, area: Area, projection: Projection, colour: Rgba, isMarked: (value: number) => boolean, edge: "top" | "bottom"): void {
  context.fillStyle = css(colour);
  let previous = -Infinity;
  const tip = edge === "top" ? area.top : area.bottom;
  const base = edge === "top" ? area.top + 5 : area.bottom - 5;
  for (let i = 0; i < count; i++) {
    if (!isMarked(y[i])) continue;
    const px = Math.round(pixelOf(projection, x[i]));
    if (px - previous < 8 || !(px >= area.left) || px > area.right) continue;
    context.beginPath();
    context.moveTo(px - 3, base);
    context.lineTo(px + 3, base);
    context.lineTo(px, tip);
    context.fill();
    previous = px;
  }
}
