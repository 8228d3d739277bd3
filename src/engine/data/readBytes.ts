/** From the bytes of a source's files to a raw source: which format they have, and which of them are labels. */
import { DescentError } from "../../common/errors.js";
import type { DataConfig } from "../training/config.js";
import { chooseNames } from "./columns.js";
import { sourceOfBytes } from "./formats/byteSource.js";
import type { WantedColumns } from "./formats/cells.js";
import { detectFormat, type Format } from "./formats/detect.js";
import { chooseTensors, sourceFromTensors, type NamedTensors, type SourcePart } from "./formats/namedTensors.js";
import { readIdx } from "./readIdx.js";
import { readCsv } from "./readCsv.js";
import { joinParts, joinTables, joinTensors, tensorAsTable, type NamedBytes, type RawSource, type RawTensor, type Table } from "./table.js";

/** What of the data section decides how files are read. */
export type ReadingConfig = Pick<DataConfig, "format" | "inputs" | "target"> & { readonly limit?: number | null };

/** A table, a tensor, or a source whose inputs and labels are in one file. */
type Read = Table | RawTensor | NamedTensors;

interface ReadOptions {
  readonly data: ReadingConfig;
  readonly part: SourcePart;
  /** Of a file with a schema, the columns to read. */
  readonly wanted: WantedColumns;
  /** Examples at most, where a format can stop early. */
  readonly most: number;
}

async function readOne(source: NamedBytes, format: Format, { data, part, wanted, most }: ReadOptions): Promise<Read> {
  switch (format) {
    case "csv": return readCsv(source, [...(data.inputs ?? []), ...(data.target ?? [])]);
    case "idx": return readIdx(source);
    case "npy": return (await import("./formats/readNpy.js")).readNpy(source);
    case "npz": {
      const { readNpz } = await import("./formats/readNpz.js");
      return readNpz(source, (names) => {
        const { inputs, targets } = chooseTensors({ ...source, names }, data, part);
        return [...inputs, ...targets];
      });
    }
    case "safetensors": return (await import("./formats/readSafetensors.js")).readSafetensors(source);
    case "jsonl": return (await import("./formats/readJsonl.js")).readJsonl(source, most);
    case "parquet": return collect((await (await import("./formats/readParquet.js")).openParquet(sourceOfBytes(source), wanted, most)).blocks());
    case "arrow": return collect((await import("./formats/readArrow.js")).readArrowBlocks(sourceOfBytes(source), wanted, most));
    case "images": throw new DescentError("format-unknown", `${source.name} cannot be read as images here.`, { file: source.file });
  }
}

async function collect(blocks: AsyncGenerator<Table>): Promise<Table> {
  const read: Table[] = [];
  for await (const block of blocks) read.push(block);
  return joinTables(read);
}

/**
 * Reads the files of one source. Several files are joined in order. Among files of tensors, those with a single axis beside others with more
 * hold the labels. @param labels the file of labels, where there is one
 */
export async function readSource(files: readonly NamedBytes[], labels: NamedBytes | null, data: ReadingConfig, part: SourcePart = "train"): Promise<RawSource> {
  const most = data.limit ?? Infinity;
  const wanted: WantedColumns = (names) => {
    const { inputs, targets } = chooseNames(names, data, labels !== null);
    return names.filter((name) => inputs.includes(name) || targets.includes(name));
  };
  const read: Read[] = [];
  for (const file of files) read.push(await readOne(file, detectFormat(file, data.format), { data, part, wanted, most }));
  return assembleSource(read, files, labels === null ? null : await readLabels(labels, data, part, most), data, part);
}

/** The source that read files make, with labels of their own or null. @throws DescentError `formats-differ`, `shapes-differ`, `labels-missing`, `column-unknown` */
export function assembleSource(read: readonly Read[], files: readonly Pick<NamedBytes, "name">[], labels: RawSource["labels"], data: ReadingConfig, part: SourcePart): RawSource {
  const tables = read.filter((one) => one.kind === "table");
  const tensors = read.filter((one) => one.kind === "tensor");
  const named = read.filter((one) => one.kind === "tensors");
  if (tables.length < read.length && tensors.length < read.length && named.length < read.length) throw new DescentError("formats-differ", `The files of one source have different formats: ${files.map(({ name }) => name).join(", ")}.`);
  if (named.length > 0) return joinSources(named.map((one) => sourceFromTensors(one, labels === null ? data : { ...data, target: [] }, part)), labels);
  if (tables.length > 0) return { inputs: joinTables(tables), labels };
  const deep = tensors.filter(({ dims }) => dims.length > 1);
  const flat = tensors.filter(({ dims }) => dims.length === 1);
  if (labels !== null || deep.length === 0 || flat.length === 0) return { inputs: joinTensors(tensors), labels };
  return { inputs: joinTensors(deep), labels: joinTables(flat.map((tensor) => tensorAsTable(tensor, "label"))) };
}

function joinSources(sources: readonly RawSource[], labels: RawSource["labels"]): RawSource {
  const inputs = joinParts(sources.map((source) => source.inputs));
  const own = sources.map((source) => source.labels);
  const { arrays } = sources[0];
  if (labels !== null || own.every((one) => one === null)) return { inputs, labels, arrays };
  const missing = own.indexOf(null);
  if (missing !== -1) throw new DescentError("labels-missing", "Some of the files of one source hold labels and some hold none.", { path: "data.labels" });
  return { inputs, labels: joinParts(own.filter((one) => one !== null)), arrays };
}

/** A file of labels in any format: `data.target` names its column or array where it has several. */
export async function readLabels(file: NamedBytes, data: ReadingConfig, part: SourcePart, most: number): Promise<Table | RawTensor> {
  const format = detectFormat(file, "auto");
  const wanted: WantedColumns = (names) => {
    const told = names.filter((name) => data.target?.includes(name));
    return told.length > 0 ? told : names;
  };
  const isArchive = format === "npz" || format === "safetensors" || format === "jsonl";
  const read = await readOne(file, format, { data: isArchive ? { ...data, inputs: data.target, target: [] } : data, part, wanted, most });
  if (read.kind === "table") return read;
  if (read.kind === "tensor") return labelsOf(read);
  const choice = data.target ?? usualLabels(read.names);
  const { inputs } = sourceFromTensors(read, { inputs: choice, target: [] }, part);
  return inputs.kind === "table" ? inputs : labelsOf(inputs);
}

/** Of several arrays in a file of labels the one that is called so. */
function usualLabels(names: readonly string[]): readonly string[] | null {
  const choice = chooseTensors({ names, name: "", file: "" }, { inputs: ["*"], target: null }, "train");
  return choice.targets.length > 0 ? choice.targets : null;
}

/** Labels of one value an example as a table; with more axes they stay a tensor. */
function labelsOf(tensor: RawTensor): Table | RawTensor {
  return tensor.dims.slice(1).some((dim) => dim !== 1) ? tensor : tensorAsTable(tensor, "label");
}

