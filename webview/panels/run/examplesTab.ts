import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { formatCount } from "../../../src/common/format.js";
import type { Manifest } from "../../../src/protocol/manifest.js";
import "./cellExamples.js";
import { confusionOf, worstCells } from "./confusion.js";
import "./selectedExamples.js";
import type { Cell, Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

/** Confusions offered: enough to see the pattern. */
const offered = 12;

/** The mistakes of the last evaluation, the most frequent first, each with its examples. */
@customElement("descent-examples-tab")
export class ExamplesTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "confusion", "selection"];
  /** The cell shown, the same object while it is the same cell: a new one asks for its examples. */
  private shown: Cell | null = null;
  private readonly all: Cell = { split: "validation", actual: -1, predicted: -1 };

  /** What an autoencoder makes of the validation examples, worst first, as they are after an evaluation. */
  private reconstructions({ best, step }: Manifest) {
    if (step === 0) return html`<p class="tab-empty">Reconstructions come with the first evaluation.</p>`;
    return html`<descent-cell-examples .store=${this.store} .cell=${this.all} .step=${best?.step ?? 0} .heading=${"Examples and their reconstructions"} .order=${"worst first"}></descent-cell-examples>`;
  }

  protected override render() {
    if (this.store.run?.task === "autoencoder") return this.reconstructions(this.store.run);
    if (this.store.selection) return html`<descent-selected-examples .store=${this.store} .selection=${this.store.selection}></descent-selected-examples>`;
    const matrix = this.store.matrices.get("validation") ?? [...this.store.matrices.values()][0];
    if (!matrix) return html`<p class="tab-empty">Examples come with the first evaluation.</p>`;
    const worst = worstCells(confusionOf(matrix), offered);
    if (worst.length === 0 && !this.store.cell) return html`<p class="tab-empty">No mistakes in the last evaluation. Choose a cell in Evaluation to see its examples.</p>`;
    const known = this.store.cell?.split === matrix.split ? this.store.cell : null;
    const cell = known ?? { split: matrix.split, actual: worst[0].actual, predicted: worst[0].predicted };
    const stable = this.shown && this.shown.split === cell.split && this.shown.actual === cell.actual && this.shown.predicted === cell.predicted ? this.shown : cell;
    this.shown = stable;
    return html`
      <div class="mistakes" role="group" aria-label="Most frequent mistakes">
        ${worst.map(({ actual, predicted, count }) => html`<button type="button" class="chip" aria-pressed=${cell.actual === actual && cell.predicted === predicted ? "true" : "false"}
          @click=${() => this.store.chooseCell({ split: matrix.split, actual, predicted })}>
          ${matrix.classes[actual]} <span class="codicon codicon-arrow-right" role="img" aria-label="predicted as"></span> ${matrix.classes[predicted]} <span class="count">${formatCount(count)}</span></button>`)}
      </div>
      ${worst.length === 0 ? nothing : html`<p class="tab-note">Actual class, predicted class, and how often, at step ${formatCount(matrix.step)}.</p>`}
      <descent-cell-examples .store=${this.store} .cell=${stable} .step=${matrix.step} .names=${{ actual: matrix.classes[cell.actual], predicted: matrix.classes[cell.predicted] }}></descent-cell-examples>
    `;
  }
}
