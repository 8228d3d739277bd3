import { html, type PropertyValues } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCountOf } from "../../../src/common/format.js";
import { css, mix, theme } from "../../charts/theme.js";
import type { TrialRow } from "../../../src/protocol/searchPanel.js";
import { type Area, line, TrialChart } from "./canvasChart.js";
import { goodness, metricScale, settingScale } from "./scale.js";

interface Axis {
  readonly name: string;
  readonly of: (row: TrialRow) => number | null;
  readonly ticks: readonly { readonly share: number; readonly label: string }[];
  readonly textAt: (share: number) => string;
}

/** CSS pixels beside an axis from which a drag brushes it. */
const grip = 18;
/** Shares of an axis by which a key moves an end of a brush. */
const keySteps: Readonly<Record<string, number>> = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.25, PageDown: -0.25 };
/** Room around the axes, in CSS pixels. */
const around = { left: 40, right: 56, top: 22, bottom: 24 };
/** CSS pixels below an axis where trials without the setting pass. */
const absent = 14;

/**
 * Every trial as a line over its settings to its figure, the better ones stronger. A drag along an axis brushes it: only trials through
 * every brush stay, here and in the table. A click on an axis takes its brush away. By keyboard the ends of the brushes are sliders: up and
 * down move an end, left and right go to the next axis, Escape takes its brush away.
 */
@customElement("descent-parallel-coordinates")
export class ParallelCoordinates extends TrialChart {
  override heading = "Parallel coordinates";
  /** By axis: the shares between which it is brushed. */
  @state() private brushes: ReadonlyMap<string, readonly [number, number]> = new Map();
  /** The end that Tab reaches: place of its axis, and which of the two. */
  @state() private tabbed: { readonly axis: number; readonly end: 0 | 1 } = { axis: 0, end: 0 };
  private drag: { readonly axis: string; readonly from: number } | null = null;

  protected summary(): string {
    return `${formatCountOf(this.rows.length, "trial")} over ${formatCountOf(this.manifest.dimensions.length, "setting")}${this.brushes.size > 0 ? `, ${this.within?.size ?? 0} within the brushes` : ""}`;
  }

  private get rows(): TrialRow[] {
    return this.trials.filter(({ best, confirms }) => best !== null && confirms === null);
  }

  private get axesShown(): Axis[] {
    const metric = metricScale(this.rows.map(({ best }) => best!.value), this.manifest.lowerIsBetter);
    return [
      ...this.manifest.dimensions.map((dimension): Axis => {
        const scale = settingScale(dimension);
        return { name: dimension.path, ticks: scale.ticks, textAt: scale.textAt, of: ({ settings }) => (settings[dimension.path] === undefined ? null : scale.of(settings[dimension.path])) };
      }),
      { name: this.manifest.metric, ticks: metric.ticks, textAt: metric.textAt, of: ({ best }) => metric.share(best!.value) },
    ];
  }

  protected override get area(): Area {
    const { clientWidth, clientHeight } = this.canvas!;
    return { left: around.left, right: Math.max(around.left + 1, clientWidth - around.right), top: around.top, bottom: Math.max(around.top + 1, clientHeight - around.bottom) };
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
      : html`<span class="toolbar-note" role="status">${this.within?.size ?? 0} of ${this.rows.length} trials</span><button class="link" type="button" @click=${() => this.setBrushes(new Map())}>Show all</button>`;
  }

  /** Lines, however their trials ended. */
  protected override legend() {
    return "";
  }

  /** The ends of the brushes, two an axis, as sliders. */
  protected override overlay() {
    const { axesShown, brushes, tabbed } = this;
    return axesShown.flatMap((axis, i) => ([0, 1] as const).map((end) => {
      const share = brushes.get(axis.name)?.[end] ?? end;
      const isTabbed = tabbed.axis === Math.min(i, axesShown.length - 1) && tabbed.end === end;
      return html`<span class="brush-end ${brushes.has(axis.name) ? "is-brushed" : ""}" role="slider" tabindex=${isTabbed ? 0 : -1} aria-orientation="vertical" aria-label=${`${axis.name}, ${end === 0 ? "lower" : "upper"} end of the brush`}
        aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(100 * share)} aria-valuetext=${axis.textAt(share)}
        @focus=${() => (this.tabbed = { axis: i, end })} @keydown=${(event: KeyboardEvent) => this.onKey(event, axis.name, i, end)}></span>`;
    }));
  }

  /** Places the ends; the page's policy lets no style be written as an attribute. */
  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const ends = [...this.querySelectorAll<HTMLElement>(".brush-end")];
    const axes = ends.length / 2;
    ends.forEach((element, i) => {
      const across = axes < 2 ? 0.5 : Math.floor(i / 2) / (axes - 1);
      const up = Number(element.getAttribute("aria-valuenow")) / 100;
      element.style.left = `calc(${around.left}px + (100% - ${around.left + around.right}px) * ${across})`;
      element.style.top = `calc(${around.top}px + (100% - ${around.top + around.bottom}px) * ${1 - up})`;
    });
  }

  private onKey(event: KeyboardEvent, axis: string, index: number, end: 0 | 1): void {
    const [low, high] = this.brushes.get(axis) ?? [0, 1];
    const step = keySteps[event.key];
    if (step !== undefined) this.brushByKey(axis, end === 0 ? [Math.min(high, Math.max(0, low + step)), high] : [low, Math.max(low, Math.min(1, high + step))]);
    else if (event.key === "Home") this.brushByKey(axis, end === 0 ? [0, high] : [low, low]);
    else if (event.key === "End") this.brushByKey(axis, end === 0 ? [high, high] : [low, 1]);
    else if (event.key === "Escape") this.setBrushes(new Map([...this.brushes].filter(([name]) => name !== axis)));
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      // through both ends of an axis, then to the next
      const ends = [...this.querySelectorAll<HTMLElement>(".brush-end")];
      ends[(2 * index + end + (event.key === "ArrowRight" ? 1 : ends.length - 1)) % ends.length].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A brush over the whole axis is none. */
  private brushByKey(axis: string, [low, high]: readonly [number, number]): void {
    const rest = [...this.brushes].filter(([name]) => name !== axis);
    this.setBrushes(new Map(low <= 0 && high >= 1 ? rest : [...rest, [axis, [low, high] as const]]));
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
