import { html } from "lit";
import { formatCount, formatValue } from "../../src/common/format.js";
import { type Columns, lowerBound } from "../../src/common/series/columns.js";
import { formatPlace, type HorizontalAxis } from "./horizontalAxis.js";

/** Rows of a table view: more is a file's work, not a panel's. */
const rows = 50;

/** The values of lines in [from, to] as a table: at most 50 steps, evenly spread over those that any line has, the last always among them. */
export function valueTable(caption: string, lines: readonly { readonly label: string; readonly columns: Columns }[], { from, to }: { from: number; to: number }, axis: HorizontalAxis) {
  const steps = spread(lines.map((line) => line.columns), from, to);
  const other = axis.kind === "time" || axis.scale !== 1;
  return html`<div class="chart-table" tabindex="0" role="region" aria-label=${`${caption}, table`}>
    <table>
      <thead>
        <tr><th scope="col">step</th>${other ? html`<th scope="col">${axis.unit}</th>` : ""}${lines.map((line) => html`<th scope="col">${line.label}</th>`)}</tr>
      </thead>
      <tbody>
        ${steps.map(([step, place]) => html`<tr>
          <th scope="row">${formatCount(step)}</th>${other ? html`<td>${formatPlace(axis, place).replace(`${axis.unit} `, "")}</td>` : ""}
          ${lines.map(({ columns }) => {
            const index = lowerBound(columns.steps, step);
            return html`<td>${index < columns.steps.length && columns.steps[index] === step ? formatValue(columns.last[index], 4) : ""}</td>`;
          })}
        </tr>`)}
      </tbody>
    </table>
  </div>`;
}

/** Steps for the rows with their places on the axis, newest first: all points of short curves, an even choice of long ones. */
function spread(curves: readonly Columns[], from: number, to: number): [number, number][] {
  const steps = new Map<number, number>();
  for (const { x, steps: own } of curves) {
    const start = lowerBound(x, from);
    let end = lowerBound(x, to);
    while (end < x.length && x[end] === to) end++;
    const every = Math.max(1, Math.ceil((end - start) / rows));
    for (let i = end - 1; i >= start; i -= every) steps.set(own[i], x[i]);
  }
  return [...steps].sort(([a], [b]) => b - a).slice(0, rows * 2);
}
