/** From cells as typed formats give them (Parquet, Arrow, JSON) to columns of numbers and texts. */
import { DescentError } from "../../../common/errors.js";
import { isIndexColumn } from "../columns.js";
import type { Origin, RawColumn } from "../table.js";

/** The cells of a column, in order: typed arrays, or arrays with numbers, bigints, booleans, texts and null. */
export type Cells = ArrayLike<unknown>;

/**
 * A column of `cells.length` rows. Booleans are 0 and 1; null, undefined and NaN are missing.
 * @throws DescentError `value-not-finite`, `column-type` (dates, bytes), `column-nested` (lists, objects)
 */
export function columnOf(name: string, cells: Cells, origin: Origin): RawColumn {
  const numbers = new Float64Array(cells.length);
  let texts: (string | undefined)[] | null = null;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean") {
      const value = Number(cell);
      if (value === Infinity || value === -Infinity) throw badCell("value-not-finite", name, origin, row, `${value} is no finite number`);
      numbers[row] = value;
      continue;
    }
    numbers[row] = Number.NaN;
    if (cell === null || cell === undefined) continue;
    if (typeof cell !== "string") {
      const [code, what] = cell instanceof Date ? ["column-type", "a date or time"] : cell instanceof Uint8Array ? ["column-type", "bytes"] : ["column-nested", Array.isArray(cell) || ArrayBuffer.isView(cell) ? "a list" : "an object"];
      throw badCell(code, name, origin, row, `${what} cannot be learned from: columns hold numbers, texts or yes and no. Leave it out of data.inputs`);
    }
    texts ??= [];
    texts[row] = cell;
  }
  return { name, numbers, texts };
}

function badCell(code: string, column: string, origin: Origin, row: number, message: string): DescentError {
  const { text, location } = origin.describe(row);
  return new DescentError(code, `${text}, column "${column}": ${message}.`, location);
}

/** Of a file's columns those to read; all but an index that pandas wrote beside them where nothing is chosen. */
export type WantedColumns = (names: readonly string[]) => readonly string[];

/** Columns that a file with a schema gives: chosen by name, its hidden index left out unless it is named. */
export function columnsToRead(names: readonly string[], wanted: WantedColumns): readonly string[] {
  const visible = names.filter((name) => !isIndexColumn(name));
  return wanted(visible.length > 0 ? visible : names);
}
