/** Comma-, semicolon- or tab-separated text into a table. Quoting as in RFC 4180. */
import { CsvError, parse } from "csv-parse/sync";
import { DescentError } from "../../common/errors.js";
import type { NamedBytes, Place, RawColumn, Table } from "./table.js";

/** Names by which the target column is known without being told. */
export const targetNames = ["label", "target", "class", "y"];

/** Texts that say that a value is missing. */
const missingTexts = new Set(["", "nan", "na", "n/a", "null"]);

/**
 * Reads one file. The first row is the header when no cell of it is a number, or when it holds one of `knownNames`
 * (columns that the training file names) or a usual name of a target; else the columns are called `column1`, `column2`, ...
 * Empty cells, NaN, NA, N/A and null are missing values.
 * @throws DescentError `file-too-large`, `csv-ragged-row`, `csv-quote`, `column-duplicate`, `file-empty`, `value-not-finite`
 */
export function readCsv({ file, name, bytes }: NamedBytes, knownNames: readonly string[]): Table {
  const { table } = parseCsv(decode(name, file, bytes), { file, name, knownNames, header: null });
  if (table.rows === 0) throw new DescentError("file-empty", `${name} holds ${table.columns.length === 0 ? "nothing" : "a header and no rows"}.`, { file });
  return table;
}

/** What the first rows of a file said about the rest. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly delimiter: string;
}

/** A piece of a file: whole records, the first of them on `firstLine`. */
export interface CsvPiece {
  readonly file: string;
  readonly name: string;
  readonly knownNames: readonly string[];
  /** null at the file's beginning. */
  readonly header: CsvHeader | null;
  readonly firstLine?: number;
}

/** The rows of a piece of text. @throws DescentError `csv-ragged-row`, `csv-quote`, `column-duplicate`, `value-not-finite` */
export function parseCsv(text: string, { file, name: shown, knownNames, header, firstLine = 1 }: CsvPiece): { readonly table: Table; readonly header: CsvHeader } {
  const at = (line: number) => ({ text: `${shown}, line ${line}`, location: lineOf(file, line) });
  const delimiter = header?.delimiter ?? detectDelimiter(text);
  let names = header?.names ?? null;
  const columns = (names ?? []).map((name) => new GrowingColumn(name));
  const lines: number[] = [];
  const addRow = (record: readonly string[], line: number) => {
    lines.push(line);
    for (let c = 0; c < columns.length; c++) {
      if (!columns[c].push(record[c])) throw new DescentError("value-not-finite", `${at(line).text}, column "${columns[c].name}": ${record[c].trim()} is no finite number.`, at(line).location);
    }
  };
  const toLine = (line: number) => line + firstLine - 1;
  forEachRecord(text, delimiter, (line) => at(toLine(line)), (record, relative) => {
    const line = toLine(relative);
    if (names === null) {
      const isNamed = isHeader(record, knownNames);
      names = record.map((cell, index) => (isNamed && cell.trim() !== "" ? cell.trim() : `column${index + 1}`));
      checkNames(names, at(line));
      for (const name of names) columns.push(new GrowingColumn(name));
      if (!isNamed) addRow(record, line);
    } else if (record.length !== names.length) {
      throw new DescentError("csv-ragged-row", `${at(line).text}: ${record.length} columns where the first row has ${names.length}.`, at(line).location);
    } else addRow(record, line);
  });
  const starts = Int32Array.from(lines);
  const table: Table = { kind: "table", columns: columns.map((column) => column.done()), rows: lines.length, origin: { describe: (row) => at(starts[row]) } };
  return { table, header: { names: names ?? [], delimiter } };
}

/** A JavaScript string has at most about 2^29 characters. */
const mostBytes = 500_000_000;

