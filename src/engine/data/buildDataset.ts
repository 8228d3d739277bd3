/** From raw sources to data ready to train on: columns, classes, split, missing values, scaling - in this order. */
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor } from "../graph/types.js";
import { chooseColumns, findCategories, numericColumns, pickColumns, type ColumnChoice } from "./columns.js";
import { channelsFirst, exampleLayout } from "./layout.js";
import { fillMissing } from "./missing.js";
import { fitColumn, fitScaling, requireFloat32, requireFloat32Examples, scaleColumns, scaleTensor } from "./scaling.js";
import { splitRows, type Split } from "./split.js";
import { columnStatistics, tensorStatistics } from "./statistics.js";
import { countExamples, isMissing, joinParts, joinTables, joinTensors, takeExamples, takeRows, type RawSource, type RawTensor, type Table } from "./table.js";
import { readTargets } from "./targets.js";
import type { DatasetConfig } from "./task.js";
import type { Dataset, FittedScaling } from "./types.js";

/** Sources as read. `validation` and `test` where they have files of their own. */
export interface RawSources {
  readonly train: RawSource;
  readonly validation: RawSource | null;
  readonly test: RawSource | null;
}

/** Examples of all sources, one after the other: those of the training file (`counts.train`), of the validation file, of the test file. */
interface Joined<Inputs extends Table | RawTensor> {
  readonly inputs: Inputs;
  readonly labels: RawSource["labels"];
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
const take = (part: Table | RawTensor, rows: Int32Array) => (part.kind === "table" ? takeRows(part, rows) : takeExamples(part, rows));

/** Of arrays by name, which are chosen when they are read, all columns are inputs. */
export const everyColumn = { inputs: null, target: null };

function limit(source: RawSource, most: number | null): RawSource {
  if (most === null) return source;
  const first = (part: Table | RawTensor) => (most >= countExamples(part) ? part : take(part, Int32Array.from({ length: most }, (_, row) => row)));
  return { ...source, inputs: first(source.inputs), labels: source.labels === null ? null : first(source.labels) };
}

function checkLabelCount({ inputs, labels }: RawSource): void {
  checkLabelCounts(countExamples(inputs), labels);
}

/** Throws `labels-count` unless there are as many labels as inputs, or none. */
export function checkLabelCounts(inputs: number, labels: RawSource["labels"]): void {
  if (labels === null || countExamples(labels) === inputs) return;
  const { file } = labels.origin.describe(0).location;
  throw new DescentError("labels-count", `${inputs} inputs but ${countExamples(labels)} labels${file === undefined ? "" : ` in ${file}`}.`, { path: "data.labels", file });
}

function countRows(sources: RawSources): Joined<Table>["counts"] {
  const count = (source: RawSource | null) => (source === null ? 0 : countExamples(source.inputs));
  return { train: count(sources.train), validation: count(sources.validation), test: count(sources.test) };
}

/** Labels of all sources; a source without labels beside others with labels is an error. */
function joinLabels(all: readonly RawSource[]): RawSource["labels"] {
  const labels = all.map((source) => source.labels).filter((one) => one !== null);
  if (labels.length === 0) return null;
  if (labels.length < all.length) throw new DescentError("labels-missing", "Some of the training, validation and test data have labels of their own and some have none.", { path: "data.labels" });
  return joinParts(labels);
}

function fromTables(config: DatasetConfig, all: readonly TableSource[], sources: RawSources, format: string): Dataset {
  const reconstructs = config.data.task === "autoencoder";
  if (reconstructs) checkNoTarget(config);
  const isChosen = all[0].arrays !== undefined && (reconstructs || all[0].labels !== null);
  const choice = chooseColumns(all[0].inputs, isChosen ? everyColumn : config.data, reconstructs || all[0].labels !== null);
  const joined = dropMissing(config, choice, { inputs: joinTables(all.map(({ inputs }) => inputs)), labels: joinLabels(all), counts: countRows(sources) });
  const { inputs, counts } = joined;
  const trainPart = counts.train === inputs.rows ? inputs : takeRows(inputs, Int32Array.from({ length: counts.train }, (_, row) => row));
  const categories = findCategories(trainPart, choice.inputs, config.data.categorical);
  const columns = numericColumns(inputs, choice.inputs, categories);
  const targets = reconstructs ? null : readTargets(config, { examples: inputs, labels: joined.labels, names: choice.targets, trainRows: counts.train });
  const splits = drawSplits(config, ownFiles(sources), counts, targets?.stratify ?? null);
  const means = fillMissing(config.data.missing, inputs, columns, splits.train);
  const statistics = columns.map(({ name, values }) => columnStatistics(name, values, splits.train));
  const scaling = fitScaling(config.data.scaling, columns, statistics);
  const data = scaleColumns(columns, scaling, inputs.rows);
  requireFloat32(data, columns, inputs.origin, "scaling");
  const scaled: ConstantTensor = { type: "float32", dims: [inputs.rows, columns.length], data };
  const names = columns.map(({ name }) => name);
  return {
    ...(targets?.fields(splits.train) ?? reconstruction(scaled, scaling, names, statistics)),
    inputKind: "row",
    inputs: scaled,
    inputDivisor: 1,
    columns: names,
    splits, scaling,
    rawStatistics: statistics,
    reading: {
      format, inputColumns: choice.inputs, targetColumns: choice.targets, ...(isChosen ? { arrays: all[0].arrays } : {}), categories,
      exampleShape: [columns.length], layout: "none", missing: config.data.missing, columnMeans: means,
    },
  };
}

function fromTensors(config: DatasetConfig, all: readonly TensorSource[], sources: RawSources, format: string): Dataset {
  if (typeof config.data.scaling !== "string") throw new DescentError("scaling-by-column", "scaling by column needs data with named columns; this is one tensor.", { path: "data.scaling" });
  const reconstructs = config.data.task === "autoencoder";
  if (reconstructs) checkNoTarget(config);
  if (all[0].labels === null && !reconstructs) throw new DescentError("labels-missing", `These inputs have no labels beside them: ${format === "images" ? "put the images into a folder a class, or name a file of labels in data.labels" : "name the file in data.labels"}.`, { path: "data.labels" });
  const inputs = joinTensors(all.map((source) => source.inputs));
  const joined: Joined<RawTensor> = { inputs, labels: joinLabels(all), counts: countRows(sources) };
  const { inputKind, layout, exampleShape } = exampleLayout(inputs.dims, config.data.layout);
  const exampleSize = exampleShape.reduce((product, dim) => product * dim, 1);
  checkFinite(inputs, exampleSize);
  const targets = reconstructs ? null : readTargets(config, { examples: inputs, labels: joined.labels, names: [], trainRows: joined.counts.train });
  const splits = drawSplits(config, ownFiles(sources), joined.counts, targets?.stratify ?? null);
  const statistics = tensorStatistics(inputKind === "image" ? "pixels" : "values", inputs.data, exampleSize, splits.train);
  const { offset, divisor } = fitColumn(config.data.scaling, statistics);
  const scaling: FittedScaling = { kind: config.data.scaling, offset: [offset], divisor: [divisor] };
  const scaled = scaleTensor(channelsFirst(inputs, layout), [inputs.dims[0], ...exampleShape], scaling);
  requireFloat32Examples(scaled.inputs, inputs, exampleSize, "scaling");
  return {
    ...(targets?.fields(splits.train) ?? reconstruction(scaled.inputs, scaling, [inputKind === "image" ? "pixels" : "values"], [statistics])),
    inputKind,
    ...scaled,
    columns: null,
    splits, scaling,
    rawStatistics: [statistics],
    reading: { format, inputColumns: null, targetColumns: null, ...(config.data.inputs === null ? {} : { arrays: config.data.inputs }), ...(config.data.resize === null ? {} : { resizes: true }), categories: {}, exampleShape, layout, missing: config.data.missing, columnMeans: null },
  };
}

/** Throws `autoencoder-target` where the file names what an autoencoder has no use for. */
export function checkNoTarget({ data }: DatasetConfig): void {
  const key = data.target !== null ? "target" : data.labels !== null ? "labels" : null;
  if (key !== null) throw new DescentError("autoencoder-target", `An autoencoder is trained to give its inputs again: it has no ${key}. To leave columns out, name the others in data.inputs.`, { path: `data.${key}` });
}

/** The targets of an autoencoder: its inputs, as they are stored. */
export function reconstruction(inputs: ConstantTensor, scaling: FittedScaling, names: readonly string[], statistics: Dataset["rawStatistics"]): Pick<Dataset, "task" | "targets" | "classes" | "targetColumns" | "targetScaling" | "rawTargetStatistics"> {
  return { task: "autoencoder", targets: inputs, classes: null, targetColumns: names, targetScaling: scaling, rawTargetStatistics: statistics };
}

/** With `missing: drop`, leaves out rows in which an input or a target is missing. */
function dropMissing(config: DatasetConfig, choice: ColumnChoice, joined: Joined<Table>): Joined<Table> {
  if (config.data.missing !== "drop") return joined;
  const used = [...pickColumns(joined.inputs, [...choice.inputs, ...choice.targets]), ...(joined.labels?.kind === "table" ? joined.labels.columns : [])];
  const kept = Int32Array.from({ length: joined.inputs.rows }, (_, row) => row).filter((row) => used.every((column) => !isMissing(column, row)));
  if (kept.length === 0) throw new DescentError("data-empty", "missing: drop leaves no row: every row misses a value.", { path: "data.missing" });
  const { train, validation } = joined.counts;
  const keptTrain = kept.filter((row) => row < train).length;
  const keptValidation = kept.filter((row) => row >= train && row < train + validation).length;
  return {
    inputs: takeRows(joined.inputs, kept),
    labels: joined.labels === null ? null : take(joined.labels, kept),
    counts: { train: keptTrain, validation: keptValidation, test: kept.length - keptTrain - keptValidation },
  };
}

function checkFinite({ data, dims, origin }: RawTensor, exampleSize: number): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  const row = Math.floor(at / exampleSize);
  const { text, location } = origin.describe(row);
  throw new DescentError(Number.isNaN(data[at]) ? "value-missing" : "value-not-finite", `${text} of ${dims[0]}, element ${at % exampleSize}: ${data[at]} is no finite number.`, location);
}

function ownFiles(sources: RawSources): { readonly validation: boolean; readonly test: boolean } {
  return { validation: sources.validation !== null, test: sources.test !== null };
}

/** The split of the training rows, then the rows of the other files. */
export function drawSplits(config: DatasetConfig, has: { readonly validation: boolean; readonly test: boolean }, counts: Joined<Table>["counts"], classes: Int32Array | null): Split {
  const { split } = config.data;
  if (split.stratify === true && classes === null) throw new DescentError("stratify-without-classes", "stratify: true needs classes to stratify by; this is a regression.", { path: "data.split.stratify" });
  const fractions = {
    seed: split.seed,
    validation: has.validation ? 0 : split.validation,
    test: has.validation || has.test ? 0 : split.test,
    ...(split.fold === undefined ? {} : { fold: split.fold }),
  };
  const drawn = splitRows(counts.train, fractions, split.stratify === false || classes === null ? null : classes.subarray(0, counts.train));
  const range = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i);
  return {
    train: drawn.train,
    validation: has.validation ? range(counts.train, counts.validation) : drawn.validation,
    test: has.test ? range(counts.train + counts.validation, counts.test) : drawn.test,
  };
}
