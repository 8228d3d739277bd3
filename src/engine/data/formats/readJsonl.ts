/** JSON Lines: an object a line, https://jsonlines.org. */
import { DescentError } from "../../../common/errors.js";
import type { NamedBytes, Origin, Place, RawTensor, Table } from "../table.js";
import { columnOf } from "./cells.js";
import type { NamedTensors } from "./namedTensors.js";

/** A file begins with `{` after white space and a byte order mark, and its first line is an object by itself. */
export function looksLikeJsonl(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 65_536)).trimStart();
  if (!text.startsWith("{")) return false;
  const end = text.indexOf("\n");
  try {
    const first: unknown = JSON.parse(end === -1 ? text : text.slice(0, end));
    return typeof first === "object" && first !== null;
  } catch {
    return end === -1; // cut within a long first line
  }
}

/** A field's cells by example; one whose cells are lists of numbers has their shape. */
interface Field {
  readonly cells: unknown[];
  /** null until a list is met. */
  shape: readonly number[] | null;
}

/**
 * Reads a file: fields of numbers, texts, yes and no are columns of a table; where a field holds lists of numbers, all of one shape, every field is an
 * array of its own. A field that a line lacks is missing there. Lines count from `firstLine`.
 * @throws DescentError `jsonl-line`, `column-nested`, `shapes-differ`, `value-missing`, `value-not-finite`, `file-empty`
 */
export function readJsonl({ file, name, bytes }: NamedBytes, most = Infinity, firstLine = 1): Table | NamedTensors {
  const { fields, lines } = parseLines(bytes, { file, name, most, firstLine });
  if (lines.length === 0) throw new DescentError("file-empty", `${name} holds no example.`, { file });
  const starts = Int32Array.from(lines);
  const origin: Origin = { describe: (row) => placeOf(file, name, starts[row]) };
  const keys = [...fields.keys()];
  const asTable = (chosen: readonly string[]): Table => ({ kind: "table", rows: lines.length, origin, columns: chosen.map((key) => columnOf(key, padded(fields.get(key)!.cells, lines.length), origin)) });
  if (keys.every((key) => fields.get(key)!.shape === null)) return asTable(keys);
  return {
    kind: "tensors", file, name, names: keys,
    read: (key) => {
      const { shape, cells } = fields.get(key)!;
      return shape === null ? asTable([key]) : tensorOf(key, shape, padded(cells, lines.length), origin);
    },
  };
}

/** Cells by field, and the line of each example. */
function parseLines(bytes: Uint8Array, { file, name, most, firstLine }: { readonly file: string; readonly name: string; readonly most: number; readonly firstLine: number }): { readonly fields: Map<string, Field>; readonly lines: number[] } {
  const fields = new Map<string, Field>();
  const lines: number[] = [];
  const decoder = new TextDecoder("utf-8");
  for (let start = 0, line = firstLine; start < bytes.length && lines.length < most; line++) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    const text = decoder.decode(bytes.subarray(start, end)).trim();
    start = end + 1;
    if (text !== "") addExample(fields, parseLine(text, placeOf(file, name, line)), lines.push(line) - 1, placeOf(file, name, line));
  }
  return { fields, lines };
}

function parseLine(text: string, { text: where, location }: Place): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (text.startsWith("[")) throw new DescentError("jsonl-line", `${where}: the file is one list over several lines; JSON Lines has an object a line: {"x": 1, "label": 0}.`, location, { cause: error });
    throw new DescentError("jsonl-line", `${where}: no JSON: ${error instanceof Error ? error.message : String(error)}.`, location, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new DescentError("jsonl-line", `${where}: an object such as {"x": 1, "label": 0} is needed, this is ${Array.isArray(value) ? "a list" : String(value)}.`, location);
  return value as Record<string, unknown>;
}

function addExample(fields: Map<string, Field>, example: Record<string, unknown>, row: number, place: Place): void {
  for (const [key, value] of Object.entries(example)) {
    let field = fields.get(key);
    if (field === undefined) fields.set(key, (field = { cells: [], shape: null }));
    if (Array.isArray(value)) field.shape ??= shapeOf(value);
    else if (typeof value === "object" && value !== null) throw new DescentError("column-nested", `${place.text}, field "${key}": an object cannot be learned from: fields hold numbers, texts or lists of numbers.`, place.location);
    field.cells[row] = value;
  }
}

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

function padded(cells: readonly unknown[], rows: number): readonly unknown[] {
  return cells.length === rows ? cells : Array.from({ length: rows }, (_, row) => cells[row]);
}

function tensorOf(key: string, shape: readonly number[], cells: readonly unknown[], origin: Origin): RawTensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const data = new Float64Array(cells.length * size);
  let whole = true;
  cells.forEach((cell, row) => {
    const fail = (code: string, message: string): DescentError => {
      const { text, location } = origin.describe(row);
      return new DescentError(code, `${text}, field "${key}": ${message}.`, location);
    };
    if (cell === undefined || cell === null) throw fail("value-missing", "the list is missing");
    let at = row * size;
    const put = (value: unknown, axis: number): void => {
      if (axis < shape.length) {
        if (!Array.isArray(value) || value.length !== shape[axis]) throw fail("shapes-differ", `it is no list of shape [${shape.join(", ")}], which the first one is`);
        for (const inner of value) put(inner, axis + 1);
      } else {
        if (typeof value !== "number" && typeof value !== "boolean") throw fail(value === null ? "value-missing" : Array.isArray(value) ? "shapes-differ" : "text-in-numbers", `${JSON.stringify(value).slice(0, 40)} is no number`);
        data[at++] = Number(value);
        if (!Number.isInteger(data[at - 1]) || Math.abs(data[at - 1]) >= 2 ** 31) whole = false;
      }
    };
    put(cell, 0);
  });
  return { kind: "tensor", dims: [cells.length, ...shape], data: whole ? Int32Array.from(data) : data, origin };
}

function placeOf(file: string, name: string, line: number): Place {
  return { text: `${name}, line ${line}`, location: { file, range: { start: { line, column: 1 }, end: { line: line + 1, column: 1 } } } };
}
