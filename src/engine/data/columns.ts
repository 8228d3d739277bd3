/** Which columns of a table are inputs and which the target, and how text becomes numbers. */
import { DescentError } from "../../common/errors.js";
import { nearestName } from "../../common/nearestName.js";
import type { DataConfig } from "../training/config.js";
import { compareText } from "./classes.js";
import { matchesPattern } from "./patterns.js";
import { targetNames } from "./readCsv.js";
import { isMissing, type RawColumn, type Table } from "./table.js";
import type { ReadingRecipe } from "./types.js";

/** Names of a table's inputs and targets. */
export interface ColumnChoice {
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
}

/**
 * Chooses by `data.inputs` and `data.target` (names, or patterns with `*`); without them the target is the column called label,
 * target, class or y, else the last one, and the inputs are all others. With labels of their own no column is the target.
 * @throws DescentError `column-unknown`, `columns-empty`
 */
export function chooseColumns(table: Table, data: Pick<DataConfig, "inputs" | "target">, hasLabels: boolean): ColumnChoice {
  return chooseNames(table.columns.map(({ name }) => name), data, hasLabels);
}

/** The same from the names alone, before anything is read. */
export function chooseNames(names: readonly string[], data: Pick<DataConfig, "inputs" | "target">, hasLabels: boolean): ColumnChoice {
  const targets = data.target !== null ? matchNames(names, data.target, "data.target") : hasLabels ? [] : [defaultTarget(names)];
  const inputs = data.inputs !== null ? matchNames(names, data.inputs, "data.inputs") : names.filter((name) => !targets.includes(name));
  if (inputs.length === 0) throw new DescentError("columns-empty", `No column is left as an input: the file has ${names.join(", ")}.`, { path: data.inputs === null ? "data.train" : "data.inputs" });
  return { inputs, targets };
}

/** A column in which pandas keeps a table's index beside the data. */
export function isIndexColumn(name: string): boolean {
  return /^__index_level_\d+__$/.test(name);
}

function defaultTarget(names: readonly string[]): string {
  for (const usual of targetNames) {
    const found = names.find((name) => name.toLowerCase() === usual);
    if (found !== undefined) return found;
  }
  return names[names.length - 1];
}

function matchNames(names: readonly string[], patterns: readonly string[], path: string): string[] {
  const chosen = new Set<string>();
  for (const pattern of patterns) {
    const found = names.includes(pattern) ? [pattern] : names.filter((name) => matchesPattern(name, pattern));
    if (found.length === 0) {
      const nearest = nearestName(pattern, names);
      throw new DescentError("column-unknown", `No column is called "${pattern}"${nearest === null ? "" : `; the nearest is "${nearest}"`}.`, { path });
    }
    for (const name of found) chosen.add(name);
  }
  return [...chosen];
}

/** The columns of these names. @throws DescentError `column-unknown` naming the file by its first row */
export function pickColumns(table: Table, names: readonly string[]): RawColumn[] {
  return names.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    const { location } = table.origin.describe(0);
    throw new DescentError("column-unknown", `${location.file ?? "The data"} has no column "${name}", which the training data has.`, { file: location.file });
  });
}

export type Categories = ReadingRecipe["categories"];

/**
 * Columns of text and their categories in sorted order (numbers by size). A column without any number is one-hot;
 * `categorical` may say otherwise. @throws DescentError `text-in-numbers` naming first row and column, `column-unknown`, `too-many-categories`
 */
export function findCategories(table: Table, inputs: readonly string[], categorical: DataConfig["categorical"]): Categories {
  const told = categorical === "auto" ? {} : categorical;
  const unknown = Object.keys(told).find((name) => !inputs.includes(name));
  if (unknown !== undefined) throw new DescentError("column-unknown", `data.categorical names the column "${unknown}", which is no input.`, { path: `data.categorical.${unknown}` });
  const categories: Record<string, Categories[string]> = {};
  for (const column of pickColumns(table, inputs)) {
    const kind = Object.hasOwn(told, column.name) ? told[column.name] : isText(table, column) ? "one_hot" : null;
    if (kind === null) continue;
    const values = categoryValues(column);
    if (kind === "one_hot") checkSize(table, column, values.length);
    categories[column.name] = { kind, values };
  }
  return categories;
}

