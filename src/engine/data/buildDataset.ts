/** From raw sources to data ready to train on: columns, classes, split, missing values, scaling - in this order. */
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor } from "../graph/types.js";
import type { TrainingConfig } from "../training/config.js";
import { numberClasses, type Labels } from "./classes.js";
import { chooseColumns, findCategories, numericColumns, pickColumns, textInNumbers, type ColumnChoice, type NumericColumn } from "./columns.js";
import { channelsFirst, exampleLayout } from "./layout.js";
import { fitColumn, fitScaling } from "./scaling.js";
import { splitRows, type Split } from "./split.js";
import { columnStatistics, tensorStatistics } from "./statistics.js";
import { isMissing, joinTables, joinTensors, takeExamples, takeRows, type RawColumn, type RawSource, type RawTensor, type Table } from "./table.js";
import { decideTask, type SupportedTask } from "./task.js";
import type { ColumnStatistics, Dataset, FittedScaling } from "./types.js";

/** What of a training file decides how its data is read. */
export type DatasetConfig = Pick<TrainingConfig, "data" | "loss" | "model">;

/** Sources as read. `validation` and `test` where they have files of their own. */
export interface RawSources {
  readonly train: RawSource;
  readonly validation: RawSource | null;
  readonly test: RawSource | null;
}

/** Examples of all sources, one after the other: those of the training file (`counts.train`), of the validation file, of the test file. */
interface Joined<Inputs extends Table | RawTensor> {
  readonly inputs: Inputs;
  readonly labels: Table | null;
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
}

/**
 * Builds a data set.
 *
 * Order: `limit` takes the first rows of the training source; columns are chosen and `missing: drop` leaves rows out; the classes are numbered
 * over the training source; the split is drawn; missing values and scaling are fitted on the training split and applied in float64.
 * With a validation file of its own nothing is split off the training file; a test file of its own leaves the validation share to it.
 * @throws DescentError with the place of the value: `labels-count`, `label-unknown`, `value-missing`, `text-in-numbers`, `column-unknown`, ...
 */
export function buildDataset(config: DatasetConfig, sources: RawSources, format: string): Dataset {
  const limited = { ...sources, train: limit(sources.train, config.data.limit) };
  const all = [limited.train, limited.validation, limited.test].filter((source) => source !== null);
  for (const source of all) checkLabelCount(source);
  if (all.every(isTableSource)) return fromTables(config, all, limited, format);
  if (all.every(isTensorSource)) return fromTensors(config, all, limited, format);
  throw new DescentError("formats-differ", "Training, validation and test data have different formats: a table and images.", { path: "data.validation" });
}

type TableSource = RawSource & { readonly inputs: Table };
type TensorSource = RawSource & { readonly inputs: RawTensor };
const isTableSource = (source: RawSource): source is TableSource => source.inputs.kind === "table";
const isTensorSource = (source: RawSource): source is TensorSource => source.inputs.kind === "tensor";
const sizeOf = (inputs: Table | RawTensor) => (inputs.kind === "table" ? inputs.rows : inputs.dims[0]);

function limit(source: RawSource, most: number | null): RawSource {
  if (most === null || most >= sizeOf(source.inputs)) return source;
  checkLabelCount(source);
  const rows = Int32Array.from({ length: most }, (_, row) => row);
  return {
    inputs: source.inputs.kind === "table" ? takeRows(source.inputs, rows) : takeExamples(source.inputs, rows),
    labels: source.labels === null ? null : takeRows(source.labels, rows),
  };
}

function checkLabelCount({ inputs, labels }: RawSource): void {
  if (labels === null || labels.rows === sizeOf(inputs)) return;
  const { file } = labels.origin.describe(0).location;
  throw new DescentError("labels-count", `${sizeOf(inputs)} inputs but ${labels.rows} labels${file === undefined ? "" : ` in ${file}`}.`, { path: "data.labels", file });
}

