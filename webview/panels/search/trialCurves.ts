import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { formatCountOf } from "../../../src/common/format.js";
import { css, theme } from "../../charts/theme.js";
import { type Area, TrialChart } from "./canvasChart.js";
import { countScale, metricScale } from "./scale.js";

/** The metric of every trial over its epochs; those that were stopped are faint, the chosen one stands out. */
@customElement("descent-trial-curves")
export class TrialCurves extends TrialChart {
  override heading = "Curves of all trials";

  protected summary(): string {
    const stopped = this.trials.filter(({ state }) => state === "stopped").length;
    return `${formatCountOf(this.trials.filter(({ values }) => values.length > 0).length, "curve")}, ${stopped} of trials that were stopped`;
  }

  protected override extra() {
    return html`<span class="toolbar-note">${this.manifest.metric} by epoch</span>`;
  }

  /** A line, however its trial ended: the stopped and failed ones are faint. */
  protected override legend() {
    return this.trials.some(({ state, values }) => (state === "stopped" || state === "failed") && values.length > 0) ? html`<span class="mark-key">faint: stopped or failed</span>` : "";
  }

  protected paint(context: CanvasRenderingContext2D, area: Area): void {
    const rows = this.trials.filter(({ values }) => values.length > 0);
    const { lowerIsBetter } = this.manifest;
    const x = countScale(Math.max(1, ...rows.map(({ epochs }) => epochs[epochs.length - 1])));
    const y = metricScale(rows.flatMap(({ values }) => values), lowerIsBetter);
    this.axes(context, area, x, y);
    const { run, foreground } = theme();
    const strength = Math.min(1, Math.sqrt(80 / Math.max(1, rows.length)));
    const left = (epoch: number) => area.left + x.share(epoch) * (area.right - area.left);
    const top = (value: number) => area.bottom - y.share(value) * (area.bottom - area.top);
    for (const row of [...rows.filter(({ trial }) => trial !== this.chosen), ...rows.filter(({ trial }) => trial === this.chosen)]) {
      const chosen = row.trial === this.chosen;
      const faint = row.state === "stopped" || row.state === "failed" || (this.within !== null && !this.within.has(row.trial));
      context.strokeStyle = chosen ? css(foreground) : css(run, strength * (faint ? 0.16 : 0.75));
      context.lineWidth = chosen ? 2 : 1;
      context.beginPath();
      row.values.forEach((value, i) => {
        if (i === 0) context.moveTo(left(row.epochs[i]), top(value));
        else context.lineTo(left(row.epochs[i]), top(value));
      });
      if (row.values.length === 1) context.arc(left(row.epochs[0]), top(row.values[0]), 1.5, 0, 2 * Math.PI);
      context.stroke();
      const last = row.values.length - 1;
      this.spots.push({ trial: row.trial, x: left(row.epochs[last]), y: top(row.values[last]) });
    }
  }
}
