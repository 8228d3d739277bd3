import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { css, mix, theme } from "../../charts/theme.js";
import type { TrialRow } from "../../../src/protocol/searchPanel.js";
import { type Area, line, TrialChart } from "./canvasChart.js";
import { goodness, metricScale, settingScale } from "./scale.js";

interface Axis {
  readonly name: string;
  readonly of: (row: TrialRow) => number | null;
  readonly ticks: readonly { readonly share: number; readonly label: string }[];
}

/** CSS pixels beside an axis from which a drag brushes it. */
const grip = 18;
/** CSS pixels below an axis where trials without the setting pass. */
const absent = 14;

/**
 * Every trial as a line over its settings to its figure, the better ones stronger. A drag along an axis brushes it: only trials through
 * every brush stay, here and in the table. A click on an axis takes its brush away.
 */
@customElement("descent-parallel-coordinates")
export class ParallelCoordinates extends TrialChart {
  override heading = "Parallel coordinates";
  /** By axis: the shares between which it is brushed. */
  @state() private brushes: ReadonlyMap<string, readonly [number, number]> = new Map();
  private drag: { readonly axis: string; readonly from: number } | null = null;

  protected summary(): string {
    return `${this.rows.length} trials over ${this.manifest.dimensions.length} settings${this.brushes.size > 0 ? `, ${this.within?.size ?? 0} within the brushes` : ""}`;
  }

  private get rows(): TrialRow[] {
    return this.trials.filter(({ best, confirms }) => best !== null && confirms === null);
  }

  private get axesShown(): Axis[] {
    const metric = metricScale(this.rows.map(({ best }) => best!.value), this.manifest.lowerIsBetter);
    return [
      ...this.manifest.dimensions.map((dimension): Axis => {
        const scale = settingScale(dimension);
        return { name: dimension.path, ticks: scale.ticks, of: ({ settings }) => (settings[dimension.path] === undefined ? null : scale.of(settings[dimension.path])) };
      }),
      { name: this.manifest.metric, ticks: metric.ticks, of: ({ best }) => metric.share(best!.value) },
    ];
  }

  protected override get area(): Area {
    const { clientWidth, clientHeight } = this.canvas!;
    return { left: 40, right: Math.max(41, clientWidth - 56), top: 22, bottom: Math.max(23, clientHeight - 24) };
  }

  protected paint(context: CanvasRenderingContext2D, { left, right, top, bottom }: Area): void {
    const { rows, axesShown } = this;
    const { muted, grid, run, foreground, focus, background } = theme();
    const at = (index: number) => left + (axesShown.length < 2 ? 0.5 : index / (axesShown.length - 1)) * (right - left);
    const good = goodness(rows, this.manifest.lowerIsBetter);
    const faded = mix(background, run, 0.35);
    const strength = Math.min(1, Math.sqrt(80 / Math.max(1, rows.length)));
    // the best are drawn last, over the others
    for (const row of rows.toSorted((a, b) => (good.get(a.trial) ?? 0) - (good.get(b.trial) ?? 0))) {
      const shown = this.within === null || this.within.has(row.trial);
      const share = good.get(row.trial) ?? 0;
      const chosen = row.trial === this.chosen;
      context.strokeStyle = chosen ? css(foreground) : css(mix(faded, run, share), shown ? strength * (0.25 + 0.65 * share ** 3) : 0.05 * strength);
      context.lineWidth = chosen ? 2.5 : shown && share > 0.9 ? 1.8 : 1;
      context.beginPath();
      let begun = false;
      axesShown.forEach((axis, i) => {
        const value = axis.of(row);
        const y = value === null ? bottom + absent : bottom - value * (bottom - top);
        if (begun) context.lineTo(at(i), y);
        else context.moveTo(at(i), y);
        begun = true;
        if (i === axesShown.length - 1) this.spots.push({ trial: row.trial, x: at(i), y });
      });
      context.stroke();
    }
    const room = axesShown.length > 1 ? (right - left) / (axesShown.length - 1) : right - left;
    axesShown.forEach((axis, i) => {
      const x = Math.round(at(i)) + 0.5;
      context.strokeStyle = css(mix(grid, muted, 0.5));
      context.lineWidth = 1;
      line(context, x, top, x, bottom);
      context.fillStyle = css(foreground);
      context.textBaseline = "alphabetic";
      context.textAlign = i === 0 ? "left" : i === axesShown.length - 1 ? "right" : "center";
      context.fillText(shorten(context, axis.name, room - 8), i === 0 ? x - 36 : i === axesShown.length - 1 ? x + 52 : x, 12);
      context.fillStyle = css(muted);
      context.textAlign = i === axesShown.length - 1 ? "left" : "right";
      context.textBaseline = "middle";
      const texts = [...axis.ticks.map(({ share, label }) => ({ label, y: bottom - share * (bottom - top) })), ...(rows.some((row) => axis.of(row) === null) ? [{ label: "none", y: bottom + absent }] : [])];
      context.strokeStyle = css(background, 0.85);
      context.lineWidth = 3;
      for (const { label, y } of texts) {
        context.strokeText(label, context.textAlign === "left" ? x + 6 : x - 5, y);
        context.fillText(label, context.textAlign === "left" ? x + 6 : x - 5, y);
      }
      context.lineWidth = 1;
      const brush = this.brushes.get(axis.name);
      if (brush === undefined) return;
      const [low, high] = [bottom - brush[0] * (bottom - top), bottom - brush[1] * (bottom - top)];
      context.fillStyle = css(focus, 0.25);
      context.fillRect(x - 6, high, 12, low - high);
      context.strokeStyle = css(focus);
      context.strokeRect(x - 6, high, 12, low - high);
    });
  }

