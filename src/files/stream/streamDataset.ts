/** A data set whose inputs stay on the disk: one look through the data for what must be known beforehand, rows by their position from then on. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { DescentError } from "../../common/errors.js";
import { checkLabelCounts, checkNoTarget, drawSplits, everyColumn, reconstruction } from "../../engine/data/buildDataset.js";
import { chooseNames } from "../../engine/data/columns.js";
import type { WantedColumns } from "../../engine/data/formats/cells.js";
import { elementBytes } from "../../engine/data/formats/elements.js";
import type { Format } from "../../engine/data/formats/detect.js";
import type { SourcePart } from "../../engine/data/formats/namedTensors.js";
import { exampleLayout } from "../../engine/data/layout.js";
import { fitColumn, fitScaling, largestRaw, valueTooLarge } from "../../engine/data/scaling.js";
import type { Split } from "../../engine/data/split.js";
import { ByteStatistics, RunningStatistics } from "../../engine/data/statistics.js";
import { fillMeans, rawTensor, storedColumns, type RowRecipe, type StoredColumn, type TensorRows } from "../../engine/data/stream/decodeRows.js";
import { tensorInFiles, type ExampleStream } from "../../engine/data/stream/exampleStream.js";
import { TableEncoder } from "../../engine/data/stream/tableEncoder.js";
import { countExamples, joinParts, takeExamples, takeRows, type RawColumn, type RawSource, type RawTensor, type Table } from "../../engine/data/table.js";
import { readTargets, type Targets } from "../../engine/data/targets.js";
import type { DatasetConfig } from "../../engine/data/task.js";
import type { ColumnStatistics, Dataset, FittedScaling, ReadingRecipe } from "../../engine/data/types.js";
import type { DataType } from "../../engine/graph/types.js";
import type { FoundFile } from "../resolveFiles.js";
import { arrayBlocks, listPieces, sliceOf, storeExamples, type RowBlock } from "./arrayBlocks.js";
import { RowReader, type RowStore } from "./rowReader.js";
import type { Scratch } from "./scratchFile.js";
import { isTableFormat, jsonlPieces, tableBlocks, type TableFormat } from "./tableBlocks.js";
import { locateTensors, type LocatedFile, type TensorPart } from "./tensorParts.js";

/** Everything that a thread must know to read examples; plain data. */
export interface StreamPlan {
  readonly store: RowStore;
  readonly recipe: RowRecipe;
  /** Files to remove when the data set is done with. */
  readonly scratch: readonly string[];
}

/** Files of one source, with labels of their own where they have such. */
export interface StreamSource {
  readonly part: SourcePart;
  readonly files: readonly FoundFile[];
  readonly labels: RawSource["labels"];
}

export interface StreamOptions {
  /** For rows of formats that cannot be read in any order. */
  readonly scratch: Scratch;
  readonly openStream: (plan: StreamPlan) => ExampleStream;
  readonly progress: (text: string, fraction: number | null) => void;
}

interface Counts { readonly train: number; readonly validation: number; readonly test: number }

/** Rows that are looked at between two turns of the event loop take about this much. */
const scanBytes = 4 * 2 ** 20;

/**
 * Builds a data set from sources of one format, training, validation and test data in this order. What it computes is what `buildDataset` computes from
 * the same data in memory, to the bit. @throws DescentError as `buildDataset` does, and `disk-full`, `stream-order`, `arrays-ambiguous`
 */
export async function streamDataset(config: DatasetConfig, sources: readonly StreamSource[], format: Exclude<Format, "images">, options: StreamOptions): Promise<Dataset> {
  if (config.data.task === "autoencoder") checkNoTarget(config);
  try {
    if (format === "jsonl" && await holdsLists(sources[0].files[0])) return await streamLists(config, sources, options);
    return isTableFormat(format) ? await streamTables(config, sources, format, tableReader(config, sources, format), options) : await streamTensors(config, sources, format, options);
  } catch (error) {
    options.scratch.remove();
    throw error;
  }
}

