import { type Area, type DrawnLine, pixelOf, type Projection } from "./drawLines.js";
import { formatTick, type HorizontalAxis, horizontalTicks, inUnit } from "./horizontalAxis.js";
import { type LegendEntry, legendRows } from "./picture.js";
import type { Rgba, Theme } from "./theme.js";
import { linearTicks, logTicks } from "./ticks.js";

/** A chart as it stands. */
interface Drawing {
  readonly heading: string;
  readonly lines: readonly DrawnLine[];
  readonly legend: readonly LegendEntry[];
  readonly area: Area;
  readonly projection: Projection;
  readonly axis: HorizontalAxis;
  readonly shown: { readonly from: number; readonly to: number };
  readonly range: { readonly min: number; readonly max: number };
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
}

/** A chart as SVG: the same axes and lines as on the screen, as text and paths, for documents. */
export function svgOf({ heading, lines, legend, area, projection, axis, shown, range, width, height, theme }: Drawing): string {
  const rows = legendRows(legend, width, (text) => text.length * 6.5);
  const top = 26 + (rows.length > 0 ? rows[rows.length - 1].y + 22 : 0);
  const y = (value: number) => (projection.log ? Math.log10(value) : value) * projection.ky + projection.by;
  const parts: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + top}" viewBox="0 0 ${width} ${height + top}" font-family="${escape(theme.font)}" font-size="11">`,
    `<rect width="100%" height="100%" fill="${paint(theme.background)}"/>`,
    `<text x="10" y="17" font-size="12" font-weight="600" fill="${paint(theme.foreground)}">${escape(heading)}</text>`,
  ];
  for (const { entry, x, y: row } of rows) {
    parts.push(`<path d="M${x} ${35 + row}h20" stroke="${paint(entry.colour)}" stroke-width="2"${entry.dashed ? ' stroke-dasharray="5 3"' : ""}/>`);
    parts.push(`<text x="${x + 26}" y="${39 + row}" fill="${paint(theme.foreground)}">${escape(entry.label)}</text>`);
  }
  parts.push(`<g transform="translate(0 ${top})">`);
  const values = projection.log ? logTicks(range.min, range.max) : linearTicks(range.min, range.max, Math.max(2, Math.round((height - 30) / 40)));
  for (const value of values) {
    parts.push(`<path d="M${area.left} ${fixed(y(value))}H${area.right}" stroke="${paint(theme.grid)}"/>`);
    parts.push(`<text x="${area.left - 6}" y="${fixed(y(value) + 4)}" text-anchor="end" fill="${paint(theme.muted)}">${escape(formatTick(null, value))}</text>`);
  }
  for (const value of horizontalTicks(axis, inUnit(axis, shown.from), inUnit(axis, shown.to), Math.max(2, Math.floor(width / 90)))) {
    const x = pixelOf(projection, value * axis.scale + axis.origin);
    parts.push(`<text x="${fixed(x)}" y="${fixed(area.bottom + 16)}" text-anchor="middle" fill="${paint(theme.muted)}">${escape(formatTick(axis, value))}</text>`);
  }
  parts.push(`<clipPath id="plot"><rect x="${area.left}" y="${area.top}" width="${area.right - area.left}" height="${area.bottom - area.top}"/></clipPath><g clip-path="url(#plot)" fill="none" stroke-linejoin="round">`);
  for (const line of lines) {
    const path = pathOf(line, projection);
    if (path !== "") parts.push(`<path d="${path}" stroke="${paint(line.colour)}" stroke-opacity="${line.alpha}" stroke-width="${line.width}"${line.dashed ? ' stroke-dasharray="6 4"' : ""}/>`);
  }
  parts.push("</g></g></svg>");
  return parts.join("\n");
}

function pathOf({ vertices: { x, y, count } }: DrawnLine, projection: Projection): string {
  let path = "";
  let open = false;
  for (let i = 0; i < count; i++) {
    const value = projection.log ? Math.log10(y[i]) : y[i];
    const px = pixelOf(projection, x[i]);
    if (!Number.isFinite(value) || !Number.isFinite(px)) {
      open = false;
      continue;
    }
    path += `${open ? "L" : "M"}${fixed(px)} ${fixed(value * projection.ky + projection.by)}`;
    open = true;
  }
  return path;
}

function fixed(x: number): string {
  return String(Math.round(x * 100) / 100);
}

/** Colours as every program that reads SVG knows them. */
function paint([red, green, blue]: Rgba): string {
  return `#${[red, green, blue].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
