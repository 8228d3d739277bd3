import { html } from "lit";
import { formatCount, formatScore } from "../../../src/common/format.js";
import { macroAverage, microAverage, type Averages, type ClassScore } from "./confusion.js";

/** Rows at most: more is no table that anyone reads, and the matrix finds every class. */
const mostRows = 200;

/** Decisions and scores by class, under their means. A click on a class's name chooses it. */
export function classScoresTable(scores: readonly ClassScore[], order: readonly number[], choose: (k: number) => void) {
  const mean = (name: string, title: string, { precision, recall, f1 }: Averages) => html`<tr class="is-mean"><th scope="row" title=${title}>${name}</th>
    ${[precision, recall, f1].map((value) => html`<td>${formatScore(value)}</td>`)}<td colspan="5"></td></tr>`;
  return html`<div class="class-scores" tabindex="0" role="region" aria-label="Scores by class">
    <table>
      <thead><tr><th scope="col">Class</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th>
        <th scope="col" title="True positives: of the class, and predicted as it">TP</th><th scope="col" title="False positives: predicted as the class, but of another">FP</th>
        <th scope="col" title="False negatives: of the class, but predicted as another">FN</th><th scope="col" title="True negatives: neither of the class nor predicted as it">TN</th><th scope="col">Examples</th></tr></thead>
      <tbody>
        ${mean("macro", "Mean over the classes", macroAverage(scores))}${mean("micro", "Of all decisions together", microAverage(scores))}
        ${order.slice(0, mostRows).map((k) => {
          const score = scores[k];
          return html`<tr><th scope="row" title=${score.name}><button type="button" class="link" title=${`Curves of ${score.name}`} @click=${() => choose(k)}>${score.name}</button></th>
            ${[score.precision, score.recall, score.f1].map((value) => html`<td>${formatScore(value)}</td>`)}
            ${[score.truePositives, score.falsePositives, score.falseNegatives, score.trueNegatives, score.support].map((count) => html`<td>${formatCount(count)}</td>`)}</tr>`;
        })}
      </tbody>
    </table>
    ${order.length > mostRows ? html`<p class="tab-note">The first ${mostRows} of ${formatCount(order.length)} classes in this order.</p>` : ""}
  </div>`;
}
