import type { Area } from "./drawLines.js";
import { type Curve, lowerBound } from "./series.js";
import { css, type Rgba } from "./theme.js";

/**
 * Marks the steps whose value is no number: a stroke through the picture, a tooth at its upper edge, and the value's name where a row of
 * them begins. Such points are never hidden, and never drawn as if they were 0.
 */
export function markNonFinite(context: CanvasRenderingContext2D, curve: Curve, area: Area, kx: number, bx: number, colour: Rgba, font: string): void {
  const { nonFinite, steps, values } = curve;
  if (nonFinite.length === 0) return;
  context.save();
  context.font = `10px ${font}`;
  context.textBaseline = "top";
  let previous = -Infinity;
  let labelEnd = -Infinity;
  let position = lowerBound(nonFinite, nonFinite.length, lowerBound(steps, curve.length, (area.left - bx) / kx));
  while (position < nonFinite.length) {
    const index = nonFinite[position];
    const x = Math.round(steps[index] * kx + bx);
    if (x > area.right) break;
    context.fillStyle = css(colour, 0.35);
    context.fillRect(x, area.top, 1, area.bottom - area.top);
    context.fillStyle = css(colour);
    context.fillRect(x - 1, area.top, 3, 5);
    const begins = x - previous > 3;
    if (begins && x > labelEnd) {
      const text = Number.isNaN(values[index]) ? "NaN" : values[index] > 0 ? "∞" : "−∞";
      const width = context.measureText(text).width;
      const left = x + 4 + width > area.right ? x - 4 - width : x + 4;
      context.fillText(text, left, area.top + 1);
      labelEnd = left + width + 6;
    }
    previous = x;
    // what falls on the same pixel needs no second stroke
    const nextIndex = lowerBound(steps, curve.length, (x + 1 - bx) / kx);
    position = Math.max(position + 1, lowerBound(nonFinite, nonFinite.length, nextIndex));
  }
  context.restore();
}

/** Marks, on a log axis, the points of 0 or less, which it has no place for: small triangles at its lower edge. */
export function markBelowLog(context: CanvasRenderingContext2D, x: Float64Array, y: Float64Array, count: number, area: Area, kx: number, bx: number, colour: Rgba): void {
  context.fillStyle = css(colour);
  let previous = -Infinity;
  for (let i = 0; i < count; i++) {
    if (!(y[i] <= 0)) continue;
    const px = Math.round(x[i] * kx + bx);
    if (px - previous < 8 || px < area.left || px > area.right) continue;
    context.beginPath();
    context.moveTo(px - 3, area.bottom - 5);
    context.lineTo(px + 3, area.bottom - 5);
    context.lineTo(px, area.bottom);
    context.fill();
    previous = px;
  }
}
