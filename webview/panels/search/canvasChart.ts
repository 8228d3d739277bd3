import { html } from "lit";
import { property } from "lit/decorators.js";
import type { SearchManifest } from "../../../src/protocol/search.js";
import type { TrialRow } from "../../../src/protocol/searchPanel.js";
import { DrawnElement } from "../../charts/drawnElement.js";
import { css, theme } from "../../charts/theme.js";
import type { Scale } from "./scale.js";

/** Room around the plot for numbers, in CSS pixels. */
export const margin = { left: 46, right: 12, top: 8, bottom: 22 };
/** CSS pixels within which a trial is pointed at. */
const reach = 9;

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a trial was drawn, for pointing at it. */
export interface Spot {
  readonly trial: number;
  readonly x: number;
  readonly y: number;
}

/**
 * A chart of a search's trials on a canvas: drawn anew when trials, theme or size change. A click fires `pick` with the trial under the
 * pointer. What it shows is told in words beside it, and the table holds every figure.
 */
export abstract class TrialChart extends DrawnElement {
  @property({ attribute: false }) heading = "";
  @property({ attribute: false }) trials: readonly TrialRow[] = [];
  @property({ attribute: false }) manifest!: SearchManifest;
  @property({ attribute: false }) chosen: number | null = null;
  /** Trials outside are faint; null: none is. */
  @property({ attribute: false }) within: ReadonlySet<number> | null = null;
  protected spots: Spot[] = [];

  /** Draws the chart and notes the spots. */
  protected abstract paint(context: CanvasRenderingContext2D, area: Area): void;
  /** What the chart shows, in a sentence. */
  protected abstract summary(): string;

  protected get canvas(): HTMLCanvasElement | null {
    return this.querySelector("canvas");
  }

  protected get area(): Area {
    const { clientWidth, clientHeight } = this.canvas!;
    return { left: margin.left, right: Math.max(margin.left + 1, clientWidth - margin.right), top: margin.top, bottom: Math.max(margin.top + 1, clientHeight - margin.bottom) };
  }

  draw(): void {
    const { canvas } = this;
    if (!canvas || canvas.clientWidth === 0 || canvas.clientHeight === 0) return;
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    context.font = `11px ${theme().font}`;
    this.spots = [];
    this.paint(context, this.area);
  }

  /** Lines and numbers of both axes. */
  protected axes(context: CanvasRenderingContext2D, { left, right, top, bottom }: Area, x: Scale, y: Scale): void {
    const { grid, muted } = theme();
    context.strokeStyle = css(grid);
    context.fillStyle = css(muted);
    context.lineWidth = 1;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const { share, label } of y.ticks) {
      const at = Math.round(bottom - share * (bottom - top)) + 0.5;
      line(context, left, at, right, at);
      context.fillText(label, left - 6, at);
    }
    context.textBaseline = "top";
    let free = -Infinity;
    for (const { share, label } of x.ticks) {
      const at = left + share * (right - left);
      const half = context.measureText(label).width / 2;
      line(context, Math.round(at) + 0.5, bottom, Math.round(at) + 0.5, bottom + 4);
      if (at - half < free) continue; // would run into the one before
      context.textAlign = at + half > right + margin.right ? "right" : "center";
      context.fillText(label, context.textAlign === "right" ? right + margin.right : at, bottom + 6);
      free = at + half + 8;
    }
  }

  /** A trial as a dot: full where it finished, a ring where it was stopped, a cross where it failed. */
  protected dot(context: CanvasRenderingContext2D, row: TrialRow, x: number, y: number): void {
    const { run, error, focus } = theme();
    const faint = this.within !== null && !this.within.has(row.trial);
    const alpha = faint ? 0.15 : row.state === "stopped" ? 0.55 : 0.9;
    this.spots.push({ trial: row.trial, x, y });
    context.lineWidth = 1.5;
    context.strokeStyle = css(row.state === "failed" ? error : run, alpha);
    context.fillStyle = css(run, alpha);
    context.beginPath();
    if (row.state === "failed") {
      context.moveTo(x - 3, y - 3);
      context.lineTo(x + 3, y + 3);
      context.moveTo(x + 3, y - 3);
      context.lineTo(x - 3, y + 3);
      context.stroke();
    } else {
      context.arc(x, y, 3, 0, 2 * Math.PI);
      if (row.state === "stopped") context.stroke();
      else context.fill();
    }
    if (row.trial !== this.chosen) return;
    context.beginPath();
    context.arc(x, y, 6.5, 0, 2 * Math.PI);
    context.strokeStyle = css(focus);
    context.stroke();
  }

  /** The trial nearest to a place of the canvas, within reach. */
  protected trialAt(x: number, y: number): number | null {
    let [nearest, distance] = [null as number | null, reach];
    for (const spot of this.spots) {
      const away = Math.hypot(spot.x - x, spot.y - y);
      if (away < distance) [nearest, distance] = [spot.trial, away];
    }
    return nearest;
  }

  private readonly onMove = (event: PointerEvent): void => {
    const trial = this.trialAt(event.offsetX, event.offsetY);
    const row = this.trials.find((one) => one.trial === trial);
    this.canvas!.style.cursor = row ? "pointer" : "";
    this.canvas!.title = row ? `trial ${row.trial}, ${row.state}: ${this.manifest.metric} ${row.best === null ? "-" : Number(row.best.value.toPrecision(4))}\n${Object.entries(row.settings).map(([path, value]) => `${path} ${value}`).join("\n")}` : "";
  };

  private readonly onClick = (event: MouseEvent): void => {
    const trial = this.trialAt(event.offsetX, event.offsetY);
    if (trial !== null) this.dispatchEvent(new CustomEvent("pick", { detail: trial, bubbles: true }));
  };

  /** What stands beside the heading: what is drawn against what. */
  protected extra(): unknown {
    return "";
  }

  /** What marks mean, of those drawn that need it. */
  protected legend(): unknown {
    const has = (word: TrialRow["state"]) => this.trials.some(({ state, best, confirms }) => state === word && best !== null && confirms === null);
    return html`${has("stopped") ? html`<span class="mark-key is-stopped"><span class="mark" aria-hidden="true">○</span> stopped</span>` : ""}
      ${has("failed") ? html`<span class="mark-key is-failed"><span class="mark" aria-hidden="true">✕</span> failed</span>` : ""}`;
  }

  /** What lies over the canvas, at places within it. */
  protected overlay(): unknown {
    return "";
  }

  protected override render() {
    return html`<figure class="trial-chart"><figcaption><h2>${this.heading}</h2>${this.extra()}<span class="mark-keys">${this.legend()}</span></figcaption>
      <div class="trial-plot"><canvas role="img" aria-label=${`${this.heading}: ${this.summary()}`} @pointermove=${this.onMove} @click=${this.onClick}></canvas>${this.overlay()}</div></figure>`;
  }
}

export function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
