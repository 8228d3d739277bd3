import { html } from "lit";
import { customElement, state } from "lit/decorators.js";
import { dropdown } from "../../controls/choice.js";
import { type Area, TrialChart } from "./canvasChart.js";
import { metricScale, settingScale } from "./scale.js";

/** The metric against one setting, chosen above; the axis is logarithmic where the range is. */
@customElement("descent-setting-scatter")
export class SettingScatter extends TrialChart {
  override heading = "By setting";
  @state() private path: string | null = null;

  private get dimension() {
    const { dimensions } = this.manifest;
    return dimensions.find(({ path }) => path === this.path) ?? dimensions[0];
  }

  /** Shows a setting. */
  show(path: string): void {
    this.path = path;
  }

  protected summary(): string {
    return `${this.manifest.metric} against ${this.dimension?.path ?? "nothing"}`;
  }

  protected override extra() {
    const options = this.manifest.dimensions.map(({ path }) => ({ value: path, label: path }));
    return options.length === 0 ? "" : html`<span class="toolbar-note">${this.manifest.metric}</span>${dropdown("Setting", options, this.dimension.path, (path) => (this.path = path))}`;
  }

  protected paint(context: CanvasRenderingContext2D, area: Area): void {
    const { dimension } = this;
    if (dimension === undefined) return;
    const rows = this.trials.filter(({ settings, best, confirms }) => settings[dimension.path] !== undefined && best !== null && confirms === null);
    const x = settingScale(dimension);
    const y = metricScale(this.trials.flatMap(({ best }) => (best === null ? [] : best.value)), this.manifest.lowerIsBetter);
    this.axes(context, area, x, y);
    const spread = dimension.range.kind === "choice" ? 0.5 / dimension.range.labels.length : 0;
    for (const row of rows) {
      // trials of one option side by side, always at the same place
      const aside = (((row.trial * 0.618034) % 1) - 0.5) * spread;
      this.dot(context, row, area.left + (x.of(row.settings[dimension.path]) + aside) * (area.right - area.left), area.bottom - y.share(row.best!.value) * (area.bottom - area.top));
    }
  }
}
