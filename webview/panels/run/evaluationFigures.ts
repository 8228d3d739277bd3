import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatScore, formatShare, formatValue } from "../../../src/common/format.js";
import { fromJsonNumber } from "../../../src/common/numbers.js";
import { theme } from "../../charts/theme.js";
import type { XyLine, XyPoint } from "../../charts/xyPlot.js";
import "../../charts/xyPlot.js";
import { button } from "../../controls/button.js";
import { dropdown, slider } from "../../controls/choice.js";
import type { Calibration, ClassFigures, Example, Figures, NumberFigures, Split } from "../../../src/protocol/evaluation.js";
import { exampleCard } from "./exampleCard.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import { precisionRecallPoints, rocPoints, scoresAt } from "./thresholdCounts.js";

/** Fires when a threshold of two classes was moved: what the matrix is at it, counts[actual * 2 + predicted]; null: as the run decides. */
export type ThresholdDetail = Float64Array | null;

/**
 * What an evaluation's predictions say beyond the matrix: ROC and precision-recall curves of a class with a threshold to move, calibration; of
 * numbers, predicted against true and what is left over.
 */
@customElement("descent-evaluation-figures")
export class EvaluationFigures extends StoreElement {
  protected readonly topics: readonly Topic[] = [];
  @property({ attribute: false }) split: Split = "validation";
  /** The step of the evaluation: a newer one asks anew. */
  @property({ type: Number }) step = 0;
  /** The class, label or column to begin with, or that was chosen elsewhere. */
  @property({ type: Number }) of = 0;
  @state() private figures: Figures | null = null;
  @state() private problem: string | null = null;
  /** Where the threshold was moved to; null: as the run decides. */
  @state() private threshold: number | null = null;
  @state() private pointed: { readonly at: XyPoint; readonly example: Example | null; readonly text: string } | null = null;
  private question = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("of") || changed.has("split")) this.move(null);
    if (changed.has("of") || changed.has("split") || changed.has("step")) void this.load();
  }

  private async load(): Promise<void> {
    const question = ++this.question;
    const answer = await this.store.figures(this.split, this.of);
    if (question !== this.question) return;
    this.problem = answer.ok ? null : answer.error.message;
    if (answer.ok) this.figures = answer.figures;
    this.move(this.threshold);
  }

  private move(threshold: number | null): void {
    this.threshold = threshold;
    const { figures } = this;
    if (figures?.kind !== "class" || figures.of !== this.of || figures.classes.length !== 2 || this.store.run?.task === "multi_label") return this.tell(null);
    if (threshold === null) return this.tell(null);
    const { truePositives, falsePositives, falseNegatives, trueNegatives } = scoresAt(figures, threshold);
    const decided = [trueNegatives, falsePositives, falseNegatives, truePositives];
    this.tell(Float64Array.from(figures.of === 1 ? decided : decided.toReversed()));
  }

  private tell(detail: ThresholdDetail): void {
    this.dispatchEvent(new CustomEvent<ThresholdDetail>("threshold", { detail }));
  }

  protected override render() {
    const { figures } = this;
    if (this.problem !== null) return html`<p class="tab-note figures-note" role="alert">${this.problem}</p>`;
    if (figures === null) return html`<p class="tab-note figures-note" aria-busy="true">Computing the curves</p>`;
    return figures.kind === "class" ? this.classFigures(figures) : this.numberFigures(figures);
  }

  private chooser(label: string, names: readonly string[]) {
    if (names.length < 2) return html`<span class="toolbar-note"><b>${names[0]}</b></span>`;
    // so many entries of the toolkit's list would take long to make
    if (names.length > 60) {
      return html`<label class="field"><span class="field-label">${label}</span><select class="text-field" @change=${(event: Event) => (this.of = (event.target as HTMLSelectElement).selectedIndex)}>
        ${names.map((name, k) => html`<option ?selected=${k === this.of}>${name}</option>`)}</select></label>`;
    }
    return dropdown(label, names.map((name, k) => ({ value: String(k), label: name })), String(this.of), (k) => (this.of = Number(k)));
  }

  private classFigures(figures: ClassFigures) {
    const name = figures.classes[figures.of];
    const usual = figures.decidesAt ?? 0.5;
    const threshold = this.threshold ?? usual;
    const score = scoresAt(figures, threshold);
    const { truePositives, falsePositives, falseNegatives, trueNegatives, precision, recall, f1 } = score;
    const all = figures.positives + figures.negatives;
    const [rocAuc, averagePrecision] = [figures.rocAuc, figures.averagePrecision].map(fromJsonNumber);
    const falseRate = falsePositives / figures.negatives;
    const onCurve = (event: CustomEvent<XyPoint | null>, first: number) => {
      const at = (event.detail?.index ?? 0) - first;
      if (event.detail?.line === 0) this.move(at < 0 ? 1 : figures.thresholds[at]);
    };
    const run = theme().run;
    return html`
      <div class="toolbar">
        ${this.chooser(this.store.run?.task === "multi_label" ? "Label" : "Class", figures.classes)}
        ${slider("Threshold", threshold, { min: 0, max: 1, step: 0.001 }, formatValue(threshold), (value) => this.move(value))}
        ${this.threshold === null ? nothing : button({ label: "Back", title: `Back to the threshold at which the run decides, ${formatValue(usual)}`, press: () => this.move(null) })}
        <span class="toolbar-note">${name} where its probability is at least ${formatValue(threshold)}${figures.decidesAt === null && this.threshold === null ? "; the run itself takes the most probable class" : ""}</span>
      </div>
      <div class="threshold-figures" role="group" aria-label="Figures at the threshold" aria-live="polite">
        <table class="threshold-counts"><thead><tr><td></td><th scope="col">predicted ${name}</th><th scope="col">not</th></tr></thead>
          <tbody><tr><th scope="row">is ${name}</th><td title="True positives">${formatCount(truePositives)} TP</td><td title="False negatives">${formatCount(falseNegatives)} FN</td></tr>
          <tr><th scope="row">is not</th><td title="False positives">${formatCount(falsePositives)} FP</td><td title="True negatives">${formatCount(trueNegatives)} TN</td></tr></tbody></table>
        <dl class="threshold-scores">${([["precision", precision], ["recall", recall], ["F1", f1], ["false positive rate", falseRate], ["accuracy", (truePositives + trueNegatives) / all]] as const).map(([term, value]) => html`<div><dt>${term}</dt><dd>${formatScore(value)}</dd></div>`)}</dl>
      </div>
      <div class="plots">
        <descent-xy-plot .heading=${`ROC, area ${formatValue(rocAuc, 4)}`} .lines=${[{ kind: "line", ...rocPoints(figures), colour: run }, diagonal()]} .x=${axis("false positive rate")} .y=${axis("true positive rate")}
          .marker=${{ x: falseRate, y: recall }} .label=${`ROC curve of ${name}: area ${formatValue(rocAuc, 4)}; at threshold ${formatValue(threshold)} true positive rate ${formatScore(recall)}, false positive rate ${formatScore(falseRate)}.`}
          @place=${(event: CustomEvent<XyPoint | null>) => onCurve(event, 1)}></descent-xy-plot>
        <descent-xy-plot .heading=${`Precision and recall, average precision ${formatValue(averagePrecision, 4)}`} .lines=${[{ kind: "line", ...precisionRecallPoints(figures), colour: run }, level(figures.positives / all)]} .x=${axis("recall")} .y=${axis("precision")}
          .marker=${Number.isNaN(precision) ? null : { x: recall, y: precision }} .label=${`Precision-recall curve of ${name}: average precision ${formatValue(averagePrecision, 4)}; at threshold ${formatValue(threshold)} precision ${formatScore(precision)}, recall ${formatScore(recall)}.`}
          @place=${(event: CustomEvent<XyPoint | null>) => onCurve(event, 0)}></descent-xy-plot>
        ${this.calibrationPlot(`Calibration of ${name}`, figures.calibration)}
        ${figures.classes.length > 2 ? this.calibrationPlot("Calibration of the prediction, whichever class", figures.confidence) : nothing}
      </div>`;
  }

  private calibrationPlot(heading: string, { bins, error }: Calibration) {
    const gap = fromJsonNumber(error);
    const points = { x: bins.map(({ predicted }) => predicted), y: bins.map(({ observed }) => observed) };
    const words = bins.map(({ predicted, observed, count }) => `${formatShare(predicted)} said, ${formatShare(observed)} true, ${formatCount(count)} examples`).join("; ");
    return html`<descent-xy-plot .heading=${`${heading}, error ${formatValue(gap)}`} .lines=${[{ kind: "line", ...points, colour: theme().run }, { kind: "points", ...points, colour: theme().run }, diagonal()]}
      .x=${axis("predicted probability")} .y=${axis("share that came true")} .label=${`${heading}: expected calibration error ${formatValue(gap)}. ${words}.`}></descent-xy-plot>`;
  }

  private numberFigures(figures: NumberFigures) {
    const { columns, of, actual, predicted, count } = figures;
    const [mae, rmse, r2, bias] = [figures.mae, figures.rmse, figures.r2, figures.bias].map(fromJsonNumber);
    const residuals = predicted.map((value, i) => value - actual[i]);
    const both = range([...actual, ...predicted]);
    const wide = residuals.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12) * 1.05;
    const run = theme().run;
    const figure = (term: string, value: number) => html`<div><dt>${term}</dt><dd>${formatValue(value, 4)}</dd></div>`;
    return html`
      <div class="toolbar">${this.chooser("Column", columns)}<span class="toolbar-note">${this.split}, ${formatCount(count)} examples${count > actual.length ? `, ${formatCount(actual.length)} of them drawn` : ""}, at step ${formatCount(figures.step)}</span></div>
      <div class="threshold-figures"><dl class="threshold-scores">${figure("R²", r2)}${figure("mean absolute error", mae)}${figure("root of the mean squared error", rmse)}${figure("mean residual", bias)}</dl></div>
      <div class="plots">
        <descent-xy-plot .heading=${"Predicted against true"} .lines=${[{ kind: "points", x: actual, y: predicted, colour: run }, { ...diagonal(), x: [both.from, both.to], y: [both.from, both.to] }]} .x=${{ label: `true ${columns[of]}`, ...both }} .y=${{ label: "predicted", ...both }}
          .label=${`Predicted against true ${columns[of]}: R² ${formatValue(r2, 4)}, mean absolute error ${formatValue(mae, 4)}.`} @point=${(event: CustomEvent<XyPoint | null>) => this.point(event.detail, figures)}></descent-xy-plot>
        <descent-xy-plot .heading=${"Residuals"} .lines=${[{ kind: "points", x: predicted, y: residuals, colour: run }, { ...level(0), x: [both.from, both.to] }]} .x=${{ label: `predicted ${columns[of]}`, ...both }} .y=${{ label: "predicted − true", from: -wide, to: wide }}
          .label=${`Residuals over predictions: mean ${formatValue(bias, 4)}, root of the mean square ${formatValue(rmse, 4)}.`} @point=${(event: CustomEvent<XyPoint | null>) => this.point(event.detail, figures)}></descent-xy-plot>
        <descent-xy-plot .heading=${"How residuals are spread"} .lines=${[{ kind: "line", ...histogram(residuals, wide), colour: run }]} .x=${{ label: "predicted − true", from: -wide, to: wide }} .y=${{ label: "share", from: 0, to: Math.max(...histogram(residuals, wide).y) * 1.05 }}
          .label=${`Histogram of residuals between ${formatValue(-wide)} and ${formatValue(wide)}.`}></descent-xy-plot>
      </div>
      <div class="figures-example" aria-live="polite">${this.pointed ? html`<p class="tab-note">${this.pointed.text}</p>${this.pointed.example ? exampleCard(this.pointed.example) : nothing}` : html`<p class="tab-note">Point at an example to see it.</p>`}</div>`;
  }

  private async point(at: XyPoint | null, { actual, predicted, examples, columns, of }: NumberFigures): Promise<void> {
    if (at === null || at.line !== 0) return;
    const index = examples[at.index];
    const text = `#${formatCount(index)}: ${columns[of]} ${formatValue(actual[at.index], 4)}, predicted ${formatValue(predicted[at.index], 4)}`;
    if (this.pointed?.text === text) return;
    this.pointed = { at, text, example: null };
    const answer = await this.store.examplesAt([index]);
    if (answer.ok && this.pointed?.text === text) this.pointed = { at, text, example: answer.examples[0] ?? null };
  }
}