function countRows(sources: RawSources): Joined<Table>["counts"] {
  const count = (source: RawSource | null) => (source === null ? 0 : sizeOf(source.inputs));
  return { train: count(sources.train), validation: count(sources.validation), test: count(sources.test) };
}

/** Labels of all sources; a source without labels beside others with labels is an error. */
function joinLabels(all: readonly RawSource[]): Table | null {
  const labels = all.map((source) => source.labels).filter((table) => table !== null);
  if (labels.length === 0) return null;
  if (labels.length < all.length) throw new DescentError("labels-missing", "Some of the training, validation and test data have labels of their own and some have none.", { path: "data.labels" });
  return joinTables(labels);
}

function fromTables(config: DatasetConfig, all: readonly TableSource[], sources: RawSources, format: string): Dataset {
  const choice = chooseColumns(all[0].inputs, config.data, all[0].labels !== null);
  const joined = dropMissing(config, choice, { inputs: joinTables(all.map(({ inputs }) => inputs)), labels: joinLabels(all), counts: countRows(sources) });
  const { inputs, counts } = joined;
  const trainPart = counts.train === inputs.rows ? inputs : takeRows(inputs, Int32Array.from({ length: counts.train }, (_, row) => row));
  const categories = findCategories(trainPart, choice.inputs, config.data.categorical);
  const columns = numericColumns(inputs, choice.inputs, categories);
  const targets = readTargets(config, joined, choice.targets);
  const splits = drawSplits(config, sources, counts, targets.stratify);
  const means = fillMissing(config, inputs, columns, splits.train);
  const statistics = columns.map(({ name, values }) => columnStatistics(name, values, splits.train));
  const scaling = fitScaling(config.data.scaling, columns, statistics);
  return {
    ...targets.fields(splits.train),
    inputKind: "row",
    inputs: { type: "float32", dims: [inputs.rows, columns.length], data: scaleColumns(columns, scaling, inputs.rows) },
    inputDivisor: 1,
    columns: columns.map(({ name }) => name),
    splits, scaling,
    rawStatistics: statistics,
    reading: {
      format, inputColumns: choice.inputs, targetColumns: choice.targets, categories,
      exampleShape: [columns.length], layout: "none", missing: config.data.missing, columnMeans: means,
    },
  };
}

function fromTensors(config: DatasetConfig, all: readonly TensorSource[], sources: RawSources, format: string): Dataset {
  if (typeof config.data.scaling !== "string") throw new DescentError("scaling-by-column", "scaling by column needs data with named columns; this is one tensor.", { path: "data.scaling" });
  if (all[0].labels === null) throw new DescentError("labels-missing", "These inputs have no labels beside them: name the file in data.labels.", { path: "data.labels" });
  const inputs = joinTensors(all.map((source) => source.inputs));
  const joined: Joined<RawTensor> = { inputs, labels: joinLabels(all), counts: countRows(sources) };
  const { inputKind, layout, exampleShape } = exampleLayout(inputs.dims, config.data.layout);
  const exampleSize = exampleShape.reduce((product, dim) => product * dim, 1);
  checkFinite(inputs, exampleSize);
  const targets = readTargets(config, joined, []);
  const splits = drawSplits(config, sources, joined.counts, targets.stratify);
  const statistics = tensorStatistics(inputKind === "image" ? "pixels" : "values", inputs.data, exampleSize, splits.train);
  const { offset, divisor } = fitColumn(config.data.scaling, statistics);
  const scaling: FittedScaling = { kind: config.data.scaling, offset: [offset], divisor: [divisor] };
  return {
    ...targets.fields(splits.train),
    inputKind,
    ...scaleTensor(channelsFirst(inputs, layout), [inputs.dims[0], ...exampleShape], scaling),
    columns: null,
    splits, scaling,
    rawStatistics: [statistics],
    reading: { format, inputColumns: null, targetColumns: null, categories: {}, exampleShape, layout, missing: config.data.missing, columnMeans: null },
  };
}

