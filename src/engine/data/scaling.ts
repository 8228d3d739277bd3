/** Scaling x' = (x - offset) / divisor, fitted on the training split in float64. */
import { DescentError, type ErrorLocation } from "../../common/errors.js";
import type { ConstantTensor } from "../graph/types.js";
import type { ScalingKind } from "../training/config.js";
import type { NumericColumn } from "./columns.js";
import type { Origin, RawNumbers } from "./table.js";
import type { ColumnStatistics, FittedScaling } from "./types.js";

/**
 * Offset and divisor of one column. standardize: mean 0, standard deviation 1 (the population's, as scikit-learn's
 * StandardScaler); minmax: [0, 1]; unit: bytes / 255. A constant column becomes 0.
 */
export function fitColumn(kind: ScalingKind, { min, max, mean, std }: ColumnStatistics): { readonly offset: number; readonly divisor: number } {
  switch (kind) {
    case "none": return { offset: 0, divisor: 1 };
    case "unit": return { offset: 0, divisor: 255 };
    case "standardize": return { offset: mean, divisor: std > 0 ? std : 1 };
    case "minmax": return { offset: min, divisor: max > min ? max - min : 1 };
  }
}

/**
 * Scaling of the columns, in order. `fixed` marks columns that a kind for all leaves alone (one-hot and index columns).
 * A kind by column names them as the file does; a name that is no column is an error.
 */
export function fitScaling(
  scaling: ScalingKind | Readonly<Record<string, ScalingKind>>,
  columns: readonly { readonly name: string; readonly source: string; readonly fixed: boolean }[],
  statistics: readonly ColumnStatistics[],
): FittedScaling {
  if (typeof scaling !== "string") {
    const unknown = Object.keys(scaling).find((name) => !columns.some((column) => column.source === name));
    if (unknown !== undefined) throw new DescentError("column-unknown", `data.scaling names the column "${unknown}", which is no input.`, { path: `data.scaling.${unknown}` });
  }
  const kindOf = (column: { source: string; fixed: boolean }): ScalingKind => {
    if (typeof scaling === "string") return column.fixed ? "none" : scaling;
    return Object.hasOwn(scaling, column.source) ? scaling[column.source] : "none";
  };
  const fitted = columns.map((column, index) => fitColumn(kindOf(column), statistics[index]));
  return {
    kind: typeof scaling === "string" ? scaling : "mixed",
    offset: fitted.map(({ offset }) => offset),
    divisor: fitted.map(({ divisor }) => divisor),
  };
}

/** Bytes stay bytes where scaling is none or a division by 255; everything else is scaled in float64 and stored as float32. */
export function scaleTensor(data: RawNumbers, dims: readonly number[], { kind, offset, divisor }: FittedScaling): { readonly inputs: ConstantTensor; readonly inputDivisor: number } {
  if (data instanceof Uint8Array && (kind === "none" || kind === "unit")) return { inputs: { type: "uint8", dims, data }, inputDivisor: divisor[0] };
  const scaled = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) scaled[i] = (data[i] - offset[0]) / divisor[0];
  return { inputs: { type: "float32", dims, data: scaled }, inputDivisor: 1 };
}

/** Columns side by side, row-major, scaled in float64 and stored as float32. */
export function scaleColumns(columns: readonly Pick<NumericColumn, "values">[], { offset, divisor }: FittedScaling, rows: number): Float32Array {
  const scaled = new Float32Array(rows * columns.length);
  columns.forEach(({ values }, column) => {
    for (let row = 0; row < rows; row++) scaled[row * columns.length + column] = (values[row] - offset[column]) / divisor[column];
  });
  return scaled;
}

/** The largest number of float32, in which training computes. */
const largest = (2 - 2 ** -23) * 2 ** 127;

/** How far from 0 a raw value may lie so that float32 holds it scaled. What is fitted to the data brings them all into range. */
export function largestRaw(kind: ScalingKind): number {
  return kind === "none" ? largest : kind === "unit" ? 255 * largest : Infinity;
}

/** The error for a value that float32 does not hold. `where` names it: a place in words, and its column or element. */
export function valueTooLarge(value: number, where: string, location: ErrorLocation, key: "scaling" | "target_scaling"): DescentError {
  return new DescentError("value-too-large", `${where}: ${value} lies beyond float32 (at most 3.4e38), in which training computes. If the value is right, say ${key}: standardize in data.`, location);
}

/** Throws `value-too-large` where a scaled value of a table, row-major, is infinite. Missing targets (NaN) pass. */
export function requireFloat32(scaled: Float32Array, columns: readonly { readonly name: string; readonly values: Float64Array }[], origin: Origin, key: "scaling" | "target_scaling"): void {
  const at = scaled.findIndex((value) => value === Infinity || value === -Infinity);
  if (at === -1) return;
  const [row, { name, values }] = [Math.floor(at / columns.length), columns[at % columns.length]];
  const { text, location } = origin.describe(row);
  throw valueTooLarge(values[row], `${text}, column "${name}"`, location, key);
}

/** The same for examples of a tensor with `size` values each. */
export function requireFloat32Examples(scaled: ConstantTensor, { data, origin }: { readonly data: RawNumbers; readonly origin: Origin }, size: number, key: "scaling" | "target_scaling"): void {
  if (!(data instanceof Float64Array) || scaled.type !== "float32") return;
  const at = (scaled.data as Float32Array).findIndex((value) => value === Infinity || value === -Infinity);
  if (at === -1) return;
  const { text, location } = origin.describe(Math.floor(at / size));
  const example = data.subarray(Math.floor(at / size) * size, (Math.floor(at / size) + 1) * size);
  throw valueTooLarge(example.find((value) => Math.abs(value) > largest) ?? Infinity, text, location, key);
}
