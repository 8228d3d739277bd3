import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { formatCount, formatSetting } from "../../../src/common/format.js";
import { type HorizontalAxis, formatPlace, stepAxis } from "../../charts/horizontalAxis.js";
import { type ChartLine, type LineChart } from "../../charts/lineChart.js";
import { coloursInOrder } from "../../charts/palette.js";
import { theme } from "../../charts/theme.js";
import { axisEnd, niceCeiling } from "../../charts/ticks.js";
import { iconButton } from "../../controls/button.js";
import { segmented, slider, toggle } from "../../controls/choice.js";
import "./chartCard.js";
import type { ChartCard, ChartOfTab, TabAxes } from "./chartCard.js";
import { arrangedCharts, isFound } from "./chartOrder.js";
import type { RunStore, Topic } from "./store.js";
import { isLive } from "./store.js";
import { StoreElement } from "./storeElement.js";

/** Tags that are no metric of the task: they have charts of their own, or none. */
const otherTags = new Set(["loss", "loss_with_penalty", "learning_rate", "gradient_norm", "steps_per_second", "waiting_for_data"]);

/** Tags of one figure a layer: the Layers tab shows them, the gradients' chart those of the norm. */
const layerTags = /^(train|validation)\/(gradient_norm|update_ratio|pretrain_loss|weight|gradient|activation|zero_fraction|saturat)[a-z_]*\//;
/** Charts shown at once; more come when they are asked for. */
const page = 60;
/** In a log of others: the part of the axis in which all of a chart's curves lie for it to end where they do. An epoch has a few batches at least. */
const ownEndBelow = 0.25;