/** Bytes stay bytes where scaling is none or a division by 255; everything else is scaled in float64 and stored as float32. */
export function scaleTensor(data: RawTensor["data"], dims: readonly number[], { kind, offset, divisor }: FittedScaling): { readonly inputs: ConstantTensor; readonly inputDivisor: number } {
  if (data instanceof Uint8Array && (kind === "none" || kind === "unit")) return { inputs: { type: "uint8", dims, data }, inputDivisor: divisor[0] };
  const scaled = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) scaled[i] = (data[i] - offset[0]) / divisor[0];
  return { inputs: { type: "float32", dims, data: scaled }, inputDivisor: 1 };
}

/** Columns side by side, row-major, scaled in float64 and stored as float32. */
export function scaleColumns(columns: readonly NumericColumn[], { offset, divisor }: FittedScaling, rows: number): Float32Array {
  const scaled = new Float32Array(rows * columns.length);
  columns.forEach(({ values }, column) => {
    for (let row = 0; row < rows; row++) scaled[row * columns.length + column] = (values[row] - offset[column]) / divisor[column];
  });
  return scaled;
}

/** With `missing: drop`, leaves out rows in which an input or a target is missing. */
function dropMissing(config: DatasetConfig, choice: ColumnChoice, joined: Joined<Table>): Joined<Table> {
  if (config.data.missing !== "drop") return joined;
  const used = [...pickColumns(joined.inputs, [...choice.inputs, ...choice.targets]), ...(joined.labels?.columns ?? [])];
  const kept = Int32Array.from({ length: joined.inputs.rows }, (_, row) => row).filter((row) => used.every((column) => !isMissing(column, row)));
  if (kept.length === 0) throw new DescentError("data-empty", "missing: drop leaves no row: every row misses a value.", { path: "data.missing" });
  const { train, validation } = joined.counts;
  const keptTrain = kept.filter((row) => row < train).length;
  const keptValidation = kept.filter((row) => row >= train && row < train + validation).length;
  return {
    inputs: takeRows(joined.inputs, kept),
    labels: joined.labels === null ? null : takeRows(joined.labels, kept),
    counts: { train: keptTrain, validation: keptValidation, test: kept.length - keptTrain - keptValidation },
  };
}