async function streamTensors(config: DatasetConfig, sources: readonly StreamSource[], format: "npy" | "npz" | "safetensors" | "idx", options: StreamOptions): Promise<Dataset> {
  const { data } = config;
  const files = new Map<StreamSource, LocatedFile[]>();
  for (const source of sources) {
    const located: LocatedFile[] = [];
    for (const file of source.files) located.push(await locateTensors(file, format, { data, part: source.part, hasLabels: source.labels !== null, scratch: options.scratch }));
    files.set(source, located);
  }
  const [first] = files.get(sources[0])!;
  if (first.inputs.length > 1) {
    const arrays = first.inputs.map(({ key }) => key);
    return streamTables(config, sources, format, { arrays, hasLabels: sources[0].labels !== null || first.labels !== null, blocks: (source, index) => arrayBlocks(files.get(source)![index]) }, options);
  }
  const parts: TensorPart[] = [];
  const labels: RawSource["labels"][] = [];
  const counts: Record<SourcePart, number> = { train: 0, validation: 0, test: 0 };
  for (const source of sources) {
    const { part, labels: own } = source;
    const located = files.get(source)!;
    let room = part === "train" ? data.limit ?? Infinity : Infinity;
    for (const { inputs: [inputs] } of located) {
      if (inputs === undefined) continue;
      const rows = Math.min(inputs.dims[0], room);
      room -= rows;
      if (rows > 0) parts.push({ ...inputs, dims: [rows, ...inputs.dims.slice(1)] });
      counts[part] += rows;
    }
    labels.push(labelsOf(config, own ?? joinLabels(located.map((one) => one.labels)), part, counts[part]));
  }
  return streamParts(config, { parts, labels, counts, format }, has(sources), options);
}

/** Whether a file of JSON lines has a field of lists at its beginning. */
async function holdsLists(file: FoundFile): Promise<boolean> {
  for await (const piece of jsonlPieces(file)) return piece.kind === "tensors";
  return false;
}

/** Lists in JSON lines: one field of them as examples of their shape, several as columns side by side. */
async function streamLists(config: DatasetConfig, sources: readonly StreamSource[], options: StreamOptions): Promise<Dataset> {
  const { data } = config;
  const choiceOf = ({ labels }: StreamSource) => (labels === null ? data : { ...data, target: [] });
  const pieces = (source: StreamSource, index: number): AsyncGenerator<RawSource> => listPieces(source.files[index], choiceOf(source), source.part);
  const beginning = (await pieces(sources[0], 0).next()).value as RawSource;
  if (beginning.inputs.kind === "table") {
    async function* blocks(source: StreamSource, index: number): AsyncGenerator<RowBlock> {
      for await (const { inputs, labels } of pieces(source, index)) yield { table: inputs as Table, labels };
    }
    return streamTables(config, sources, "jsonl", { arrays: beginning.arrays!, hasLabels: sources[0].labels !== null || beginning.labels !== null, blocks }, options);
  }
  const parts: TensorPart[] = [];
  const labels: RawSource["labels"][] = [];
  const counts: Record<SourcePart, number> = { train: 0, validation: 0, test: 0 };
  for (const source of sources) {
    const { part, files, labels: own } = source;
    const found: RawSource["labels"][] = [];
    for (const [index, { name }] of files.entries()) {
      const room = (part === "train" ? data.limit ?? Infinity : Infinity) - counts[part];
      if (room <= 0) break;
      options.progress("reading the data", files.length > 1 ? index / files.length : null);
      const stored = await storeExamples(pieces(source, index), name, room, options.scratch);
      parts.push(stored.part);
      found.push(...stored.labels);
      counts[part] += stored.part.dims[0];
    }
    labels.push(labelsOf(config, own ?? joinLabels(found), part, counts[part]));
  }
  return streamParts(config, { parts, labels, counts, format: "jsonl" }, has(sources), options);
}

/** Labels that came in pieces; null where there are none. Integers beside other numbers are numbers. */
function joinLabels(pieces: readonly RawSource["labels"][]): RawSource["labels"] {
  const labels = pieces.filter((one) => one !== null);
  if (labels.length === 0) return null;
  const kinds = new Set(labels.map((one) => (one.kind === "tensor" ? one.data.constructor : null)));
  return joinParts(kinds.size === 1 ? labels : labels.map(asNumbers));
}

