/** From the bytes of a source's files to a raw source: which format they have, and which of them are labels. */
import { DescentError } from "../../common/errors.js";
import type { DataConfig } from "../training/config.js";
import { looksLikeIdx, readIdx } from "./readIdx.js";
import { readCsv } from "./readCsv.js";
import { joinTables, joinTensors, tensorAsTable, type NamedBytes, type RawSource, type RawTensor, type Table } from "./table.js";

/** Formats of tables and tensors; text is read on its own. */
export type Format = Exclude<DataConfig["format"], "auto" | "text">;

/** Endings of names of text tables, before a `.gz`. */
const csvEndings = /\.(csv|tsv|tab|txt|data)(\.gz)?$/i;
const idxNames = /idx\d|\.idx(\.gz)?$|ubyte/i;

/** Format of a file: what the training file says, else what its first bytes and then its name tell. @throws DescentError `format-unknown` */
export function detectFormat({ file, name, bytes }: NamedBytes, told: DataConfig["format"]): Format {
  if (told !== "auto" && told !== "text") return told;
  if (looksLikeIdx(bytes) || idxNames.test(name)) return "idx";
  if (csvEndings.test(name)) return "csv";
  throw new DescentError("format-unknown", `${name}: the format cannot be told from its name or first bytes. Say data.format: csv or idx.`, { file });
}

/** A table or tensor from one file. */
function readOne(source: NamedBytes, format: Format, knownNames: readonly string[]): Table | RawTensor {
  return format === "idx" ? readIdx(source) : readCsv(source, knownNames);
}

/**
 * Reads the files of one source. Several files are joined in order. Among IDX files, one with a single axis beside others with more
 * holds the labels. @param labels the file of labels, where there is one
 */
export function readSource(files: readonly NamedBytes[], labels: NamedBytes | null, data: Pick<DataConfig, "format" | "inputs" | "target">): RawSource {
  const knownNames = [...(data.inputs ?? []), ...(data.target ?? [])];
  const read = files.map((file) => readOne(file, detectFormat(file, data.format), knownNames));
  const labelTable = labels === null ? null : asLabels(readOne(labels, detectFormat(labels, "auto"), knownNames));
  const tables = read.filter((part) => part.kind === "table");
  const tensors = read.filter((part) => part.kind === "tensor");
  if (tables.length > 0 && tensors.length > 0) throw new DescentError("formats-differ", `The files of one source have different formats: ${files.map(({ name }) => name).join(", ")}.`);
  if (tables.length > 0) return { inputs: joinTables(tables), labels: labelTable };
  const deep = tensors.filter(({ dims }) => dims.length > 1);
  const flat = tensors.filter(({ dims }) => dims.length === 1);
  if (labelTable !== null || deep.length === 0 || flat.length === 0) return { inputs: joinTensors(tensors), labels: labelTable };
  return { inputs: joinTensors(deep), labels: joinTables(flat.map((tensor) => tensorAsTable(tensor, "label"))) };
}

function asLabels(read: Table | RawTensor): Table {
  return read.kind === "table" ? read : tensorAsTable(read, "label");
}
