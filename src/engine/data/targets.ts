/** From columns of labels or numbers to a data set's targets. */
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor } from "../graph/types.js";
import { numberClasses, type Labels } from "./classes.js";
import { pickColumns, textInNumbers } from "./columns.js";
import { missingValue } from "./missing.js";
import { fitColumn, requireFloat32, requireFloat32Examples, scaleColumns } from "./scaling.js";
import { columnStatistics, tensorStatistics } from "./statistics.js";
import { isIntegerData } from "./formats/elements.js";
import { isMissing, tensorAsTable, type RawColumn, type RawTensor, type Table } from "./table.js";
import { decideTask, decideTensorTask, type DatasetConfig, type SupportedTask } from "./task.js";
import type { ColumnStatistics, Dataset, FittedScaling } from "./types.js";

/** The targets of all examples, ready but for what is fitted on the training split. */
export interface Targets {
  /** Class by row, to stratify by; null where there are none. */
  readonly stratify: Int32Array | null;
  fields(train: Int32Array): Pick<Dataset, "task" | "targets" | "classes" | "targetColumns" | "targetScaling" | "rawTargetStatistics" | "ignoresTargets">;
}

/** Where targets come from. */
export interface TargetSource {
  readonly examples: Table | RawTensor;
  /** Labels of their own; null takes the columns `names` of the examples. */
  readonly labels: Table | RawTensor | null;
  readonly names: readonly string[];
  /** Rows of the training source, which come first. */
  readonly trainRows: number;
}

/** Decides the task and reads the targets. @throws DescentError `target-columns`, `value-missing`, `text-in-numbers`, `label-unknown`, ... */
export function readTargets(config: DatasetConfig, { examples, labels, names, trainRows }: TargetSource): Targets {
  if (labels?.kind === "tensor") return tensorTargets(config, labels, trainRows);
  const table = labels ?? (examples as Table);
  const columns = labels === null ? pickColumns(table, names) : labelColumns(labels, config.data.target);
  const isLabelFile = examples.kind === "tensor" || (labels !== null && config.data.labels !== null); // inline targets are none
  const task = decideTask(config, columns, trainRows, isLabelFile);
  const targetColumns = columns.map(({ name }) => name);
  if (task === "classification") return classTargets(config, { column: columns[0], rows: table.rows, origin: table.origin }, trainRows, columns.length, targetColumns);
  return numberTargets(config, task, table, columns, targetColumns);
}

/** Of a file of labels: the column that `data.target` names, or all of them. */
function labelColumns(labels: Table, target: readonly string[] | null): readonly RawColumn[] {
  if (target === null || !target.some((name) => labels.columns.some((column) => column.name === name))) return labels.columns;
  return pickColumns(labels, target);
}

/** Targets with more than one value an example: a class a step, or numbers that are compared element by element. */
function tensorTargets(config: DatasetConfig, labels: RawTensor, trainRows: number): Targets {
  const task = decideTensorTask(config, isIntegerData(labels.data));
  const [rows, ...shape] = labels.dims;
  const steps = shape.reduce((product, dim) => product * dim, 1);
  if (task === "classification") {
    const column = { name: "label", numbers: Float64Array.from(labels.data), texts: null };
    const origin = { describe: (row: number) => { const { text, location } = labels.origin.describe(Math.floor(row / steps)); return { text: `${text}, step ${row % steps}`, location }; } };
    return stepTargets(classTargets(config, { column, rows: rows * steps, origin }, trainRows * steps, 1, ["label"]), labels.dims, steps);
  }
  if (shape.length === 1) {
    const table = tensorAsTable(labels, "target");
    return numberTargets(config, task, table, table.columns, table.columns.map(({ name }) => name));
  }
  const bad = labels.data.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) {
    const { text, location } = labels.origin.describe(Math.floor(bad / steps));
    throw new DescentError("value-not-finite", `${text}: target ${bad % steps} is ${labels.data[bad]}, no finite number.`, location);
  }
  const { ignoreTarget } = config.data;
  const data = ignoreTarget === null ? labels.data : Float64Array.from(labels.data, (value) => (value === ignoreTarget ? Number.NaN : value));
  return {
    stratify: null,
    fields(train) {
      const statistics = tensorStatistics("target", data, steps, train);
      const { offset, divisor } = fitColumn(config.data.targetScaling, statistics);
      const targets: ConstantTensor = { type: "float32", dims: labels.dims, data: Float32Array.from(data, (value) => (value - offset) / divisor) };
      requireFloat32Examples(targets, { data, origin: labels.origin }, steps, "target_scaling");
      return {
        task,
        targets,
        ...(ignoreTarget === null ? {} : { ignoresTargets: true }),
        classes: null,
        targetColumns: ["target"],
        targetScaling: { kind: config.data.targetScaling, offset: [offset], divisor: [divisor] },
        rawTargetStatistics: [statistics],
      };
    },
  };
}

