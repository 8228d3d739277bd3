import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount, formatSetting } from "../../../src/common/format.js";
import { type ChartLine, type LineChart } from "../../charts/lineChart.js";
import { coloursInOrder } from "../../charts/palette.js";
import { theme } from "../../charts/theme.js";
import { axisEnd } from "../../charts/ticks.js";
import { iconButton } from "../../controls/button.js";
import { checkbox, segmented, slider } from "../../controls/choice.js";
import type { RunStore, Topic } from "./store.js";
import { isLive } from "./store.js";
import { StoreElement } from "./storeElement.js";

/** Tags that are no metric of the task: they have charts of their own, or none. */
const otherTags = new Set(["loss", "loss_with_penalty", "learning_rate", "gradient_norm", "steps_per_second", "waiting_for_data"]);

/** Loss, each metric, learning rate and gradient norm over the steps, with one cursor and one zoom. */
@customElement("descent-curves-tab")
export class CurvesTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "layout"];
  @state() private settingRate = false;
  private tags = "";
  private end = 0;
  private stopZoom: (() => void) | undefined;
  private readonly lines = new Map<string, readonly ChartLine[]>();

  private get group() {
    return this.store.cursor;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    let { range } = this.group;
    this.stopZoom = this.group.onChange(() => {
      if (this.group.range !== range) this.requestUpdate();
      range = this.group.range;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopZoom?.();
  }

  protected override seriesGrew(): void {
    const tags = [...this.store.series.keys()].join();
    // the axes' end jumps rarely; a new curve more rarely still
    if (tags !== this.tags || this.end !== endOfAxis(this.store)) this.requestUpdate();
    for (const chart of this.querySelectorAll<LineChart>("descent-line-chart")) chart.dataChanged();
  }

  protected override render() {
    const { store } = this;
    const { layout, run } = store;
    this.tags = [...store.series.keys()].join();
    this.end = endOfAxis(store);
    const epochs = layout.x === "epoch" && run?.stepsPerEpoch ? run.stepsPerEpoch : 1;
    const common = { end: this.end, stepsPerUnit: epochs, unit: epochs === 1 ? "step" : "epoch" };
    const chart = (heading: string, lines: readonly ChartLine[], options: { main?: boolean; log?: boolean; announce?: boolean } = {}, action: unknown = nothing) => html`
      <div class="chart-card ${options.main ? "is-main" : ""}">
        <descent-line-chart .heading=${heading} .lines=${lines} .group=${this.group} ?log=${options.log ?? false} .smoothing=${layout.smoothing}
          .end=${common.end} .stepsPerUnit=${common.stepsPerUnit} .unit=${common.unit} ?announce=${options.announce ?? false} .waiting=${options.announce || store.run?.state !== "preparing" ? waitingText(store) : ""}></descent-line-chart>
        ${action}
      </div>`;
    return html`
      <div class="toolbar">
        ${slider("Smoothing", layout.smoothing, { min: 0, max: 0.99, step: 0.01 }, layout.smoothing.toFixed(2), (smoothing) => store.arrange({ smoothing }))}
        ${checkbox("Log loss", layout.logLoss, (logLoss) => store.arrange({ logLoss }))}
        ${run?.stepsPerEpoch ? segmented("Horizontal axis", [{ value: "step", label: "Steps" }, { value: "epoch", label: "Epochs" }], layout.x, (x) => store.arrange({ x })) : nothing}
        ${this.group.range
          ? html`<button type="button" class="plain-button" title=${`Steps ${formatCount(this.group.range.from)} to ${formatCount(this.group.range.to)} are shown; show all`} @click=${() => (this.group.range = null)}>
              <span class="codicon codicon-zoom-out" aria-hidden="true"></span>Show all</button>`
          : nothing}
      </div>
      <div class="charts">
        ${chart("Loss", this.both("loss"), { main: true, log: layout.logLoss, announce: true })}
        ${this.stages().length > 0 ? chart("Pretraining loss", this.stages(), { log: true }) : nothing}
        ${this.metrics().map((metric) => chart(titleOf(metric), this.both(metric), { main: true }))}
        ${chart("Learning rate", this.linesOf("rate", ["train/learning_rate"]), {}, run && (run.state === "running" || run.state === "paused") ? this.rateControl() : nothing)}
        ${chart("Gradient norm", this.gradients(), { log: true })}
      </div>
    `;
  }

  /** The task's metrics, known from their tags; accuracy keeps its place before the first evaluation where there are classes. */
  private metrics(): string[] {
    const names = new Set<string>(this.store.run?.classes ? ["accuracy"] : []);
    for (const tag of [...this.store.series.keys(), ...Object.keys(this.store.run?.metrics ?? {})]) {
      const [split, name, ...rest] = tag.split("/");
      if ((split === "train" || split === "validation") && rest.length === 0 && !otherTags.has(name)) names.add(name);
    }
    return [...names];
  }

  /** A line for each layer that was pretrained. */
  private stages(): readonly ChartLine[] {
    const prefix = "train/pretrain_loss/";
    const names = layerOrder(this.store, prefix);
    const key = `stages ${names.join()}`;
    const known = this.lines.get(key);
    if (known && known.every((line, i) => line.series === this.store.seriesOf(prefix + names[i]))) return known;
    const lines: ChartLine[] = names.map((name, i) => ({ id: name, label: name, series: this.store.seriesOf(prefix + name), colour: () => coloursInOrder(names.length, theme())[i], dashed: false, smooth: true, main: false }));
    this.lines.set(key, lines);
    return lines;
  }

  private both(name: string): readonly ChartLine[] {
    return this.linesOf(name, [`train/${name}`, `validation/${name}`]);
  }

  /** Lines of tags in the run's colour; the same objects as long as the series are the same, so that charts see no change. */
  private linesOf(key: string, tags: readonly string[]): readonly ChartLine[] {
    const known = this.lines.get(key);
    if (known && known.every((line, i) => line.series === this.store.seriesOf(tags[i]))) return known;
    const lines = tags.map((tag) => ({
      id: tag, label: tag.split("/").length === 2 && tags.length > 1 ? tag.split("/")[0] : "", series: this.store.seriesOf(tag), colour: () => theme().run,
      dashed: tag.startsWith("validation/"), smooth: tag === "train/loss" || (tag.startsWith("train/") && tags.length > 1), main: false,
    }));
    this.lines.set(key, lines);
    return lines;
  }

  /** The whole norm, and a line a layer coloured by depth. */
  private gradients(): readonly ChartLine[] {
    const prefix = "train/gradient_norm/";
    const names = layerOrder(this.store, prefix);
    const key = `gradients ${names.join()}`;
    const whole = this.store.seriesOf("train/gradient_norm");
    const known = this.lines.get(key);
    if (known && known[known.length - 1].series === whole) return known;
    const lines: ChartLine[] = names.map((name, i) => ({
      id: name, label: name, series: this.store.seriesOf(prefix + name), colour: () => coloursInOrder(names.length, theme())[i], dashed: false, smooth: false, main: false,
    }));
    lines.push({ id: "whole", label: names.length > 0 ? "whole" : "", series: whole, colour: () => theme().foreground, dashed: false, smooth: false, main: true });
    this.lines.set(key, lines);
    return lines;
  }

  private rateControl() {
    if (!this.settingRate) return html`<div class="chart-action">${iconButton({ label: "Change the learning rate", icon: "edit", press: () => void this.openRate() })}</div>`;
    return html`<form class="rate-form" @submit=${this.setRate} @keydown=${(event: KeyboardEvent) => event.key === "Escape" && (this.settingRate = false)}>
      <label>New rate <input name="rate" type="text" inputmode="decimal" autocomplete="off" placeholder=${formatSetting(this.store.seriesOf("train/learning_rate").last || 1e-3)}></label>
      <button class="plain-button" type="submit">Set</button>
      <button class="plain-button" type="button" @click=${() => (this.settingRate = false)}>Cancel</button>
    </form>`;
  }

  private async openRate(): Promise<void> {
    this.settingRate = true;
    await this.updateComplete;
    this.querySelector<HTMLInputElement>(".rate-form input")?.focus();
  }

  private readonly setRate = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>(".rate-form input")!;
    const value = Number(input.value.trim().replace("−", "-"));
    input.setCustomValidity(input.value.trim() !== "" && value > 0 && Number.isFinite(value) ? "" : "A positive number, such as 1e-3");
    if (!input.reportValidity()) {
      input.addEventListener("input", () => input.setCustomValidity(""), { once: true });
      return;
    }
    this.store.send({ message: "set-learning-rate", value });
    this.settingRate = false;
  };
}

/** Where the step axis ends now. */
export function endOfAxis(store: RunStore): number {
  const live = store.run !== null && isLive(store.run.state);
  return axisEnd(store.lastStep, store.run?.totalSteps ?? null, live);
}

/** The layers that have a curve under `prefix`, in the model's order. */
export function layerOrder(store: RunStore, prefix: string): string[] {
  const names = [...store.series.keys()].filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
  const order = store.run?.layers.map((layer) => layer.name) ?? [];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return names.sort((a, b) => rank(a) - rank(b));
}

function waitingText(store: RunStore): string {
  switch (store.run?.state) {
    case "preparing": return "Preparing: reading the data and building the model";
    case "running": case "paused": case "stopping": return "No points yet";
    default: return "This run has no points here";
  }
}

function titleOf(metric: string): string {
  const words = metric.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}