function asNumbers(labels: Table | RawTensor): Table | RawTensor {
  return labels.kind === "tensor" ? { ...labels, data: Float64Array.from(labels.data) } : labels;
}

/** The labels of a source's first examples. An autoencoder has none. @throws DescentError `labels-missing`, `labels-count` */
function labelsOf({ data }: DatasetConfig, all: RawSource["labels"], part: SourcePart, count: number): RawSource["labels"] {
  if (data.task === "autoencoder") return null;
  if (all === null) throw new DescentError("labels-missing", "These inputs have no labels beside them: name the file in data.labels.", { path: "data.labels" });
  const limited = firstOf(all, part === "train" ? data.limit : null);
  checkLabelCounts(count, limited);
  return limited;
}

/** Raw examples where they lie: those of the training, the validation and the test source, with labels for each source. */
export interface LocatedExamples {
  readonly parts: readonly TensorPart[];
  readonly labels: readonly RawSource["labels"][];
  readonly counts: Counts;
  readonly format: Format;
}

/** The data set of examples that were found. @throws DescentError `shapes-differ`, `labels-missing`, `value-not-finite`, ... */
export async function streamParts(config: DatasetConfig, { parts, labels, counts, format }: LocatedExamples, own: { readonly validation: boolean; readonly test: boolean }, options: StreamOptions): Promise<Dataset> {
  const { data } = config;
  if (typeof data.scaling !== "string") throw new DescentError("scaling-by-column", "scaling by column needs data with named columns; this is one tensor.", { path: "data.scaling" });
  const [first] = parts;
  const odd = parts.find(({ dims, element, littleEndian }) => dims.slice(1).join() !== first.dims.slice(1).join() || element !== first.element || littleEndian !== first.littleEndian);
  if (odd !== undefined) throw new DescentError("shapes-differ", `${odd.name} holds ${odd.element} [${odd.dims.slice(1).join(", ")}], but the first file's are ${first.element} [${first.dims.slice(1).join(", ")}].`, { file: odd.file });
  const shape = first.dims.slice(1);
  const store: RowStore = { parts: parts.map(({ file, name, offset, dims }) => ({ file, name, offset, rows: dims[0] })), rowBytes: shape.reduce((product, dim) => product * dim, elementBytes[first.element]) };
  const rows = counts.train + counts.validation + counts.test;
  const { inputKind, layout, exampleShape } = exampleLayout([rows, ...shape], data.layout);
  const targets = data.task === "autoencoder" ? null : targetsOf(config, labels, counts, [rows, ...shape]);
  const splits = drawSplits(config, own, counts, targets?.stratify ?? null);
  const raw = { element: first.element, littleEndian: first.littleEndian, shape };
  const statistics = await scanTensor(inputKind === "image" ? "pixels" : "values", store, raw, splits, largestRaw(data.scaling), options);
  const { offset, divisor } = fitColumn(data.scaling, statistics);
  const scaling: FittedScaling = { kind: data.scaling, offset: [offset], divisor: [divisor] };
  const isBytes = (first.element === "uint8" || first.element === "bool") && (data.scaling === "none" || data.scaling === "unit");
  const recipe: RowRecipe = { kind: "tensor", ...raw, layout, exampleShape, scaling };
  const examples = streamed({ store, recipe, scratch: options.scratch.files }, isBytes ? "uint8" : "float32", [rows, ...exampleShape], options);
  return {
    ...(targets?.fields(splits.train) ?? reconstruction(examples.inputs, scaling, [inputKind === "image" ? "pixels" : "values"], [statistics])),
    inputKind,
    ...examples,
    inputDivisor: isBytes ? divisor : 1,
    columns: null,
    splits, scaling,
    rawStatistics: [statistics],
    reading: { format, inputColumns: null, targetColumns: null, ...(data.inputs === null ? {} : { arrays: data.inputs }), ...(data.resize === null ? {} : { resizes: true }), categories: {}, exampleShape, layout, missing: data.missing, columnMeans: null },
  };
}

