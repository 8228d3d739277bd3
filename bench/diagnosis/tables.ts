/** Tables with something wrong: rows of a CSV file, changed and written beside it. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { RandomStream } from "../../src/engine/random/stream.js";

export type Flaw = "mislabelled" | "sorted" | "leaky" | "outliers";

/** Where changed and made-up tables lie; they are written anew where they are missing. */
export const tablesFolder = path.join(os.tmpdir(), "descent-diagnosis-tables");

/** The targets of a table: columns called so, else the last one. */
function targetsOf(header: readonly string[]): number[] {
  const labels = header.flatMap((name, index) => (/^(label|tag\d+|genre\d+)$/.test(name) ? [index] : []));
  return labels.length > 0 ? labels : [header.length - 1];
}

/**
 * A table with its targets dealt out anew (`mislabelled`), its rows in the order of their targets (`sorted`), its target among the inputs
 * (`leaky`), or every fiftieth value 10,000 times too large (`outliers`). Gives its path.
 */
export function changedTable(file: string, flaw: Flaw): string {
  const changed = path.join(tablesFolder, `${path.basename(file, ".csv")}-${flaw}.csv`);
  if (fs.existsSync(changed)) return changed;
  const [header, ...rows] = fs.readFileSync(file, "utf8").trim().split(/\r?\n/).map((line) => line.split(","));
  const random = new RandomStream(2, `benchmark/${flaw}`);
  const targets = targetsOf(header);
  let names = header;
  let table = rows;
  if (flaw === "mislabelled") {
    const order = rows.map((_, index) => index);
    for (let i = order.length - 1; i > 0; i -= 1) {
      const j = random.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    table = rows.map((row, i) => row.map((value, column) => (targets.includes(column) ? rows[order[i]][column] : value)));
  } else if (flaw === "sorted") {
    table = rows.toSorted((a, b) => (a[targets[0]] < b[targets[0]] ? -1 : a[targets[0]] > b[targets[0]] ? 1 : 0));
  } else if (flaw === "leaky") {
    const numbers = new Map([...new Set(rows.map((row) => row[targets[0]]))].sort().map((value, index) => [value, index]));
    const isNumber = rows.every((row) => Number.isFinite(Number(row[targets[0]])));
    names = ["code", ...header];
    table = rows.map((row) => [isNumber ? row[targets[0]] : String(numbers.get(row[targets[0]])), ...row]);
  } else {
    table = rows.map((row) => row.map((value, column) => (!targets.includes(column) && random.uniform() < 0.02 ? String(Number(value) * 1e4 + 1e4) : value)));
  }
  fs.mkdirSync(tablesFolder, { recursive: true });
  fs.writeFileSync(changed, [names.join(","), ...table.map((row) => row.join(","))].join("\n") + "\n");
  return changed;
}
