/** Files that hold several arrays by name (npz, safetensors): which of them are inputs and which the target. */
import { DescentError } from "../../../common/errors.js";
import { nearestName } from "../../../common/nearestName.js";
import { matchesPattern } from "../patterns.js";
import { targetNames } from "../readCsv.js";
import { joinColumns, tensorAsTable, type RawSource, type RawTensor, type Table } from "../table.js";

/** Arrays by name, each read when it is asked for. */
export interface NamedTensors {
  readonly kind: "tensors";
  readonly file: string;
  /** What messages call the file. */
  readonly name: string;
  readonly names: readonly string[];
  /** @throws DescentError where the array's own bytes are broken */
  read(name: string): RawTensor | Table;
}

/** Which of a training file's sources is read: `x_train` of an npz belongs to the training data, `x_test` to the test data. */
export type SourcePart = "train" | "validation" | "test";

/** Usual names of targets; of inputs. Both may end in a part, `y_train`. */
const usualTargets = [...targetNames, "labels", "targets", "classes"];
const partEndings: Readonly<Record<SourcePart, readonly string[]>> = { train: ["train", "training"], validation: ["validation", "valid", "val", "dev"], test: ["test", "testing"] };

/** Names of a file's arrays that are inputs and targets. No target: the file holds inputs alone. */
export interface TensorChoice {
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
}

/**
 * Chooses by `data.inputs` and `data.target` (names, or patterns with `*`). Without them the target is the array called label, target, class
 * or y (or labels, ...), and the inputs are the others; where names end in `_train`, `_val`, `_test` those of `part` are meant.
 * @throws DescentError `column-unknown`, `columns-empty`, `arrays-ambiguous`
 */
export function chooseTensors(tensors: Pick<NamedTensors, "names" | "name" | "file">, data: { readonly inputs: readonly string[] | null; readonly target: readonly string[] | null }, part: SourcePart): TensorChoice {
  const names = ofPart(tensors.names, part);
  const targets = data.target === null ? names.filter((name) => usualTargets.includes(stem(name))).slice(0, 1) : match(tensors, names, data.target, "data.target");
  const inputs = data.inputs === null ? names.filter((name) => !targets.includes(name)) : match(tensors, names, data.inputs, "data.inputs");
  if (inputs.length === 0) throw new DescentError("columns-empty", `${tensors.name} has no array left as an input: it holds ${tensors.names.join(", ")}.`, { file: tensors.file });
  return { inputs, targets };
}

function match({ name: file, names: all }: Pick<NamedTensors, "name" | "names">, names: readonly string[], patterns: readonly string[], path: string): string[] {
  const chosen = new Set<string>();
  for (const pattern of patterns) {
    const exact = [...names, ...all].find((name) => name === pattern);
    const found = exact !== undefined ? [exact] : names.filter((name) => matchesPattern(name, pattern) || stem(name) === pattern);
    const nearest = nearestName(pattern, all);
    if (found.length === 0) throw new DescentError("column-unknown", `${file} has no array called "${pattern}"${nearest === null ? `: it holds ${all.join(", ")}` : `; the nearest is "${nearest}"`}.`, { path });
    for (const name of found) chosen.add(name);
  }
  return [...chosen];
}

/** The names that belong to a part: where some end in a part's name and some of them in this one's, those; else all. */
function ofPart(names: readonly string[], part: SourcePart): readonly string[] {
  const endsIn = (name: string, endings: readonly string[]): boolean => endings.some((ending) => name.toLowerCase().endsWith(`_${ending}`));
  const own = names.filter((name) => endsIn(name, partEndings[part]));
  return own.length > 0 ? own : names.filter((name) => !Object.values(partEndings).some((endings) => endsIn(name, endings)) || names.every((other) => endsIn(other, Object.values(partEndings).flat())));
}

/** A name without its part: `y_train` is `y`. */
function stem(name: string): string {
  const lower = name.toLowerCase();
  for (const ending of Object.values(partEndings).flat()) if (lower.endsWith(`_${ending}`)) return lower.slice(0, -ending.length - 1);
  return lower;
}

/**
 * The source that a file of arrays is. One array of inputs stays a tensor; several are columns side by side, as a table.
 * @throws DescentError what `chooseTensors` throws, `labels-count`, `text-in-tensor`
 */
export function sourceFromTensors(tensors: NamedTensors, data: Parameters<typeof chooseTensors>[1], part: SourcePart): RawSource {
  const { inputs, targets } = chooseTensors(tensors, data, part);
  return { inputs: asOne(tensors, inputs, "inputs"), labels: targets.length === 0 ? null : asLabels(asOne(tensors, targets, "target")), arrays: inputs };
}

function asOne(tensors: NamedTensors, names: readonly string[], key: "inputs" | "target"): RawTensor | Table {
  const read = names.map((name) => tensors.read(name));
  if (read.length === 1) return read[0].kind === "table" && key === "inputs" ? rename(read[0], names[0]) : read[0];
  const deep = read.findIndex((one) => one.kind === "tensor" && one.dims.length > 2);
  if (deep !== -1) {
    const { dims } = read[deep] as RawTensor;
    throw new DescentError("arrays-ambiguous", `${tensors.name} holds ${names.join(", ")}, and "${names[deep]}" of shape [${dims.join(", ")}] cannot stand beside others as a column: say which array is meant in data.${key}.`, { path: `data.${key}`, file: tensors.file });
  }
  const tables = read.map((one, i) => (one.kind === "table" ? rename(one, names[i]) : tensorAsTable(one, names[i])));
  const odd = tables.findIndex(({ rows }) => rows !== tables[0].rows);
  if (odd !== -1) throw new DescentError("arrays-ambiguous", `${tensors.name}: "${names[odd]}" holds ${tables[odd].rows} examples and "${names[0]}" ${tables[0].rows}: say which arrays are meant in data.inputs and data.target.`, { path: `data.${key}`, file: tensors.file });
  return joinColumns(tables);
}

function rename(table: Table, name: string): Table {
  return { ...table, columns: table.columns.map((column) => ({ ...column, name })) };
}

/** Labels: a class or number an example is a table; more axes, or integers side by side, stay a tensor. */
function asLabels(read: RawTensor | Table): RawTensor | Table {
  if (read.kind === "table" || read.dims.slice(1).some((dim) => dim !== 1)) return read;
  return tensorAsTable(read, "label");
}
