import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { css, theme } from "../../charts/theme.js";
import { formatCountOf, formatValue } from "../../../src/common/format.js";
import { type Area, TrialChart } from "./canvasChart.js";
import { countScale, metricScale } from "./scale.js";

/** Each trial's figure in the order of the trials, and the best so far as a line of steps. */
@customElement("descent-best-so-far")
export class BestSoFar extends TrialChart {
  override heading = "Best so far";

  private get own() {
    return this.trials.filter(({ confirms, best }) => confirms === null && best !== null);
  }

  protected summary(): string {
    const { own } = this;
    if (own.length === 0) return "no trial has a figure yet";
    const values = own.map(({ best }) => best!.value).filter((value) => !Number.isNaN(value));
    const best = this.manifest.lowerIsBetter ? Math.min(...values) : Math.max(...values);
    return `${formatCountOf(own.length, "trial")}, the best has ${this.manifest.metric} ${formatValue(best, 4)}`;
  }

  protected override extra() {
    return html`<span class="toolbar-note">${this.manifest.metric} by trial</span>`;
  }

  protected paint(context: CanvasRenderingContext2D, area: Area): void {
    const { own } = this;
    const { lowerIsBetter, trials } = this.manifest;
    const x = countScale(Math.max(trials, ...own.map(({ trial }) => trial)));
    const y = metricScale(own.map(({ best }) => best!.value), lowerIsBetter);
    this.axes(context, area, x, y);
    const place = (trial: number, value: number) => [area.left + x.share(trial) * (area.right - area.left), area.bottom - y.share(value) * (area.bottom - area.top)] as const;
    for (const row of own) this.dot(context, row, ...place(row.trial, row.best!.value));
    let best: number | null = null;
    context.beginPath();
    for (const row of own) {
      const { value } = row.best!;
      if (row.state === "failed" || Number.isNaN(value) || (best !== null && (lowerIsBetter ? value >= best : value <= best))) continue;
      const [left, top] = place(row.trial, value);
      if (best === null) context.moveTo(left, top);
      else context.lineTo(left, place(row.trial, best)[1]);
      context.lineTo(left, top);
      best = value;
    }
    if (best === null) return;
    context.lineTo(place(own[own.length - 1].trial, best)[0], place(0, best)[1]);
    context.strokeStyle = css(theme().foreground, 0.8);
    context.lineWidth = 1.5;
    context.stroke();
  }
}
