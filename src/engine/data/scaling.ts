/** Scaling x' = (x - offset) / divisor, fitted on the training split in float64. */
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor } from "../graph/types.js";
import type { ScalingKind } from "../training/config.js";
import type { NumericColumn } from "./columns.js";
import type { RawNumbers } from "./table.js";
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