/** One-hot columns take a number a row and category: more than this is no category but a text of its own in every row. */
const mostOneHotCells = 100_000_000;

function checkSize(table: Table, column: RawColumn, categories: number): void {
  if (categories * table.rows <= mostOneHotCells) return;
  throw new DescentError("too-many-categories", `Column "${column.name}" has ${categories} different values in ${table.rows} rows: too many for one-hot columns. Leave it out of data.inputs, or say categorical: { ${column.name}: index }.`, { path: "data.categorical" });
}

/** True where a column has texts alone; false where it has numbers alone. */
function isText(table: Table, column: RawColumn): boolean {
  if (column.texts === null) return false;
  if (column.numbers.every(Number.isNaN)) return true;
  const row = column.texts.findIndex((text) => text !== undefined);
  throw textInNumbers(table, column, row);
}

export function textInNumbers(table: Table, column: RawColumn, row: number): DescentError {
  const { text, location } = table.origin.describe(row);
  return new DescentError("text-in-numbers", `${text}, column "${column.name}": "${column.texts?.[row]}" is text in a column of numbers.`, location);
}

function categoryValues(column: RawColumn): string[] {
  const numbers = new Set<number>();
  const texts = new Set<string>();
  column.numbers.forEach((number, row) => {
    const text = column.texts?.[row];
    if (text !== undefined) texts.add(text);
    else if (!Number.isNaN(number)) numbers.add(number);
  });
  return [...[...numbers].sort((a, b) => a - b).map(String), ...[...texts].sort(compareText)];
}

/** An input column as the model sees it, before scaling. NaN where the value is missing. */
export interface NumericColumn {
  /** `colour=red` for a one-hot column. */
  readonly name: string;
  /** The file's column that it comes from. */
  readonly source: string;
  /** One-hot and index columns, which a scaling for all columns leaves alone. */
  readonly fixed: boolean;
  readonly values: Float64Array;
}

/**
 * Input columns as numbers: one-hot columns for categories (a category that the training data does not know is all zeros), their index
 * for `index`. @throws DescentError `text-in-numbers`, `category-unknown` (index columns)
 */
export function numericColumns(table: Table, inputs: readonly string[], categories: Categories): NumericColumn[] {
  return pickColumns(table, inputs).flatMap((column): NumericColumn[] => {
    if (!Object.hasOwn(categories, column.name)) {
      const row = column.texts?.findIndex((text) => text !== undefined) ?? -1;
      if (row !== -1) throw textInNumbers(table, column, row);
      return [{ name: column.name, source: column.name, fixed: false, values: column.numbers }];
    }
    const { kind, values } = categories[column.name];
    const position = new Map(values.map((value, index) => [value, index]));
    const index = new Float64Array(table.rows);
    for (let row = 0; row < table.rows; row++) {
      const value = column.texts?.[row] ?? String(column.numbers[row]);
      index[row] = isMissing(column, row) ? Number.NaN : (position.get(value) ?? -1);
      if (index[row] !== -1 || kind === "one_hot") continue;
      const { text, location } = table.origin.describe(row);
      throw new DescentError("category-unknown", `${text}, column "${column.name}": "${value}" is none of the training data's categories (${values.slice(0, 10).join(", ")}).`, location);
    }
    if (kind === "index") return [{ name: column.name, source: column.name, fixed: true, values: index }];
    return values.map((value, category) => ({
      name: `${column.name}=${value}`, source: column.name, fixed: true,
      values: index.map((found) => (Number.isNaN(found) ? found : found === category ? 1 : 0)),
    }));
  });
}