/** Loss, each metric, learning rate and gradient norm, with one cursor and one zoom; arranged by the user, who finds charts by name. */
@customElement("descent-curves-tab")
export class CurvesTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "layout"];
  @state() private settingRate = false;
  @state() private search = "";
  @state() private shown = page;
  private dragged: string | null = null;
  private tags = "";
  private end = 0;
  /** Charts that end before the others, by their ids. */
  private readonly ownEnds = new Map<string, { readonly tags: readonly string[]; readonly end: number }>();
  private axis: HorizontalAxis = stepAxis;
  private axisText = "";
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
    if (tags !== this.tags || this.end !== this.axes().end || this.ownEndsMoved) this.requestUpdate();
    for (const chart of this.querySelectorAll<LineChart>("descent-line-chart")) chart.dataChanged();
  }

  protected override render() {
    const { store } = this;
    const { layout, run } = store;
    this.tags = [...store.series.keys()].join();
    const axes = this.axes();
    this.end = axes.end;
    const all = this.charts();
    const arranged = arrangedCharts(all, layout.charts);
    const found = this.search.trim() === "" ? arranged : all.filter((chart) => isFound(chart, layout.charts.names[chart.id], this.search.trim()));
    const order = arranged.map(({ id }) => id);
    const hidden = all.filter(({ id }) => layout.charts.hidden.includes(id));
    return html`
      <div class="toolbar">
        <label class="field search-field"><span class="codicon codicon-search" aria-hidden="true"></span>
          <input type="search" aria-label="Search charts by name" placeholder="Search" .value=${this.search} @input=${(event: Event) => {
            this.search = (event.target as HTMLInputElement).value;
            this.shown = page;
          }}></label>
        ${slider("Smoothing", layout.smoothing, { min: 0, max: 0.99, step: 0.01 }, layout.smoothing.toFixed(2), (smoothing) => store.arrange({ smoothing }))}
        ${segmented("Horizontal axis", this.axisChoices(), layout.x, (x) => this.chooseAxis(x))}
        <span class="toggles">
          ${toggle({ label: "Log x", title: "Logarithmic horizontal axis", pressed: layout.logX, change: (logX) => store.arrange({ logX }) })}
          ${toggle({ label: "Log loss", title: "Logarithmic axis of the loss; each chart's menu has its own", pressed: layout.charts.log["loss"] ?? layout.logLoss, change: (logLoss) => this.setLogLoss(logLoss) })}
          ${toggle({ label: "Clip", title: "Leave outliers out of the value axes; triangles show where they are", pressed: layout.clip, change: (clip) => store.arrange({ clip }) })}
        </span>
        ${hidden.length > 0
          ? html`<button type="button" class="plain-button" title=${`Show again: ${hidden.map((chart) => layout.charts.names[chart.id] ?? chart.heading).join(", ")}`} @click=${() => store.arrange({ charts: { ...layout.charts, hidden: [] } })}>
              <span class="codicon codicon-eye" aria-hidden="true"></span>${hidden.length} hidden</button>`
          : nothing}
        ${this.group.range
          ? html`<button type="button" class="plain-button" title=${this.rangeText(axes.axis)} @click=${() => (this.group.range = null)}>
              <span class="codicon codicon-zoom-out" aria-hidden="true"></span>Show all</button>`
          : nothing}
      </div>
      <div class="charts" @dragstart=${this.onDragStart} @dragover=${(event: DragEvent) => this.dragged !== null && event.preventDefault()} @drop=${(event: DragEvent) => this.onDrop(event, order)}>
        ${repeat(found.slice(0, this.shown), (chart) => chart.id, (chart) => html`
          <descent-chart-card class="chart-card ${chart.main || layout.charts.pinned.includes(chart.id) ? "is-main" : ""} ${layout.charts.pinned.includes(chart.id) ? "is-pinned" : ""}"
            .store=${store} .of=${chart} .axes=${this.axesOf(chart, axes)} .order=${order} .action=${chart.id === "rate" && run && run.origin === undefined && (run.state === "running" || run.state === "paused") ? this.rateControl() : nothing}></descent-chart-card>`)}
        ${found.length === 0 ? html`<p class="tab-empty">${this.search.trim() === "" ? "All charts are hidden." : `No chart is named ${this.search.trim()}.`}</p>` : nothing}
      </div>
      ${found.length > this.shown
        ? html`<div class="charts-more"><button type="button" class="plain-button" @click=${() => (this.shown += page)}>Show ${formatCount(Math.min(page, found.length - this.shown))} more of ${formatCount(found.length)} charts</button></div>`
        : nothing}
    `;
  }

  /** What the charts show of the horizontal axis when nothing is zoomed. */
  private axes(): TabAxes {
    const { store } = this;
    const { run, layout } = store;
    const steps = endOfAxis(store);
    const { times } = store;
    if (layout.x === "time" && times) {
      const seconds = Math.max(1, times.last - times.first);
      const live = run !== null && isLive(run.state);
      const axis: HorizontalAxis = this.sameAxis({ kind: "time", unit: "time", scale: 1, origin: times.first, log: layout.logX });
      return { axis, begin: times.first, end: times.first + (live ? niceCeiling(Math.max(10, seconds)) : seconds), group: this.group };
    }
    const scale = layout.x === "epoch" ? (run?.stepsPerEpoch ?? 1) : layout.x === "examples" && run?.batchSize ? 1 / run.batchSize : 1;
    const axis = this.sameAxis(scale === 1 && layout.x !== "examples" ? { ...stepAxis, log: layout.logX } : { kind: "step", unit: layout.x === "epoch" ? "epoch" : "examples", scale, origin: 0, log: layout.logX });
    return { axis, begin: 0, end: steps, group: this.group };
  }

  /**
   * The axes of one chart. Others log some curves by batch and some by epoch, as Keras does, and call both steps: a chart whose curves all end within the
   * first part of the axis ends where they do.
   */
  private axesOf({ id, tags }: ChartOfTab, axes: TabAxes): TabAxes {
    this.ownEnds.delete(id);
    const { run } = this.store;
    if (run?.origin === undefined || axes.axis.kind !== "step") return axes;
    const last = this.lastStepOf(tags);
    if (!(last > 0) || last > axes.end * ownEndBelow) return axes;
    const end = axisEnd(last, null, isLive(run.state));
    this.ownEnds.set(id, { tags, end });
    return { ...axes, end };
  }

  private lastStepOf(tags: readonly string[]): number {
    return Math.max(...tags.map((tag) => this.store.series.get(tag)?.facts.last?.step ?? 0));
  }

  /** Whether a chart that ends before the others has to end elsewhere by now. */
  private get ownEndsMoved(): boolean {
    const live = this.store.run !== null && isLive(this.store.run.state);
    return [...this.ownEnds.values()].some(({ tags, end }) => axisEnd(this.lastStepOf(tags), null, live) !== end);
  }

  /** The same object while it says the same, so that charts see no change. */
  private sameAxis(axis: HorizontalAxis): HorizontalAxis {
    const text = JSON.stringify(axis);
    if (text !== this.axisText) [this.axisText, this.axis] = [text, axis];
    return this.axis;
  }

  private axisChoices(): { value: "step" | "epoch" | "time" | "examples"; label: string }[] {
    const { run, times } = this.store;
    return [
      { value: "step", label: "Steps" },
      ...(run?.stepsPerEpoch ? [{ value: "epoch", label: "Epochs" } as const] : []),
      ...(times ? [{ value: "time", label: "Time" } as const] : []),
      ...(run?.batchSize ? [{ value: "examples", label: "Examples" } as const] : []),
    ];
  }

  private chooseAxis(x: "step" | "epoch" | "time" | "examples"): void {
    // steps and seconds are no stretch of each other
    if ((x === "time") !== (this.store.layout.x === "time")) {
      this.group.range = null;
      this.group.cursor = null;
    }
    this.store.arrange({ x });
  }

  private rangeText(axis: HorizontalAxis): string {
    const { from, to } = this.group.range!;
    if (axis.kind === "time") return `From ${formatPlace(axis, from)} to ${formatPlace(axis, to)} is shown; show all`;
    return `Steps ${formatCount(from)} to ${formatCount(to)} are shown; show all`;
  }

  private setLogLoss(logLoss: boolean): void {
    const { charts } = this.store.layout;
    const { loss: _, ...log } = charts.log;
    this.store.arrange({ logLoss, charts: { ...charts, log } });
  }

  private readonly onDragStart = (event: DragEvent): void => {
    this.dragged = (event.target as HTMLElement).closest<ChartCard>("descent-chart-card")?.of.id ?? null;
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  };

  private onDrop(event: DragEvent, order: readonly string[]): void {
    const target = (event.target as HTMLElement).closest<ChartCard>("descent-chart-card")?.of.id;
    const { dragged } = this;
    this.dragged = null;
    if (dragged === null || target === undefined || target === dragged) return;
    event.preventDefault();
    const place = order.indexOf(target);
    const moved = order.filter((id) => id !== dragged);
    moved.splice(place, 0, dragged);
    this.store.arrange({ charts: { ...this.store.layout.charts, order: moved } });
  }

  /** Every chart there is, in its natural order. */
  private charts(): ChartOfTab[] {
    const { store } = this;
    const waiting = waitingText(store);
    const quiet = store.run?.state !== "preparing" ? waiting : "";
    const stages = this.stages();
    const all: ChartOfTab[] = [
      { id: "loss", heading: "Loss", lines: this.both("loss"), tags: this.tagsOf("loss"), main: true, log: store.layout.logLoss, better: "lower", announce: true, waiting },
      ...(stages.length > 0 ? [{ id: "pretraining", heading: "Pretraining loss", lines: stages, tags: stages.map(({ id }) => `train/pretrain_loss/${id}`), main: false, log: true, better: "lower", announce: false, waiting: quiet } as const] : []),
      ...this.metrics().map((metric): ChartOfTab => ({ id: `metric ${metric}`, heading: titleOf(metric), lines: this.both(metric), tags: this.tagsOf(metric), main: true, log: false, better: betterOf(metric), announce: false, waiting: quiet })),
      { id: "rate", heading: "Learning rate", lines: this.linesOf("rate", ["train/learning_rate"]), tags: ["train/learning_rate"], main: false, log: false, better: null, announce: false, waiting: quiet },
      { id: "gradients", heading: "Gradient norm", lines: this.gradients(), tags: ["train/gradient_norm", ...layerOrder(store, "train/gradient_norm/").map((name) => `train/gradient_norm/${name}`)], main: false, log: true, better: null, announce: false, waiting: quiet },
      ...this.others().map(([name, tags]): ChartOfTab => ({ id: `tag ${name}`, heading: name, lines: this.linesOf(`tag ${name}`, tags), tags, main: false, log: false, better: null, announce: false, waiting: quiet })),
    ];
    // a log of others gets no curves of the kinds that it was not begun with: nothing is kept free for them
    return store.run?.origin === undefined ? all : all.filter(({ tags }) => tags.some((tag) => (store.series.get(tag)?.facts.count ?? 0) > 0));
  }

  /** Curves that no chart above shows, those of the same name in several splits together. */
  private others(): [name: string, tags: string[]][] {
    const metrics = new Set(this.metrics());
    const groups = new Map<string, string[]>();
    for (const [tag, { facts }] of this.store.series) {
      if (facts.count === 0 || layerTags.test(tag)) continue;
      const [split, ...rest] = tag.split("/");
      const inSplit = /^(train|validation|test)$/.test(split) && rest.length > 0;
      if (inSplit && rest.length === 1 && (otherTags.has(rest[0]) || metrics.has(rest[0]) || split !== "test")) continue;
      const name = inSplit ? rest.join("/") : tag;
      groups.set(name, [...(groups.get(name) ?? []), tag]);
    }
    return [...groups];
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
    return this.linesOf(name, this.tagsOf(name));
  }

  /** Training and validation, and what the test split came to once it was measured. */
  private tagsOf(name: string): string[] {
    return [`train/${name}`, `validation/${name}`, ...((this.store.series.get(`test/${name}`)?.facts.count ?? 0) > 0 ? [`test/${name}`] : [])];
  }

  /** Lines of tags in the run's colour; the same objects as long as the series are the same, so that charts see no change. */
  private linesOf(key: string, tags: readonly string[]): readonly ChartLine[] {
    const known = this.lines.get(key);
    if (known?.length === tags.length && known.every((line, i) => line.series === this.store.seriesOf(tags[i]))) return known;
    const lines = tags.map((tag) => ({
      id: tag, label: tag.split("/").length === 2 && tags.length > 1 ? tag.split("/")[0] : "", series: this.store.seriesOf(tag), colour: () => theme().run,
      dashed: /^(validation|test)\//.test(tag), smooth: tag === "train/loss" || (tag.startsWith("train/") && tags.length > 1), main: false,
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
    if (!this.settingRate) return iconButton({ label: "Change the learning rate", icon: "settings", press: () => void this.openRate() });
    return html`<form class="rate-form" @submit=${this.setRate} @keydown=${(event: KeyboardEvent) => event.key === "Escape" && (this.settingRate = false)}>
      <label>New rate <input name="rate" type="text" inputmode="decimal" autocomplete="off" placeholder=${formatSetting(this.store.seriesOf("train/learning_rate").facts.last?.value || 1e-3)}></label>
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

/** Which values of a metric are better, by its name. */
function betterOf(metric: string): "lower" | "higher" {
  return /loss|error|mse|mae|perplexity|distance|divergence/.test(metric) ? "lower" : "higher";
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
    default: return (store.run?.step ?? 0) > 0 ? `The run ended at step ${formatCount(store.run!.step)}, before it had a value here` : "The run ended before its first step";
  }
}

function titleOf(metric: string): string {
  const words = metric.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}
