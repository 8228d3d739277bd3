import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount, formatValue } from "../../../src/common/format.js";
import { checkbox, dropdown, segmented, slider } from "../../controls/choice.js";
import type { ConfusionMatrix, Split } from "../../../src/protocol/evaluation.js";
import "./cellExamples.js";
import { classScoresTable } from "./classScoresTable.js";
import { classScores, confusionOf, hits, worstCells, worstFirst, type Confusion } from "./confusion.js";
import "./confusionGrid.js";
import "./evaluationFigures.js";
import type { ThresholdDetail } from "./evaluationFigures.js";
import type { MatrixCanvas } from "./matrixCanvas.js";
import "./matrixCanvas.js";
import { pictureOf, pictureOfDifference, type CellPlace, type MatrixPicture } from "./matrixPicture.js";
import "./selectedExamples.js";
import { isLive, type Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./evaluationTab.css";

/** Above this many classes the matrix is drawn: its cells have no room for their counts. */
const mostCells = 24;
const offeredConfusions = 8;

/** Evaluations: the confusion matrix through time and against others, scores by class, curves, and the examples of the cell that was clicked. */
@customElement("descent-evaluation-tab")
export class EvaluationTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "confusion", "layout"];
  @state() private split: Split | null = null;
  /** The evaluation shown, by its step; null: the one that stands for the run. */
  @state() private step: number | null = null;
  /** With what the matrix is compared: nothing, another evaluation by its step, or another run. */
  @state() private against: "nothing" | "evaluation" | `run ${string}` = "nothing";
  @state() private otherStep: number | null = null;
  /** The class whose curves are shown. */
  @state() private of: number | null = null;
  /** Two classes under a threshold that was moved. */
  @state() private decided: ThresholdDetail = null;
  @state() private search = "";
  @state() private notFound = false;
  private drawn: { readonly key: readonly unknown[]; readonly picture: MatrixPicture } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.askForEvaluations();
  }

  protected override render() {
    const { store } = this;
    const splits = [...store.matrices.keys()];
    const last = (this.split && store.matrices.get(this.split)) ?? store.matrices.get(splits[0]);
    if (!last) return this.withoutMatrix();
    const history = store.evaluations.get(last.split) ?? [last];
    const matrix = history.find(({ step }) => step === this.step) ?? last;
    const other = this.other(matrix, history);
    const confusion = this.confusion(matrix, matrix === last);
    const picture = this.picture(confusion, other);
    const { right, total } = hits(confusion);
    const cell = store.cell?.split === matrix.split ? store.cell : null;
    const scores = classScores(confusion);
    const large = matrix.classes.length > mostCells;
    const choose = (event: CustomEvent<CellPlace>) => store.chooseCell({ split: matrix.split, ...event.detail });
    return html`
      <div class="toolbar">
        ${splits.length > 1 ? segmented("Split", splits.map((value) => ({ value, label: value })), matrix.split, (split) => this.show(split)) : html`<span class="toolbar-note">${matrix.split}</span>`}
        <span class="toolbar-note">accuracy <b>${formatValue(right / total)}</b>, ${formatCount(right)} of ${formatCount(total)} right, at step ${formatCount(matrix.step)}${this.restored(matrix) ? ", the weights that are kept" : ""}</span>
        ${segmented("Cells", [{ value: "counts", label: "Counts" }, { value: "rows", label: "By row" }, { value: "columns", label: "By column" }], store.layout.cells, (cells) => store.arrange({ cells }))}
        ${checkbox("Most confused first", store.layout.worstFirst, (first) => store.arrange({ worstFirst: first }))}
      </div>
      <div class="toolbar">
        ${history.length > 1 ? this.evaluationSlider("Evaluation", history, matrix, (step) => (this.step = step === last.step ? null : step)) : nothing}
        ${this.comparison(matrix, history, other)}
        ${large ? this.searchField() : nothing}
      </div>
      <div class="evaluation">
        <div class="evaluation-matrix">
          ${large
            ? html`<descent-matrix-canvas .picture=${picture} .chosen=${cell} @cell=${choose}></descent-matrix-canvas>`
            : html`<descent-confusion-grid .picture=${picture} .chosen=${cell} @cell=${choose}></descent-confusion-grid>`}
          <p class="tab-note">${cell ? nothing : "Choose a cell to see its examples."}</p>
        </div>
        <div class="evaluation-worst">${this.worst(confusion, matrix)}${classScoresTable(scores, picture.order, (k) => (this.of = k))}</div>
      </div>
      ${cell ? this.examples(cell, matrix, last) : nothing}
      ${store.selection ? html`<descent-selected-examples .store=${store} .selection=${store.selection}></descent-selected-examples>` : nothing}
      <descent-evaluation-figures .store=${store} .split=${last.split} .step=${last.step} .of=${this.of ?? this.usualClass(last)}
        @threshold=${(event: CustomEvent<ThresholdDetail>) => (this.decided = event.detail)}></descent-evaluation-figures>
    `;
  }

  /** Of numbers and of several labels there is no matrix, but there are figures. */
  private withoutMatrix() {
    const { run } = this.store;
    const evaluated = run && Object.keys(run.metrics).some((name) => name.startsWith("validation/") || name.startsWith("test/"));
    const hasFigures = run?.task === "regression" || run?.task === "multi_label";
    if (hasFigures && evaluated) {
      const splits: Split[] = (["validation", "test"] as const).filter((split) => Object.keys(run.metrics).some((name) => name.startsWith(`${split}/`)));
      const split = this.split && splits.includes(this.split) ? this.split : splits[0];
      return html`
        ${splits.length > 1 ? html`<div class="toolbar">${segmented("Split", splits.map((value) => ({ value, label: value })), split, (value) => this.show(value))}</div>` : nothing}
        <descent-evaluation-figures .store=${this.store} .split=${split} .step=${this.evaluatedStep()} .of=${this.of ?? 0}></descent-evaluation-figures>`;
    }
    const words = run && isLive(run.state) ? "The first evaluation comes at the end of the first epoch." : "This run has no evaluation.";
    const tasks: Record<string, string> = { autoencoder: "An autoencoder has no classes to confuse: Examples shows what it makes of its inputs.", language_model: "A confusion matrix needs classes to choose from; this run predicts text." };
    return html`<p class="tab-empty">${(run?.state === "preparing" ? null : tasks[run?.task ?? ""]) ?? words}</p>`;
  }

  /** The step of the last evaluation by its curve. */
  private evaluatedStep(): number {
    return this.store.series.get("validation/loss")?.facts.last?.step ?? 0;
  }

  protected override seriesGrew(): void {
    if (this.store.matrices.size === 0 && (this.store.run?.task === "regression" || this.store.run?.task === "multi_label")) this.requestUpdate();
  }

  private show(split: Split): void {
    this.split = split;
    this.step = this.otherStep = null;
    this.decided = null;
  }

  private restored(matrix: ConfusionMatrix): boolean {
    return matrix.split === "validation" && this.store.run?.restoredStep === matrix.step;
  }

  /** The matrix counted; of two classes, at the threshold that was moved. */
  private confusion(matrix: ConfusionMatrix, isLast: boolean): Confusion {
    if (!this.decided || !isLast) return confusionOf(matrix);
    return { classes: matrix.classes, counts: this.decided };
  }

  /** Of two classes the second is what is usually looked for; of more the first that was chosen, or that there is. */
  private usualClass({ classes }: ConfusionMatrix): number {
    return this.store.cell?.actual ?? (classes.length === 2 ? 1 : 0);
  }

  private picture(confusion: Confusion, other: { readonly matrix: ConfusionMatrix; readonly name: string } | null): MatrixPicture {
    const { cells, worstFirst: first } = this.store.layout;
    const selected = this.store.selectedCells;
    const key = [confusion.counts, other?.matrix, cells, first, selected];
    if (!this.drawn || this.drawn.key.some((value, i) => value !== key[i])) {
      const order = first ? worstFirst(confusion) : [...confusion.classes.keys()];
      const picture = other ? pictureOfDifference(confusion, confusionOf(other.matrix), cells, order, { one: "here", other: other.name }) : pictureOf(confusion, cells, order, selected);
      this.drawn = { key, picture };
    }
    return this.drawn.picture;
  }

  private evaluationSlider(label: string, history: readonly ConfusionMatrix[], shown: ConfusionMatrix, choose: (step: number) => void) {
    const at = history.indexOf(shown);
    return slider(label, at, { min: 0, max: history.length - 1, step: 1 }, `step ${formatCount(shown.step)}`, (position) => choose(history[position].step));
  }

  /** What the matrix is compared with; null: with nothing, or with what is not there yet. */
  private other(matrix: ConfusionMatrix, history: readonly ConfusionMatrix[]): { readonly matrix: ConfusionMatrix; readonly name: string } | null {
    if (this.against === "evaluation") {
      const other = history.find(({ step }) => step === this.otherStep) ?? history[0];
      return { matrix: other, name: `at step ${formatCount(other.step)}` };
    }
    if (this.against === "nothing") return null;
    const theirs = this.store.compared?.matrices.filter(({ split, classes }) => split === matrix.split && classes.join("\n") === matrix.classes.join("\n")) ?? [];
    const other = theirs.find(({ step }) => step === this.otherStep) ?? theirs.at(-1);
    return other ? { matrix: other, name: "in the other run" } : null;
  }

  private comparison(matrix: ConfusionMatrix, history: readonly ConfusionMatrix[], other: { readonly matrix: ConfusionMatrix } | null) {
    const { comparable, compared } = this.store;
    const options = [
      { value: "nothing", label: "nothing" },
      ...(history.length > 1 ? [{ value: "evaluation", label: "another evaluation" }] : []),
      ...(comparable ?? []).map(({ folder, name }) => ({ value: `run ${folder}`, label: name })),
    ];
    if (options.length === 1) return nothing;
    const theirs = this.against === "evaluation" ? history : (compared?.matrices.filter(({ split }) => split === matrix.split) ?? []);
    return html`${dropdown("Minus", options, this.against, (against) => this.compare(against as typeof this.against))}
      ${this.against !== "nothing" && other && theirs.length > 1 ? this.evaluationSlider("at", theirs, other.matrix, (step) => (this.otherStep = step)) : nothing}
      ${this.against.startsWith("run ") && compared?.done && !other ? html`<span class="toolbar-note" role="alert">That run has no evaluation of this split.</span>` : nothing}`;
  }

  private compare(against: typeof this.against): void {
    this.against = against;
    this.otherStep = null;
    this.store.compareWith(against.startsWith("run ") ? against.slice("run ".length) : null);
  }

  private searchField() {
    const find = () => (this.notFound = this.search.trim() !== "" && !this.querySelector<MatrixCanvas>("descent-matrix-canvas")!.find(this.search));
    return html`<label class="field"><span class="field-label">Find class</span>
      <input class="text-field" type="search" .value=${this.search} @input=${(event: Event) => {
        this.search = (event.target as HTMLInputElement).value;
        find();
      }}></label>${this.notFound ? html`<span class="toolbar-note" role="status">No class is called that.</span>` : nothing}`;
  }

  private worst(confusion: Confusion, { split, classes }: ConfusionMatrix) {
    const cells = worstCells(confusion, offeredConfusions);
    if (cells.length === 0) return nothing;
    return html`<div class="mistakes" role="group" aria-label="Most frequent mistakes">${cells.map(({ actual, predicted, count }) => html`<button type="button" class="chip" aria-pressed=${this.store.cell?.actual === actual && this.store.cell.predicted === predicted ? "true" : "false"}
      @click=${() => this.store.chooseCell({ split, actual, predicted })}>${classes[actual]} <span class="codicon codicon-arrow-right" role="img" aria-label="predicted as"></span> ${classes[predicted]} <span class="count">${formatCount(count)}</span></button>`)}</div>`;
  }

  private examples(cell: NonNullable<typeof this.store.cell>, matrix: ConfusionMatrix, last: ConfusionMatrix) {
    return html`${matrix === last ? nothing : html`<p class="tab-note figures-note">Examples are those of step ${formatCount(last.step)}: predictions of earlier evaluations are not kept.</p>`}
      <descent-cell-examples .store=${this.store} .cell=${cell} .step=${last.step} .names=${{ actual: matrix.classes[cell.actual], predicted: matrix.classes[cell.predicted] }}></descent-cell-examples>`;
  }
}