function targetsOf(config: DatasetConfig, labels: readonly RawSource["labels"][], counts: Counts, dims: readonly number[]): Targets {
  const joined = joinParts(labels.filter((one) => one !== null));
  const examples = { kind: "tensor" as const, dims, data: new Uint8Array(0), origin: joined.origin };
  return readTargets(config, { examples, labels: joined, names: [], trainRows: counts.train });
}

function firstOf(labels: Exclude<RawSource["labels"], null>, most: number | null): Exclude<RawSource["labels"], null> {
  if (most === null || most >= countExamples(labels)) return labels;
  if (labels.kind === "table") return takeRows(labels, Int32Array.from({ length: most }, (_, row) => row));
  const size = labels.data.length / labels.dims[0];
  return { ...labels, dims: [most, ...labels.dims.slice(1)], data: labels.data.subarray(0, most * size) };
}

function has(sources: readonly StreamSource[]): { readonly validation: boolean; readonly test: boolean } {
  return { validation: sources.some(({ part }) => part === "validation"), test: sources.some(({ part }) => part === "test") };
}

function streamed(plan: StreamPlan, type: DataType, dims: readonly number[], options: StreamOptions): Pick<Dataset, "inputs" | "stream"> {
  return { inputs: tensorInFiles(type, dims), stream: options.openStream(plan) };
}

/** Statistics of the training split, and a look at every value: none may be missing or infinite. */
async function scanTensor(name: string, store: RowStore, raw: Pick<TensorRows, "element" | "littleEndian" | "shape">, { train }: Split, largest: number, options: StreamOptions): Promise<ColumnStatistics> {
  const size = raw.shape.reduce((product, dim) => product * dim, 1);
  const [bytes, numbers] = [new ByteStatistics(), new RunningStatistics()];
  let next = 0;
  let isBytes = false;
  await scan(store, options, (block, first, rows) => {
    const { data } = rawTensor(raw, block, rows);
    if (data instanceof Float32Array || data instanceof Float64Array) {
      const at = data.findIndex((value) => !(Math.abs(value) <= largest && Number.isFinite(value)));
      if (at !== -1) {
        const { where, file } = placeOf(store, first + Math.floor(at / size));
        const element = `${where}, element ${at % size}`;
        if (Number.isFinite(data[at])) throw valueTooLarge(data[at], element, { file }, "scaling");
        throw new DescentError(Number.isNaN(data[at]) ? "value-missing" : "value-not-finite", `${element}: ${data[at]} is no finite number.`, { file });
      }
    }
    isBytes = data instanceof Uint8Array;
    for (; next < train.length && train[next] < first + rows; next++) {
      const start = (train[next] - first) * size;
      if (data instanceof Uint8Array) bytes.add(data, start, start + size);
      else for (let i = start; i < start + size; i++) numbers.add(data[i]);
    }
  });
  return isBytes ? bytes.done(name) : numbers.done(name);
}

/** The file that holds an example, and which one it is there. */
function placeOf({ parts }: RowStore, example: number): { readonly where: string; readonly file: string } {
  let rest = example;
  for (const { file, name, rows } of parts) {
    if (rest < rows) return { where: `${name}, example ${rest}`, file };
    rest -= rows;
  }
  throw new RangeError(`example ${example} of ${example - rest}`);
}

/** Calls `use` with all rows, in order, a few megabytes at a time. */
async function scan(store: RowStore, { progress }: StreamOptions, use: (block: Uint8Array, first: number, rows: number) => void): Promise<void> {
  const reader = new RowReader(store);
  const most = Math.max(1, Math.floor(scanBytes / store.rowBytes));
  const block = new Uint8Array(most * store.rowBytes);
  try {
    for (let first = 0; first < reader.rows; first += most) {
      const rows = Math.min(most, reader.rows - first);
      const part = block.subarray(0, rows * store.rowBytes);
      reader.range(first, rows, part);
      use(part, first, rows);
      progress("looking through the data", first / reader.rows);
      await nextTurn();
    }
  } finally {
    reader.close();
  }
}