const axis = (label: string) => ({ label, from: 0, to: 1 });

function diagonal(): XyLine {
  return { kind: "line", x: [0, 1], y: [0, 1], colour: theme().muted, dashed: true };
}

function level(y: number): XyLine {
  return { kind: "line", x: [0, 1], y: [y, y], colour: theme().muted, dashed: true };
}

/** The span of values with a little room. */
function range(values: readonly number[]): { readonly from: number; readonly to: number } {
  let [from, to] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < from) from = value;
    if (value > to) to = value;
  }
  if (!(from <= to)) return { from: 0, to: 1 };
  const room = (to - from || Math.abs(to) || 1) * 0.04;
  return { from: from - room, to: to + room };
}

/** Shares of 30 equally wide bins between -wide and wide, as the outline of a histogram. */
function histogram(values: readonly number[], wide: number): { readonly x: number[]; readonly y: number[] } {
  const bins = 30;
  const counts = new Float64Array(bins);
  for (const value of values) counts[Math.min(bins - 1, Math.max(0, Math.floor(((value + wide) / (2 * wide)) * bins)))] += 1 / Math.max(1, values.length);
  const x: number[] = [];
  const y: number[] = [];
  counts.forEach((share, i) => {
    x.push(-wide + (2 * wide * i) / bins, -wide + (2 * wide * (i + 1)) / bins);
    y.push(share, share);
  });
  return { x, y };
}
