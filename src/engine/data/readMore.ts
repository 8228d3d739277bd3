/** Reads further data as the training data was read: for prediction. */
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor } from "../graph/types.js";
import type { DataConfig } from "../training/config.js";
import { numericColumns, type NumericColumn } from "./columns.js";
import { detectFormat, formatByName } from "./formats/detect.js";
import { channelsFirst, exampleLayout } from "./layout.js";
import { missingValue } from "./missing.js";
import { readSource } from "./readBytes.js";
import { requireFloat32, requireFloat32Examples, scaleColumns, scaleTensor } from "./scaling.js";
import { takeRows, type NamedBytes, type RawTensor, type Table } from "./table.js";
import type { FittedScaling, ReadingRecipe } from "./types.js";

/** Inputs as a data set has them. `rows` are the examples kept, counted from 0 in the data as read (`missing: drop` leaves some out). */
export interface MoreData {
  readonly inputs: ConstantTensor;
  readonly inputDivisor: number;
  readonly rows: Int32Array;
}

/**
 * Reads inputs with the columns, categories, layout and scaling of the training data. Targets may be there; they are not read.
 * A table without a header is taken by position when it has as many columns as inputs (or as inputs and targets).
 * @throws DescentError `column-unknown`, `shapes-differ`, `formats-differ`, and what reading throws
 */
export async function readMore(recipe: ReadingRecipe, scaling: FittedScaling, files: readonly NamedBytes[]): Promise<MoreData> {
  const format = formatFor(recipe, files);
  const holdsArrays = ["npz", "safetensors", "jsonl"].includes(detectFormat(files[0], format));
  const inputs = (holdsArrays ? recipe.arrays : null) ?? recipe.inputColumns ?? recipe.arrays ?? null;
  return moreFrom(recipe, scaling, (await readSource(files, null, { format, inputs, target: null }, "test")).inputs, files[0]);
}

/** The same from inputs that are read. `source` is what messages call them. */
export function moreFrom(recipe: ReadingRecipe, scaling: FittedScaling, inputs: Table | RawTensor, source: Pick<NamedBytes, "file" | "name">): MoreData {
  const isTable = recipe.inputColumns !== null;
  if (isTable && inputs.kind === "table") return tableInputs(recipe, recipe.inputColumns, scaling, inputs);
  if (!isTable && inputs.kind === "tensor") return tensorInputs(recipe, scaling, inputs);
  throw new DescentError("formats-differ", `${source.name} is no ${isTable ? "table" : "tensor"}, which the training data was.`, { file: source.file });
}

/** The training data's format where the file does not say its own: predictions may come from any format that holds the same columns. */
function formatFor({ format }: ReadingRecipe, [{ name }]: readonly NamedBytes[]): DataConfig["format"] {
  return (format === "csv" || format === "idx") && formatByName(name) === null ? format : "auto";
}

function tableInputs(recipe: ReadingRecipe, inputs: readonly string[], scaling: FittedScaling, read: Table): MoreData {
  const table = byPosition(recipe, inputs, read);
  const columns = numericColumns(table, inputs, recipe.categories);
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const isWhole = (row: number) => columns.every(({ values }) => !Number.isNaN(values[row]));
  if (recipe.missing === "drop") {
    const rows = all.filter(isWhole);
    const whole = rows.length === table.rows ? table : takeRows(table, rows);
    const kept = whole === table ? columns : numericColumns(whole, inputs, recipe.categories);
    return { inputs: scaledRows(kept, scaling, whole), inputDivisor: 1, rows };
  }
  columns.forEach(({ source, values }, index) => {
    const mean = recipe.columnMeans?.[index];
    for (let row = 0; row < values.length; row++) {
      if (!Number.isNaN(values[row])) continue;
      if (mean === undefined) throw missingValue(table, row, source);
      values[row] = mean;
    }
  });
  return { inputs: scaledRows(columns, scaling, table), inputDivisor: 1, rows: all };
}

function scaledRows(columns: readonly NumericColumn[], scaling: FittedScaling, { rows, origin }: Table): ConstantTensor {
  const data = scaleColumns(columns, scaling, rows);
  requireFloat32(data, columns, origin, "scaling");
  return { type: "float32", dims: [rows, columns.length], data };
}

/** A table without a header gets the names of the training data's columns. */
function byPosition(recipe: ReadingRecipe, inputs: readonly string[], table: Table): Table {
  const isNamed = table.columns.some(({ name }, index) => name !== `column${index + 1}`);
  const missing = inputs.some((name) => !table.columns.some((column) => column.name === name));
  const names = [inputs, [...inputs, ...(recipe.targetColumns ?? [])]].find(({ length }) => length === table.columns.length);
  if (isNamed || !missing || names === undefined) return table;
  return { ...table, columns: table.columns.map((column, index) => ({ ...column, name: names[index] })) };
}

function tensorInputs(recipe: ReadingRecipe, scaling: FittedScaling, tensor: RawTensor): MoreData {
  const { layout, exampleShape } = exampleLayout(tensor.dims, recipe.layout === "none" ? "auto" : recipe.layout);
  if (exampleShape.join() !== recipe.exampleShape.join()) {
    const { location } = tensor.origin.describe(0);
    throw new DescentError("shapes-differ", `Its examples have the shape [${exampleShape.join(", ")}]; the model was trained on [${recipe.exampleShape.join(", ")}].`, location);
  }
  const rows = Int32Array.from({ length: tensor.dims[0] }, (_, row) => row);
  const scaled = scaleTensor(channelsFirst(tensor, layout), [tensor.dims[0], ...exampleShape], scaling);
  requireFloat32Examples(scaled.inputs, tensor, exampleShape.reduce((product, dim) => product * dim, 1), "scaling");
  return { ...scaled, rows };
}
