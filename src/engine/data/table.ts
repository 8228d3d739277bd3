/** Raw data as read, before anything is chosen, scaled or numbered. */
import { DescentError, type ErrorLocation } from "../../common/errors.js";

/** A file's content. `name` is how messages call it (as the training file does), `file` its absolute path. */
export interface NamedBytes {
  readonly file: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A column of a table. A cell is a number, a text, or missing; `numbers` is NaN where it is not a number. */
export interface RawColumn {
  readonly name: string;
  readonly numbers: Float64Array;
  /** Row to text, sparse; null where the column holds no text at all. */
  readonly texts: readonly (string | undefined)[] | null;
}

/** Rows by named columns. All columns have `rows` cells. */
export interface Table {
  readonly kind: "table";
  readonly columns: readonly RawColumn[];
  readonly rows: number;
  readonly origin: Origin;
}

/** Numbers with more axes than a table: images, or a matrix of features. `dims[0]` counts the examples. */
export interface RawTensor {
  readonly kind: "tensor";
  readonly dims: readonly number[];
  readonly data: RawNumbers;
  readonly origin: Origin;
}

export type RawNumbers = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** A place in words, `digits.csv, line 18`, and as a location. */
export interface Place {
  readonly text: string;
  readonly location: ErrorLocation;
}

/** Where rows come from, so that an error can name a place that the user finds. */
export interface Origin {
  describe(row: number): Place;
}

/**
 * What a source (training, validation or test) gave: inputs, with the labels beside them where they came on their own. Labels with
 * more than one axis (a class a step, an image to compare with) are a tensor; all others a table.
 */
export interface RawSource {
  readonly inputs: Table | RawTensor;
  readonly labels: Table | RawTensor | null;
  /** Of files with several arrays by name: those that are the inputs. What else the training file says of inputs and targets has been followed. */
  readonly arrays?: readonly string[];
}

/** Number of rows of a table, or of examples of a tensor. */
export function countExamples(part: Table | RawTensor): number {
  return part.kind === "table" ? part.rows : part.dims[0];
}

/** Whether a cell holds neither a number nor a text. */
export function isMissing(column: RawColumn, row: number): boolean {
  return Number.isNaN(column.numbers[row]) && column.texts?.[row] === undefined;
}

/** A table of numbers alone, columns first. */
export function numericTable(names: readonly string[], columns: readonly Float64Array[], origin: Origin): Table {
  return { kind: "table", columns: columns.map((numbers, index) => ({ name: names[index], numbers, texts: null })), rows: columns[0]?.length ?? 0, origin };
}

/** The same table with some of its rows, in the order of `rows`. */
export function takeRows(table: Table, rows: Int32Array): Table {
  return {
    kind: "table",
    rows: rows.length,
    columns: table.columns.map((column) => ({
      name: column.name,
      numbers: Float64Array.from(rows, (row) => column.numbers[row]),
      texts: column.texts === null ? null : Array.from(rows, (row) => column.texts?.[row]),
    })),
    origin: { describe: (row) => table.origin.describe(rows[row]) },
  };
}

/** The same tensor with some of its examples. A leading run of them is a view, not a copy. */
export function takeExamples(tensor: RawTensor, rows: Int32Array): RawTensor {
  const size = tensor.data.length / tensor.dims[0];
  const dims = [rows.length, ...tensor.dims.slice(1)];
  const origin: Origin = { describe: (row) => tensor.origin.describe(rows[row]) };
  if (rows.every((row, index) => row === index)) return { kind: "tensor", dims, data: tensor.data.subarray(0, rows.length * size), origin };
  const data = tensor.data.slice(0, rows.length * size);
  rows.forEach((row, index) => data.set(tensor.data.subarray(row * size, (row + 1) * size), index * size));
  return { kind: "tensor", dims, data, origin };
}

/** Rows of several tables under each other, by column name. @throws DescentError `column-unknown` */
export function joinTables(tables: readonly Table[]): Table {
  if (tables.length === 1) return tables[0];
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { kind: "table", rows, columns: tables[0].columns.map(({ name }) => joinColumn(name, tables, rows)), origin: joinOrigins(tables.map(({ rows: count, origin }) => ({ count, origin }))) };
}

function joinColumn(name: string, tables: readonly Table[], rows: number): RawColumn {
  const numbers = new Float64Array(rows);
  let texts: (string | undefined)[] | null = null;
  let start = 0;
  for (const table of tables) {
    const column = table.columns.length === 1 && tables[0].columns.length === 1 ? table.columns[0] : table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) {
      const { file } = table.origin.describe(0).location;
      throw new DescentError("column-unknown", `${file ?? "Some of the data"} has no column "${name}", which ${tables[0].origin.describe(0).location.file ?? "the first data"} has.`, { file });
    }
    numbers.set(column.numbers, start);
    const offset = start;
    column.texts?.forEach((text, row) => {
      texts ??= [];
      texts[offset + row] = text;
    });
    start += table.rows;
  }
  return { name, numbers, texts };
}

