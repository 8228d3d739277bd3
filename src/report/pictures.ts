/** The confusion matrix and the projection of a report. */
import { formatCount } from "../common/format.js";
import type { ConfusionMatrix, Projection } from "../protocol/evaluation.js";
import { html, nothing, type Html } from "./html.js";

/** Above this many classes a cell has no room for its count; its title tells it. */
const labelled = 24;
/** Above this many the table would take megabytes: the worst confusions stand in its place. */
const mostClasses = 120;
/** Confusions that are listed. */
const listed = 12;

/** Rows actual, columns predicted, shaded by their share of the row. */
export function matrixTable({ split, step, classes, cells }: ConfusionMatrix): Html {
  const n = classes.length;
  const sums = new Float64Array(n);
  let [right, total] = [0, 0];
  const counts = new Map<number, number>();
  for (let i = 0; i < cells.length; i += 2) {
    const [place, count] = [cells[i], cells[i + 1]];
    const actual = Math.floor(place / n);
    counts.set(place, count);
    sums[actual] += count;
    total += count;
    if (actual === place % n) right += count;
  }
  const worst = [...counts].filter(([place]) => Math.floor(place / n) !== place % n).sort((a, b) => b[1] - a[1]).slice(0, listed);
  return html`<h3>Confusion matrix, ${split}, step ${formatCount(step)}</h3>
<p>${formatCount(right)} of ${formatCount(total)} right (${(100 * right / Math.max(1, total)).toFixed(1)} %). Rows actual, columns predicted.</p>
${n > mostClasses ? nothing : html`<div class="scroll"><table class="matrix ${n > labelled ? "dense" : ""}"><thead><tr><th></th>${classes.map((name) => html`<th scope="col" title="${name}">${n > labelled ? "" : name}</th>`)}</tr></thead><tbody>
${classes.map((actual, row) => html`<tr><th scope="row" title="${actual}">${n > labelled ? "" : actual}</th>${classes.map((predicted, column) => {
    const count = counts.get(row * n + column) ?? 0;
    const share = count / Math.max(1, sums[row]);
    // the root spreads the few mistakes beside the many hits
    return html`<td class="${row === column ? "hit" : ""} s${Math.round(Math.sqrt(share) * 10)}" title="actual ${actual}, predicted ${predicted}: ${formatCount(count)}">${n > labelled ? "" : formatCount(count)}</td>`;
  })}</tr>`)}</tbody></table></div>`}
${worst.length === 0 ? nothing : html`<p>Most confused: ${worst.map(([place, count]) => `${classes[Math.floor(place / n)]} as ${classes[place % n]} (${formatCount(count)})`).join(", ")}.</p>`}`;
}

const side = 420;

/** The examples in the plane, coloured by class; wrong predictions are ringed. */
export function projectionPicture({ step, method, of, x, y, labels, predicted, classes }: Projection): Html {
  const [left, right, low, high] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
  const scale = (side - 20) / Math.max(right - left, high - low, 1e-12);
  const at = (value: number, from: number) => (10 + (value - from) * scale).toFixed(1);
  const names = { tsne: "t-SNE", pca: "PCA", umap: "UMAP" } as const;
  return html`<h3>Projection of ${of}, ${names[method]}, step ${formatCount(step)}</h3>
<svg class="scatter" viewBox="0 0 ${side} ${side}" role="img" aria-label="${formatCount(x.length)} examples in ${classes.length} classes">
${x.map((value, i) => html`<circle class="dot c${Math.max(0, labels[i]) % 10}${predicted[i] !== labels[i] && predicted[i] >= 0 ? " wrong" : ""}" cx="${at(value, left)}" cy="${at(y[i], low)}" r="2.2"/>`)}
</svg>
<p>${classes.slice(0, 20).map((name, i) => html`<span class="key"><svg width="10" height="10" aria-hidden="true"><circle class="dot c${i % 10}" cx="5" cy="5" r="4"/></svg> ${name}</span> `)}${classes.length > 20 ? `and ${classes.length - 20} more` : ""}</p>`;
}
