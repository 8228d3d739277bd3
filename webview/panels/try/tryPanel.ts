import { html, LitElement, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { formatShare, formatValue } from "../../../src/common/format.js";
import { fromJsonNumber } from "../../../src/common/numbers.js";
import type { Answer } from "../../../src/protocol/experiment.js";
import type { TryHostMessage, TryPanelMessage } from "../../../src/protocol/tryPanel.js";
import { axisOfSteps } from "../../charts/horizontalAxis.js";
import "../../charts/lineChart.js";
import type { ChartLine, LineChart } from "../../charts/lineChart.js";
import { CursorGroup } from "../../charts/cursorGroup.js";
import { redraws } from "../../charts/redraw.js";
import { theme } from "../../charts/theme.js";
import { button } from "../../controls/button.js";
import { severityIcon } from "../run/findings.js";
import { sideNames, type Subject, TryStore } from "./tryStore.js";
import "./tryPanel.css";

type Action = Extract<TryPanelMessage, { message: "action" }>["action"];

/** Whether a fix helps: both curves as they grow, what was measured from every seed, and the fix itself, a click away. */
@customElement("descent-try-panel")
export class TryPanel extends LitElement {
  readonly store = new TryStore();
  send: (message: TryPanelMessage) => void = () => undefined;
  private readonly group = new CursorGroup();
  private lines: { readonly key: string; readonly loss: readonly ChartLine[]; readonly measure: readonly ChartLine[] } | null = null;
  private waiting = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  receive(message: TryHostMessage): void {
    this.store.receive(message);
    if (message.message === "init") {
      this.lines = null;
      this.group.range = null;
      redraws.interval = message.refresh;
    }
    if (message.message === "experiment" && message.experiment.event === "points") {
      for (const chart of this.querySelectorAll<LineChart>("descent-line-chart")) chart.dataChanged();
      // the axes' end and the scale follow, some times a second
      if (Date.now() - this.waiting < 120) return;
      this.waiting = Date.now();
    }
    this.requestUpdate();
  }

  protected override render() {
    const { subject } = this.store;
    if (subject === null) return html`<main class="notice" aria-busy="true"></main>`;
    return html`<main class="try-panel">
      ${this.head(subject)}
      ${this.state()}
      <div class="try-charts">
        <div class="chart-card"><descent-line-chart .heading=${"Training loss"} .lines=${this.chartLines().loss} .group=${this.group} ?log=${this.store.wide} .smoothing=${0.6} .end=${this.store.end}
          .axis=${axisOfSteps(this.unit().name, this.unit().steps)} announce .waiting=${this.waitingText()}></descent-line-chart></div>
        <div class="chart-card"><descent-line-chart .heading=${this.measureTitle()} .lines=${this.chartLines().measure} .group=${this.group} ?log=${this.store.wide && this.measureTag().endsWith("/loss")} .end=${this.store.end}
          .axis=${axisOfSteps(this.unit().name, this.unit().steps)} .waiting=${this.waitingText()}></descent-line-chart></div>
      </div>
      ${this.table()}
    </main>`;
  }

  private head({ title, file, line, finding, changes }: Subject) {
    return html`<header class="try-head">
      <h1>${title}</h1>
      <p class="try-finding">${severityIcon(finding.severity, finding.severity)}<span><b>${finding.title}.</b> ${finding.message}
        <button type="button" class="link" @click=${() => this.act("open-file")}>${file}${line === null ? "" : `:${line}`}</button>
        <button type="button" class="link" @click=${() => this.act("open-page")}>Why</button></span></p>
      <pre class="try-changes" aria-label="What the fix changes in the file">${changes.map(({ kind, text }) => html`<span class="is-${kind}"><span aria-hidden="true">${marks[kind]}</span><span class="visually-hidden">${kind === "same" ? "" : `${kind}: `}</span>${text}
</span>`)}</pre>
    </header>`;
  }

  /** How far it is, what came of it, and what can be done. */
  private state() {
    const { store } = this;
    if (store.error !== null) {
      const cancelled = store.error.code === "cancelled";
      return html`<section class="try-state ${cancelled ? "" : "is-failed"}" role=${cancelled ? "status" : "alert"}>
        <p class="try-verdict">${cancelled ? "Cancelled before it could be said whether the fix helps." : store.error.message}</p>
        <div class="try-actions">${button({ label: "Try again", icon: "refresh", primary: true, press: () => this.act("again") })}${this.applyButton(false)}</div>
      </section>`;
    }
    if (store.outcome === null) {
      const { fraction, text } = store.progress ?? { fraction: null, text: "preparing" };
      const seed = Math.min(store.begun?.seeds ?? 1, Math.min(store.values[0].length, store.values[1].length) + 1);
      const words = store.begun === null ? text : `training side by side, seed ${seed} of ${store.begun.seeds}`;
      return html`<section class="try-state">
        <div class="try-progress"><p>${words}${fraction === null ? "" : `, ${formatShare(fraction)}`}</p>
          <progress max="1" .value=${fraction ?? 0} aria-label="How much of the trial is done"></progress></div>
        <div class="try-actions">${button({ label: "Cancel", icon: "close", press: () => this.act("cancel") })}</div>
      </section>`;
    }
    const [{ answer, message }] = store.outcome.comparisons;
    return html`<section class="try-state is-${answer}" role="status">
      <span class="codicon codicon-${icons[answer]}" aria-hidden="true"></span>
      <div class="try-said"><p class="try-verdict">${verdicts[answer]}</p><p>${message}</p></div>
      <div class="try-actions">
        ${this.applyButton(answer !== "worse")}
        ${store.applied ? button({ label: "Train", icon: "play", primary: true, press: () => this.act("train") }) : button({ label: "Try again", icon: "refresh", title: "Train both once more", press: () => this.act("again") })}
      </div>
    </section>`;
  }

  private applyButton(primary: boolean) {
    const { applied } = this.store;
    return button({ label: applied ? "Applied" : "Apply to the file", icon: applied ? "check" : "lightbulb", primary: primary && !applied, disabled: applied, title: "Changes the training file; undo takes it back", press: () => this.act("apply") });
  }

  /** What was measured from each seed. */
  private table() {
    const { values, begun, outcome } = this.store;
    if (begun === null) return nothing;
    const rows = outcome === null ? values : outcome.values.map((row) => row.map(fromJsonNumber));
    return html`<table class="try-values">
      <caption>${this.measureTitle()} at the end</caption>
      <thead><tr><th scope="col"></th>${Array.from({ length: begun.seeds }, (_, seed) => html`<th scope="col">seed ${seed + 1}</th>`)}<th scope="col">mean</th></tr></thead>
      <tbody>${rows.map((row, side) => html`<tr><th scope="row">${sideNames[side]}</th>
        ${Array.from({ length: begun.seeds }, (_, seed) => html`<td class=${row[seed] !== undefined && !Number.isFinite(row[seed]) ? "is-error" : ""}>${row[seed] === undefined ? "–" : formatValue(row[seed])}</td>`)}
        <td><b>${row.length === 0 ? "–" : formatValue(row.reduce((sum, value) => sum + value, 0) / row.length)}</b></td></tr>`)}</tbody>
    </table>`;
  }

  private measureTag(): string {
    return this.store.begun?.measure.tag ?? "validation/loss";
  }

  private measureTitle(): string {
    const [split, metric] = this.measureTag().split("/");
    return `${split === "train" ? "Training" : "Validation"} ${metric === "r2" ? "R²" : metric.replaceAll("_", " ")}`;
  }

  private unit(): { readonly steps: number; readonly name: string } {
    const { begun, sameSteps } = this.store;
    return sameSteps || begun === null ? { steps: 1, name: "step" } : { steps: begun.sides[0].stepsPerEpoch, name: "epoch" };
  }

  private waitingText(): string {
    const { error, begun } = this.store;
    return error !== null ? "Nothing was trained" : begun === null ? "Reading the data and building both models" : "No points yet";
  }

  private chartLines() {
    const key = this.measureTag();
    if (this.lines?.key === key) return this.lines;
    const line = (side: number, tag: string, dashed: boolean): ChartLine => ({
      id: sideNames[side], label: sideNames[side], series: this.store.seriesOf(side, tag), colour: () => (side === 0 ? theme().muted : theme().run), dashed, smooth: !dashed, main: false,
    });
    this.lines = { key, loss: [0, 1].map((side) => line(side, "train/loss", false)), measure: [0, 1].map((side) => line(side, key, true)) };
    return this.lines;
  }

  private act(action: Action): void {
    this.send({ message: "action", action });
  }
}

const marks = { same: "  ", removed: "- ", added: "+ " } as const;
const icons: Record<Answer, string> = { better: "pass", worse: "error", undecided: "question", alike: "dash", incomparable: "question" };
const verdicts: Record<Answer, string> = {
  better: "The fix helps", worse: "The fix makes it worse", undecided: "It cannot be told whether the fix helps", alike: "The fix makes no difference here", incomparable: "The two cannot be compared",
};