/** Examples of several tensors one after the other. @throws DescentError `shapes-differ`, `formats-differ` */
export function joinTensors(tensors: readonly RawTensor[]): RawTensor {
  const [first] = tensors;
  if (tensors.length === 1) return first;
  for (const tensor of tensors) {
    if (tensor.dims.slice(1).join() === first.dims.slice(1).join() && tensor.data.constructor === first.data.constructor) continue;
    const { text, location } = tensor.origin.describe(0);
    throw new DescentError("shapes-differ", `${text} is ${typeOf(tensor)}, but the first file's are ${typeOf(first)}.`, location);
  }
  const data = new (first.data.constructor as new (n: number) => RawNumbers)(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0));
  let start = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, start);
    start += tensor.data.length;
  }
  const dims = [tensors.reduce((sum, tensor) => sum + tensor.dims[0], 0), ...first.dims.slice(1)];
  return { kind: "tensor", dims, data, origin: joinOrigins(tensors.map((tensor) => ({ count: tensor.dims[0], origin: tensor.origin }))) };
}

/** Tables under each other, or tensors one after the other. @throws DescentError `formats-differ`, `shapes-differ`, `column-unknown` */
export function joinParts(parts: readonly (Table | RawTensor)[]): Table | RawTensor {
  const tables = parts.filter((part) => part.kind === "table");
  const tensors = parts.filter((part) => part.kind === "tensor");
  if (tables.length > 0 && tensors.length > 0) throw new DescentError("formats-differ", "Some of the files hold a table and some a tensor with more axes.", { path: "data" });
  return tables.length > 0 ? joinTables(tables) : joinTensors(tensors);
}

function typeOf({ dims, data }: RawTensor): string {
  return `${data.constructor.name.replace("Array", "").toLowerCase()} [${dims.slice(1).join(", ")}]`;
}

function joinOrigins(parts: readonly { readonly count: number; readonly origin: Origin }[]): Origin {
  return {
    describe(row) {
      let rest = row;
      for (const { count, origin } of parts) {
        if (rest < count) return origin.describe(rest);
        rest -= count;
      }
      throw new RangeError(`row ${row} of ${row - rest}`);
    },
  };
}

/** Columns of several tables of as many rows side by side; a name that is taken gets a number. */
export function joinColumns(tables: readonly Table[]): Table {
  const [first] = tables;
  const columns = new Map<string, RawColumn>();
  for (const column of tables.flatMap((table) => table.columns)) {
    let { name } = column;
    for (let n = 2; columns.has(name); n++) name = `${column.name}_${n}`;
    columns.set(name, { ...column, name });
  }
  return { kind: "table", rows: first.rows, origin: first.origin, columns: [...columns.values()] };
}

/** A tensor of labels [n] or [n, columns] as a table, so that labels have one form. */
export function tensorAsTable(tensor: RawTensor, name: string): Table {
  const [rows, ...rest] = tensor.dims;
  const width = rest.reduce((product, dim) => product * dim, 1);
  const columns = Array.from({ length: width }, (_, column) => ({
    name: width === 1 ? name : `${name}${column + 1}`,
    numbers: Float64Array.from({ length: rows }, (_row, row) => tensor.data[row * width + column]),
    texts: null,
  }));
  return { kind: "table", columns, rows, origin: tensor.origin };
}