/** Class targets of all steps, one after the other, as targets of examples with several steps each. */
function stepTargets(flat: Targets, dims: readonly number[], steps: number): Targets {
  return {
    stratify: null,
    fields(train) {
      const rows = Int32Array.from({ length: train.length * steps }, (_, i) => train[Math.floor(i / steps)] * steps + (i % steps));
      const fields = flat.fields(rows);
      return { ...fields, targets: { ...fields.targets, dims } };
    },
  };
}

function classTargets(config: DatasetConfig, labels: Labels, trainRows: number, width: number, targetColumns: readonly string[]): Targets {
  if (width > 1) throw new DescentError("target-columns", `A classification has one column of labels, not ${width} (${targetColumns.join(", ")}).`, { path: "data.target" });
  const { ignoreTarget } = config.data;
  const isIgnored = (row: number): boolean => ignoreTarget !== null && (labels.column.texts?.[row] ?? labels.column.numbers[row]) === ignoreTarget;
  const counted: Labels = { ...labels, isIgnored };
  if (ignoreTarget !== null && Array.from({ length: trainRows }, (_, row) => row).every(isIgnored)) throw new DescentError("no-training-data", `Every target is ${ignoreTarget}, which data.ignore_target leaves out.`, { path: "data.ignore_target" });
  const numbering = numberClasses({ ...counted, rows: trainRows }, config.data.classes);
  const classes = new Int32Array(labels.rows);
  for (let row = 0; row < labels.rows; row++) classes[row] = isIgnored(row) ? -1 : numbering.indexOf(labels, row);
  return {
    stratify: classes,
    fields: (train) => ({
      task: "classification",
      targets: { type: "int64", dims: [labels.rows], data: BigInt64Array.from(classes, BigInt) },
      classes: numbering.names,
      targetColumns,
      targetScaling: { kind: "none", offset: [0], divisor: [1] },
      rawTargetStatistics: [columnStatistics(targetColumns[0], classes, ignoreTarget === null ? train : train.filter((row) => classes[row] >= 0))],
      ...(ignoreTarget === null ? {} : { ignoresTargets: true }),
    }),
  };
}

function numberTargets(config: DatasetConfig, task: Exclude<SupportedTask, "classification">, table: Table, written: readonly RawColumn[], targetColumns: readonly string[]): Targets {
  for (const column of written) {
    const row = column.numbers.findIndex(Number.isNaN);
    if (row === -1) continue;
    if (isMissing(column, row)) throw missingValue(table, row, column.name);
    throw textInNumbers(table, column, row);
  }
  const { ignoreTarget } = config.data;
  const columns = ignoreTarget === null ? written : written.map((column) => ({ ...column, numbers: column.numbers.map((value) => (value === ignoreTarget ? Number.NaN : value)) }));
  return {
    stratify: null,
    fields(train) {
      const statistics: readonly ColumnStatistics[] = columns.map(({ name, numbers }) => columnStatistics(name, numbers, train));
      const fitted = statistics.map((column) => fitColumn(config.data.targetScaling, column));
      const scaling: FittedScaling = { kind: config.data.targetScaling, offset: fitted.map(({ offset }) => offset), divisor: fitted.map(({ divisor }) => divisor) };
      const values = columns.map(({ name, numbers }) => ({ name, values: numbers }));
      const data = scaleColumns(values, scaling, table.rows);
      requireFloat32(data, values, table.origin, "target_scaling");
      return {
        task,
        targets: { type: "float32", dims: [table.rows, columns.length], data },
        classes: task === "multi_label" ? targetColumns : null,
        targetColumns,
        targetScaling: scaling,
        rawTargetStatistics: statistics,
        ...(config.data.ignoreTarget === null ? {} : { ignoresTargets: true }),
      };
    },
  };
}
