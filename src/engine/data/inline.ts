/** Values written in the training file itself. */
import { DescentError } from "../../common/errors.js";
import type { InlineConfig } from "../training/config.js";
import type { RawColumn, RawSource } from "./table.js";

/**
 * `{ inputs: [[0, 0], [0, 1]], targets: [0, 1] }` as a table of inputs `x1, x2, ...` (a plain number is one column, `x`) and one of targets.
 * @throws DescentError `inline-ragged`, `labels-count`, `value-not-finite`
 */
export function readInline(inline: InlineConfig, path: string): RawSource {
  const inputs = inline.inputs.map((row) => (typeof row === "number" ? [row] : row));
  const targets = inline.targets.map((row) => (Array.isArray(row) ? row as readonly number[] : [row as number | string]));
  if (inputs.length === 0) throw new DescentError("file-empty", `${path}.inputs holds no example.`, { path: `${path}.inputs` });
  if (inputs.length !== targets.length) {
    throw new DescentError("labels-count", `${inputs.length} inputs but ${targets.length} targets.`, { path: `${path}.targets` });
  }
  const table = (rows: readonly (readonly (number | string)[])[], key: string, one: string, many: string) => ({
    kind: "table" as const,
    rows: rows.length,
    columns: inlineColumns(rows, `${path}.${key}`, one, many),
    origin: { describe: (row: number) => ({ text: `${key}[${row}]`, location: { path: `${path}.${key}[${row}]` } }) },
  });
  return { inputs: table(inputs, "inputs", "x", "x"), labels: table(targets, "targets", "target", "target") };
}

function inlineColumns(rows: readonly (readonly (number | string)[])[], path: string, one: string, many: string): RawColumn[] {
  const width = rows[0].length;
  rows.forEach((row, index) => {
    if (row.length !== width) throw new DescentError("inline-ragged", `${path}[${index}] has ${row.length} values where the first has ${width}.`, { path: `${path}[${index}]` });
    row.forEach((value, column) => {
      if (typeof value === "number" && !Number.isFinite(value)) throw new DescentError("value-not-finite", `${path}[${index}][${column}] is ${value}.`, { path: `${path}[${index}]` });
    });
  });
  return Array.from({ length: width }, (_, column) => {
    const cells = rows.map((row) => row[column]);
    return {
      name: width === 1 ? one : `${many}${column + 1}`,
      numbers: Float64Array.from(cells, (cell) => (typeof cell === "number" ? cell : Number.NaN)),
      texts: cells.some((cell) => typeof cell === "string") ? cells.map((cell) => (typeof cell === "string" ? cell : undefined)) : null,
    };
  });
}
