import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount, formatShare, formatValue } from "../../../src/common/format.js";
import { checkbox, segmented } from "../../controls/choice.js";
import type { Split } from "../../../src/protocol/evaluation.js";
import "./cellExamples.js";
import { classScores, hits } from "./confusion.js";
import "./confusionGrid.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

/** The last evaluation: the confusion matrix, the scores by class, and the examples of the cell that was clicked. */
@customElement("descent-evaluation-tab")
export class EvaluationTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "confusion", "layout"];
  @state() private split: Split = "validation";

  protected override render() {
    const { matrices, layout, run } = this.store;
    const splits = [...matrices.keys()];
    const matrix = matrices.get(this.split) ?? matrices.get(splits[0]);
    if (!matrix) {
      const live = run && ["preparing", "running", "paused"].includes(run.state);
      return html`<p class="tab-empty">${run?.classes === null && run.state !== "preparing"
        ? "A confusion matrix needs classes; this run predicts numbers."
        : live ? "The first evaluation comes at the end of the first epoch." : "This run has no evaluation."}</p>`;
    }
    const { right, total } = hits(matrix);
    const cell = this.store.cell?.split === matrix.split ? this.store.cell : null;
    return html`
      <div class="toolbar">
        ${splits.length > 1 ? segmented("Split", splits.map((value) => ({ value, label: value })), matrix.split, (split) => (this.split = split)) : html`<span class="toolbar-note">${matrix.split}</span>`}
        <span class="toolbar-note">accuracy <b>${formatValue(right / total)}</b>, ${formatCount(right)} of ${formatCount(total)} right, at step ${formatCount(matrix.step)}</span>
        ${checkbox("Shares of the row", layout.normalised, (normalised) => this.store.arrange({ normalised }))}
      </div>
      <div class="evaluation">
        <div class="evaluation-matrix">
          <descent-confusion-grid .matrix=${matrix} ?normalised=${layout.normalised} .chosen=${cell}
            @cell=${(event: CustomEvent<{ actual: number; predicted: number }>) => this.store.chooseCell({ split: matrix.split, ...event.detail })}></descent-confusion-grid>
          <p class="tab-note">${cell ? nothing : "Choose a cell to see its examples."}</p>
        </div>
      </div>
      ${cell
        ? html`<descent-cell-examples .store=${this.store} .cell=${cell} .step=${matrix.step} .names=${{ actual: matrix.classes[cell.actual], predicted: matrix.classes[cell.predicted] }}></descent-cell-examples>`
        : nothing}
      <div class="class-scores" tabindex="0" role="region" aria-label="Scores by class">
        <table>
          <thead><tr><th scope="col">Class</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Examples</th></tr></thead>
          <tbody>${classScores(matrix).map((score) => html`<tr><th scope="row" title=${score.name}>${score.name}</th>
            ${[score.precision, score.recall, score.f1].map((value) => html`<td>${Number.isNaN(value) ? "–" : formatShare(value)}</td>`)}<td>${formatCount(score.support)}</td></tr>`)}</tbody>
        </table>
      </div>
    `;
  }
}