/** Where the rows of tables come from. */
interface RowsReader {
  /** Whether labels stand apart from the rows. */
  readonly hasLabels: boolean;
  /** Of files with arrays by name the chosen ones; null: columns are chosen by the training file. */
  readonly arrays: readonly string[] | null;
  /** The rows of a source's file, `most` of them at most where the format can stop early. */
  blocks(source: StreamSource, index: number, most: number): AsyncGenerator<RowBlock>;
}

function tableReader({ data }: DatasetConfig, sources: readonly StreamSource[], format: TableFormat): RowsReader {
  const hasLabels = sources[0].labels !== null || data.task === "autoencoder";
  const knownNames = [...(data.inputs ?? []), ...(data.target ?? [])];
  const wanted: WantedColumns = (names) => {
    const { inputs, targets } = chooseNames(names, data, hasLabels);
    return names.filter((name) => inputs.includes(name) || targets.includes(name));
  };
  return {
    hasLabels, arrays: null,
    async *blocks({ files }, index, most) {
      for await (const table of tableBlocks(files[index], format, { wanted, knownNames, most })) yield { table, labels: null };
    },
  };
}

async function streamTables(config: DatasetConfig, sources: readonly StreamSource[], format: Format, rowsReader: RowsReader, options: StreamOptions): Promise<Dataset> {
  const { data } = config;
  const stored = await storeTables(config, sources, rowsReader, options);
  const { encoder, choice, counts, targetTable, labelTable, file } = stored;
  const { columns: stores, categories } = encoder.finish();
  const rows = counts.train + counts.validation + counts.test;
  if (counts.train === 0) throw new DescentError("data-empty", "missing: drop leaves no row: every row misses a value.", { path: "data.missing" });
  const store: RowStore = { parts: [{ file, name: "the stored rows", offset: 0, rows }], rowBytes: 8 * stores.length };
  const targets = data.task === "autoencoder" ? null : readTargets(config, { examples: targetTable, labels: labelTable, names: choice.targets, trainRows: counts.train });
  const splits = drawSplits(config, has(sources), counts, targets?.stratify ?? null);
  const names = storedColumns(stores, new Uint8Array(0), 0);
  const means = data.missing === "mean" ? (await scanTable(store, stores, null, splits, options)).map(({ mean }) => mean) : null;
  const statistics = await scanTable(store, stores, means, splits, options);
  const scaling = fitScaling(data.scaling, names, statistics);
  const { arrays } = rowsReader;
  const reading: ReadingRecipe = { format, inputColumns: choice.inputs, targetColumns: choice.targets, ...(arrays === null ? {} : { arrays }), categories, exampleShape: [names.length], layout: "none", missing: data.missing, columnMeans: means };
  const examples = streamed({ store, recipe: { kind: "table", columns: stores, means, scaling }, scratch: options.scratch.files }, "float32", [rows, names.length], options);
  return {
    ...(targets?.fields(splits.train) ?? reconstruction(examples.inputs, scaling, names.map(({ name }) => name), statistics)),
    inputKind: "row",
    ...examples,
    inputDivisor: 1,
    columns: names.map(({ name }) => name),
    splits, scaling,
    rawStatistics: statistics,
    reading,
  };
}

/** Statistics of the training split by column, in the order of the model's columns. */
async function scanTable(store: RowStore, columns: readonly StoredColumn[], means: readonly number[] | null, { train }: Split, options: StreamOptions): Promise<ColumnStatistics[]> {
  const names = storedColumns(columns, new Uint8Array(0), 0).map(({ name }) => name);
  const statistics = names.map(() => new RunningStatistics());
  let next = 0;
  await scan(store, options, (block, first, rows) => {
    const numeric = storedColumns(columns, block, rows);
    fillMeans(numeric, means);
    const from = next;
    while (next < train.length && train[next] < first + rows) next++;
    numeric.forEach(({ values }, at) => {
      for (let i = from; i < next; i++) statistics[at].add(values[train[i] - first]);
    });
  });
  return statistics.map((column, at) => column.done(names[at]));
}