/** Fills missing inputs with the training split's means, or names the first. Returns the means, null where none was needed. */
function fillMissing(config: DatasetConfig, table: Table, columns: readonly NumericColumn[], train: Int32Array): number[] | null {
  if (config.data.missing === "mean") {
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

export function missingValue(table: Table, row: number, column: string): DescentError {
  const { text, location } = table.origin.describe(row);
  return new DescentError("value-missing", `${text}, column "${column}": the value is missing (empty or NaN). Say missing: drop or missing: mean in data.`, location);
}

function checkFinite({ data, dims, origin }: RawTensor, exampleSize: number): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  const row = Math.floor(at / exampleSize);
  const { text, location } = origin.describe(row);
  throw new DescentError(Number.isNaN(data[at]) ? "value-missing" : "value-not-finite", `${text} of ${dims[0]}, element ${at % exampleSize}: ${data[at]} is no finite number.`, location);
}

/** The targets of all examples, ready but for what is fitted on the training split. */
interface Targets {
  /** Class by row, to stratify by; null where there are none. */
  readonly stratify: Int32Array | null;
  fields(train: Int32Array): Pick<Dataset, "task" | "targets" | "classes" | "targetColumns" | "targetScaling" | "rawTargetStatistics">;
}

function readTargets(config: DatasetConfig, { inputs, labels, counts }: Joined<Table | RawTensor>, names: readonly string[]): Targets {
  const table = labels ?? (inputs as Table);
  const columns = labels === null ? pickColumns(table, names) : labelColumns(labels, config.data.target);
  const isLabelFile = inputs.kind === "tensor" || (labels !== null && config.data.labels !== null); // inline targets are none
  const task = decideTask(config, columns, counts.train, isLabelFile);
  const targetColumns = columns.map(({ name }) => name);
  if (task === "classification") return classTargets(config, { column: columns[0], rows: table.rows, origin: table.origin }, counts.train, columns.length, targetColumns);
  return numberTargets(config, task, table, columns, targetColumns);
}

/** Of a file of labels: the column that `data.target` names, or all of them. */
function labelColumns(labels: Table, target: readonly string[] | null): readonly RawColumn[] {
  if (target === null || !target.some((name) => labels.columns.some((column) => column.name === name))) return labels.columns;
  return pickColumns(labels, target);
}

function classTargets(config: DatasetConfig, labels: Labels, trainRows: number, width: number, targetColumns: readonly string[]): Targets {
  if (width > 1) throw new DescentError("target-columns", `A classification has one column of labels, not ${width} (${targetColumns.join(", ")}).`, { path: "data.target" });
  const numbering = numberClasses({ ...labels, rows: trainRows }, config.data.classes);
  const classes = new Int32Array(labels.rows);
  for (let row = 0; row < labels.rows; row++) classes[row] = numbering.indexOf(labels, row);
  return {
    stratify: classes,
    fields: (train) => ({
      task: "classification",
      targets: { type: "int64", dims: [labels.rows], data: BigInt64Array.from(classes, BigInt) },
      classes: numbering.names,
      targetColumns,
      targetScaling: { kind: "none", offset: [0], divisor: [1] },
      rawTargetStatistics: [columnStatistics(targetColumns[0], classes, train)],
    }),
  };
}

function numberTargets(config: DatasetConfig, task: Exclude<SupportedTask, "classification">, table: Table, columns: readonly RawColumn[], targetColumns: readonly string[]): Targets {
  for (const column of columns) {
    const row = column.numbers.findIndex(Number.isNaN);
    if (row === -1) continue;
    if (isMissing(column, row)) throw missingValue(table, row, column.name);
    throw textInNumbers(table, column, row);
  }
  return {
    stratify: null,
    fields(train) {
      const statistics: readonly ColumnStatistics[] = columns.map(({ name, numbers }) => columnStatistics(name, numbers, train));
      const fitted = statistics.map((column) => fitColumn(config.data.targetScaling, column));
      const scaling: FittedScaling = { kind: config.data.targetScaling, offset: fitted.map(({ offset }) => offset), divisor: fitted.map(({ divisor }) => divisor) };
      const asColumns = columns.map(({ name, numbers }) => ({ name, source: name, fixed: false, values: numbers }));
      return {
        task,
        targets: { type: "float32", dims: [table.rows, columns.length], data: scaleColumns(asColumns, scaling, table.rows) },
        classes: task === "multi_label" ? targetColumns : null,
        targetColumns,
        targetScaling: scaling,
        rawTargetStatistics: statistics,
      };
    },
  };
}

/** The split of the training rows, then the rows of the other files. */
function drawSplits(config: DatasetConfig, sources: RawSources, counts: Joined<Table>["counts"], classes: Int32Array | null): Split {
  const { split } = config.data;
  if (split.stratify === true && classes === null) throw new DescentError("stratify-without-classes", "stratify: true needs classes to stratify by; this is a regression.", { path: "data.split.stratify" });
  const fractions = {
    seed: split.seed,
    validation: sources.validation === null ? split.validation : 0,
    test: sources.validation === null && sources.test === null ? split.test : 0,
  };
  const drawn = splitRows(counts.train, fractions, split.stratify === false || classes === null ? null : classes.subarray(0, counts.train));
  const range = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i);
  return {
    train: drawn.train,
    validation: sources.validation === null ? drawn.validation : range(counts.train, counts.validation),
    test: sources.test === null ? drawn.test : range(counts.train + counts.validation, counts.test),
  };
}
