import { html } from "lit";
import { formatCount, formatValue } from "../../src/common/format.js";
import { lowerBound, type Series } from "./series.js";

/** Rows of a table view: more is a file's work, not a panel's. */
const rows = 50;

/** The values of the lines in [from, to] as a table: at most 50 steps, evenly spread over those that any line has, the last always among them. */
export function valueTable(caption: string, lines: readonly { readonly label: string; readonly series: Series }[], { from, to }: { from: number; to: number }, unit: string, stepsPerUnit: number) {
  const steps = spread(lines.map((line) => line.series), from, to);
  return html`<div class="chart-table" tabindex="0" role="region" aria-label=${`${caption}, table`}>
    <table>
      <thead>
        <tr><th scope="col">step</th>${stepsPerUnit === 1 ? "" : html`<th scope="col">${unit}</th>`}${lines.map((line) => html`<th scope="col">${line.label}</th>`)}</tr>
      </thead>
      <tbody>
        ${steps.map((step) => html`<tr>
          <th scope="row">${formatCount(step)}</th>${stepsPerUnit === 1 ? "" : html`<td>${formatValue(step / stepsPerUnit)}</td>`}
          ${lines.map(({ series }) => {
            const index = lowerBound(series.steps, series.length, step);
            return html`<td>${index < series.length && series.steps[index] === step ? formatValue(series.values[index], 4) : ""}</td>`;
          })}
        </tr>`)}
      </tbody>
    </table>
  </div>`;
}

/** Steps for the rows, newest first: all points of short series, an even choice of long ones. */
function spread(series: readonly Series[], from: number, to: number): number[] {
  const steps = new Set<number>();
  for (const one of series) {
    const start = lowerBound(one.steps, one.length, from);
    const end = lowerBound(one.steps, one.length, to + 1);
    const every = Math.max(1, Math.ceil((end - start) / rows));
    for (let i = end - 1; i >= start; i -= every) steps.add(one.steps[i]);
  }
  return [...steps].sort((a, b) => b - a).slice(0, rows * 2);
}