/** What storing the rows of tables left. */
interface StoredTables {
  readonly encoder: TableEncoder;
  readonly choice: { readonly inputs: readonly string[]; readonly targets: readonly string[] };
  readonly counts: Counts;
  /** The columns of the examples that are targets. */
  readonly targetTable: Table;
  readonly labelTable: RawSource["labels"];
  readonly file: string;
}

/** Reads every source once: inputs go to a file of rows, targets stay in memory. */
async function storeTables(config: DatasetConfig, sources: readonly StreamSource[], { hasLabels, arrays, blocks }: RowsReader, options: StreamOptions): Promise<StoredTables> {
  const { data } = config;
  const counts: Record<SourcePart, number> = { train: 0, validation: 0, test: 0 };
  const scratch = await options.scratch.create(0);
  let choice: StoredTables["choice"] | null = null;
  let encoder: TableEncoder | null = null;
  let targets: TargetColumn[] = [];
  const labels: (Table | RawTensor)[] = [];
  try {
    for (const source of sources) {
      const { part, files, labels: own } = source;
      const most = part === "train" ? data.limit ?? Infinity : Infinity;
      let read = 0;
      for (const index of files.keys()) {
        for await (const { table, labels: beside } of blocks(source, index, most - read)) {
          const block = sliceOf(table, 0, most - read);
          if (choice === null) {
            choice = chooseNames(block.columns.map(({ name }) => name), arrays === null ? data : everyColumn, hasLabels);
            encoder = new TableEncoder(choice, data);
            targets = choice.targets.map((name) => new TargetColumn(name));
          }
          const ofBlock = own === null ? beside : sliceOf(own, read, block.rows);
          const { values, kept } = encoder!.encode(block, ofBlock?.kind === "table" ? ofBlock.columns : []);
          await scratch.write(new Uint8Array(values.buffer));
          for (const column of targets) column.add(block, kept);
          if (ofBlock !== null) labels.push(kept.length === block.rows ? sliceOf(ofBlock, 0, block.rows) : ofBlock.kind === "table" ? takeRows(ofBlock, kept) : takeExamples(ofBlock, kept));
          counts[part] += kept.length;
          read += block.rows;
          options.progress("reading the data", files.length > 1 ? index / files.length : null);
          await nextTurn();
          if (read >= most) break;
        }
        if (read >= most) break;
      }
      if (own !== null) checkLabelCounts(read, firstOf(own, part === "train" ? data.limit : null));
      if (read === 0) throw new DescentError("file-empty", `${files[0].name} holds no rows.`, { file: files[0].file });
      if (part === "train") encoder!.endTraining();
    }
  } finally {
    await scratch.close();
  }
  const rows = counts.train + counts.validation + counts.test;
  const origin = { describe: (row: number) => ({ text: `Row ${row + 1} of the data`, location: { file: sources[0].files[0].file } }) };
  return {
    encoder: encoder!, choice: choice!, counts, file: scratch.file,
    targetTable: { kind: "table", rows, origin, columns: targets.map((column) => column.done()) },
    labelTable: joinLabels(labels),
  };
}

/** A column of targets as it comes in, in pieces that are put together once. */
class TargetColumn {
  private readonly pieces: Float64Array[] = [];
  private texts: (string | undefined)[] | null = null;
  private length = 0;

  constructor(private readonly name: string) {}

  add(block: Table, kept: Int32Array): void {
    const column = block.columns.find(({ name }) => name === this.name);
    if (column === undefined) throw new DescentError("column-unknown", `${block.origin.describe(0).text}: there is no column "${this.name}", which the beginning of the data has.`, block.origin.describe(0).location);
    this.pieces.push(Float64Array.from(kept, (row) => column.numbers[row]));
    if (column.texts !== null) {
      const texts = (this.texts ??= []);
      kept.forEach((row, i) => {
        const text = column.texts?.[row];
        if (text !== undefined) texts[this.length + i] = text;
      });
    }
    this.length += kept.length;
  }

  done(): RawColumn {
    const numbers = new Float64Array(this.length);
    let start = 0;
    for (const piece of this.pieces.splice(0)) {
      numbers.set(piece, start);
      start += piece.length;
    }
    return { name: this.name, numbers, texts: this.texts };
  }
}