  protected override extra() {
    return this.brushes.size === 0
      ? html`<span class="toolbar-note">drag along an axis to choose</span>`
      : html`<button class="link" type="button" @click=${() => this.setBrushes(new Map())}>Show all</button>${nothing}`;
  }

  protected override firstUpdated(): void {
    const canvas = this.canvas!;
    canvas.addEventListener("pointerdown", (event) => {
      const axis = this.axisAt(event.offsetX);
      if (axis === null || this.trialAt(event.offsetX, event.offsetY) !== null) return;
      this.drag = { axis, from: this.shareAt(event.offsetY) };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => this.drag && this.brush(this.drag, this.shareAt(event.offsetY)));
    canvas.addEventListener("pointerup", (event) => {
      if (this.drag !== null && Math.abs(this.shareAt(event.offsetY) - this.drag.from) < 0.01) this.setBrushes(new Map([...this.brushes].filter(([name]) => name !== this.drag?.axis)));
      this.drag = null;
    });
  }

  private axisAt(x: number): string | null {
    const { left, right } = this.area;
    const { axesShown } = this;
    const index = axesShown.findIndex((_, i) => Math.abs(left + (i / Math.max(1, axesShown.length - 1)) * (right - left) - x) < grip);
    return index < 0 ? null : axesShown[index].name;
  }

  private shareAt(y: number): number {
    const { top, bottom } = this.area;
    return Math.min(1, Math.max(0, (bottom - y) / (bottom - top)));
  }

  private brush({ axis, from }: { readonly axis: string; readonly from: number }, to: number): void {
    this.setBrushes(new Map([...this.brushes, [axis, [Math.min(from, to), Math.max(from, to)] as const]]));
  }

  private setBrushes(brushes: ReadonlyMap<string, readonly [number, number]>): void {
    this.brushes = brushes;
    const { axesShown } = this;
    const kept = brushes.size === 0 ? null : new Set(this.rows.filter((row) => axesShown.every((axis) => {
      const brush = brushes.get(axis.name);
      const value = axis.of(row);
      return brush === undefined || (value !== null && value >= brush[0] && value <= brush[1]);
    })).map(({ trial }) => trial));
    this.dispatchEvent(new CustomEvent("brush", { detail: kept, bubbles: true }));
  }
}

/** A name that fits a width: its last part, then its beginning. */
function shorten(context: CanvasRenderingContext2D, name: string, width: number): string {
  if (context.measureText(name).width <= width) return name;
  const last = name.slice(name.lastIndexOf(".") + 1);
  return context.measureText(last).width <= width ? last : `${last.slice(0, Math.max(1, Math.floor(width / 7)))}…`;
}
