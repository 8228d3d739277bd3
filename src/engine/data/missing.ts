/** What becomes of values that are missing. */
import { DescentError } from "../../common/errors.js";
import type { DataConfig } from "../training/config.js";
import type { NumericColumn } from "./columns.js";
import { columnStatistics } from "./statistics.js";
import type { Table } from "./table.js";

/**
 * With `mean`, fills missing values (NaN) in place with the training split's means and returns these; else names the first missing value.
 * @throws DescentError `value-missing`
 */
export function fillMissing(missing: DataConfig["missing"], table: Table, columns: readonly NumericColumn[], train: Int32Array): number[] | null {
  if (missing === "mean") {
    return columns.map(({ name, values }) => {
      const { mean } = columnStatistics(name, values, train);
      for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) values[row] = mean;
      return mean;
    });
  }
  for (let row = 0; row < table.rows; row++) {
    const column = columns.find(({ values }) => Number.isNaN(values[row]));
    if (column !== undefined) throw missingValue(table, row, column.source);
  }
  return null;
}

/** The error that names a missing value's line and column. */
export function missingValue(table: Table, row: number, column: string): DescentError {
  const { text, location } = table.origin.describe(row);
  return new DescentError("value-missing", `${text}, column "${column}": the value is missing (empty or NaN). Say missing: drop or missing: mean in data.`, location);
}
