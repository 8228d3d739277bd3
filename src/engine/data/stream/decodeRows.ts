/** From rows as they are stored to inputs as a model takes them: the same computation, to the bit, as for data in memory. */
import type { ConstantTensor } from "../../graph/types.js";
import type { NumericColumn } from "../columns.js";
import { decodeElements, type ElementType } from "../formats/elements.js";
import { channelsFirst } from "../layout.js";
import { scaleColumns, scaleTensor } from "../scaling.js";
import type { Origin, RawTensor } from "../table.js";
import type { FittedScaling, ReadingRecipe } from "../types.js";

/** Examples of a tensor, as a file has them. */
export interface TensorRows {
  readonly kind: "tensor";
  readonly element: ElementType;
  readonly littleEndian: boolean;
  /** Of one example, as stored. */
  readonly shape: readonly number[];
  readonly layout: ReadingRecipe["layout"];
  /** As the model sees it. */
  readonly exampleShape: readonly number[];
  readonly scaling: FittedScaling;
}

/** Rows of a table, a float64 a column: numbers (NaN where missing), or codes of categories in the order in which they were met. */
export interface TableRows {
  readonly kind: "table";
  readonly columns: readonly StoredColumn[];
  /** What missing values become, by numeric column; null where there are none. */
  readonly means: readonly number[] | null;
  readonly scaling: FittedScaling;
}

/** A column of a stored table. `positions[code]` is the category's place, -1 for one that the training data lacks. */
export type StoredColumn =
  | { readonly kind: "number"; readonly name: string }
  | { readonly kind: "index"; readonly name: string; readonly positions: readonly number[] }
  | { readonly kind: "one_hot"; readonly name: string; readonly positions: readonly number[]; readonly values: readonly string[] };

export type RowRecipe = TensorRows | TableRows;

const noOrigin: Origin = { describe: () => ({ text: "a streamed example", location: {} }) };

/** Stored rows as raw numbers, before layout and scaling. */
export function rawTensor({ element, littleEndian, shape }: Pick<TensorRows, "element" | "littleEndian" | "shape">, bytes: Uint8Array, rows: number): RawTensor {
  return { kind: "tensor", dims: [rows, ...shape], data: decodeElements(bytes, element, littleEndian), origin: noOrigin };
}

/** Inputs of `rows` stored rows, [rows, ...example]. */
export function decodeRows(recipe: RowRecipe, bytes: Uint8Array, rows: number): ConstantTensor {
  if (recipe.kind === "tensor") return scaleTensor(channelsFirst(rawTensor(recipe, bytes, rows), recipe.layout), [rows, ...recipe.exampleShape], recipe.scaling).inputs;
  const columns = storedColumns(recipe.columns, bytes, rows);
  fillMeans(columns, recipe.means);
  return { type: "float32", dims: [rows, columns.length], data: scaleColumns(columns, recipe.scaling, rows) };
}

/** Columns as the model sees them, before scaling; NaN where a value is missing. */
export function storedColumns(columns: readonly StoredColumn[], bytes: Uint8Array, rows: number): NumericColumn[] {
  const stored = new Float64Array(bytes.slice(0, 8 * rows * columns.length).buffer);
  return columns.flatMap((column, at): NumericColumn[] => {
    const values = new Float64Array(rows);
    for (let row = 0, from = at; row < rows; row++, from += columns.length) values[row] = stored[from];
    if (column.kind === "number") return [{ name: column.name, source: column.name, fixed: false, values }];
    const places = values.map((code) => (Number.isNaN(code) ? code : column.positions[code]));
    if (column.kind === "index") return [{ name: column.name, source: column.name, fixed: true, values: places }];
    return column.values.map((value, category) => ({
      name: `${column.name}=${value}`, source: column.name, fixed: true,
      values: places.map((found) => (Number.isNaN(found) ? found : found === category ? 1 : 0)),
    }));
  });
}

/** Puts means where values are missing. */
export function fillMeans(columns: readonly NumericColumn[], means: readonly number[] | null): void {
  if (means === null) return;
  columns.forEach(({ values }, at) => {
    for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) values[row] = means[at];
  });
}