/** UTF-8, or UTF-16 as spreadsheets write it with a byte order mark, which is dropped. */
function decode(name: string, file: string, bytes: Uint8Array): string {
  if (bytes.length > mostBytes) throw new DescentError("file-too-large", `${name} has ${Math.round(bytes.length / 1e6)} MB of text; a file may have ${mostBytes / 1e6} MB. Split it, and name the parts with a glob.`, { file });
  const [first, second] = bytes;
  return new TextDecoder(first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8").decode(bytes);
}

function lineOf(file: string, line: number) {
  return { file, range: { start: { line, column: 1 }, end: { line: line + 1, column: 1 } } };
}

/** Calls `use` with the cells of each row that is not empty, and the line on which it ends. */
function forEachRecord(text: string, delimiter: string, at: (line: number) => Place, use: (record: readonly string[], line: number) => void): void {
  if (!text.includes('"')) return forEachPlainRecord(text, delimiter, use);
  try {
    parse(text, { delimiter, record_delimiter: ["\r\n", "\n", "\r"], skip_empty_lines: true, relax_column_count: true, on_record: (record: string[], { lines }) => { use(record, lines); return null; } });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const place = at(Number(error["lines"] ?? 1));
    throw new DescentError("csv-quote", `${place.text}: ${error.message}.`, place.location, { cause: error });
  }
}

/** Text without quotes is its lines split at the delimiter: three times as fast. */
function forEachPlainRecord(text: string, delimiter: string, use: (record: readonly string[], line: number) => void): void {
  const lines = text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
  for (let start = 0, line = 1; start < lines.length; line++) {
    const found = lines.indexOf("\n", start);
    const end = found === -1 ? lines.length : found;
    if (end > start) use(lines.slice(start, end).split(delimiter), line);
    start = end + 1;
  }
}

/** The separator that occurs most in the first line; a comma where none does. */
function detectDelimiter(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const count = (delimiter: string) => first.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function isHeader(record: readonly string[], knownNames: readonly string[]): boolean {
  const cells = record.map((cell) => cell.trim());
  return cells.every((cell) => Number.isNaN(parseNumber(cell))) || cells.some((cell) => targetNames.includes(cell.toLowerCase()) || knownNames.includes(cell));
}

function checkNames(names: readonly string[], { text, location }: Place): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new DescentError("column-duplicate", `${text}: two columns are called "${name}".`, location);
    seen.add(name);
  }
}

/** A decimal number or an infinity, spaces around it allowed; NaN for everything else. JavaScript's other spellings (0x10, 0b1) are text. */
function parseNumber(cell: string): number {
  const value = Number(cell);
  if (value === 0 && cell.trim() === "") return Number.NaN;
  if (Number.isNaN(value)) return infinities.get(cell.trim().toLowerCase()) ?? Number.NaN;
  return /^\s*0[xob]/i.test(cell) ? Number.NaN : value;
}

const infinities = new Map([["inf", Infinity], ["+inf", Infinity], ["-inf", -Infinity], ["infinity", Infinity], ["-infinity", -Infinity]]);

/** A column while its file is read; grows by doubling. */
class GrowingColumn {
  private numbers = new Float64Array(1024);
  private texts: (string | undefined)[] | null = null;
  private length = 0;

  constructor(readonly name: string) {}

  /** Adds a cell; false for a number that is not finite. */
  push(cell: string): boolean {
    if (this.length === this.numbers.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.numbers);
      this.numbers = grown;
    }
    const value = parseNumber(cell);
    if (Number.isNaN(value)) this.pushText(cell.trim());
    else this.numbers[this.length] = value;
    this.length++;
    return value !== Infinity && value !== -Infinity;
  }

  private pushText(cell: string): void {
    this.numbers[this.length] = Number.NaN;
    if (missingTexts.has(cell.toLowerCase())) return;
    this.texts ??= [];
    this.texts[this.length] = cell;
  }

  done(): RawColumn {
    return { name: this.name, numbers: this.numbers.subarray(0, this.length), texts: this.texts };
  }
}
