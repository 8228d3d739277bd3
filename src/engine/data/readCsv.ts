/** Comma-, semicolon- or tab-separated text into a table. Quoting as in RFC 4180. */
import { CsvError, parse } from "csv-parse/sync";
import { DescentError } from "../../common/errors.js";
import { NumberReader } from "./numberReader.js";
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
  const { table } = parseCsv({ file, name, bytes }, { knownNames, header: null });
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
  readonly knownNames: readonly string[];
  /** null at the file's beginning. */
  readonly header: CsvHeader | null;
  readonly firstLine?: number;
}

/** The rows of a piece of a file, read from its bytes where nothing is quoted. @throws DescentError `file-too-large`, `csv-ragged-row`, `csv-quote`, `column-duplicate`, `value-not-finite` */
export function parseCsv({ file, name, bytes }: NamedBytes, { knownNames, header, firstLine = 1 }: CsvPiece): { readonly table: Table; readonly header: CsvHeader } {
  const rows = new Rows({ file, name }, knownNames, header);
  if (!isPlain(bytes)) rows.addText(decode(name, file, bytes), firstLine);
  else {
    // the first line says what the columns are
    const start = header === null ? firstLineEnd(bytes) : 0;
    if (start > 0) rows.addText(new TextDecoder().decode(bytes.subarray(0, start)), firstLine);
    let skipped = 0;
    for (let i = bytes.indexOf(0x0a); i !== -1 && i < start; i = bytes.indexOf(0x0a, i + 1)) skipped++;
    rows.addPlain(bytes.subarray(start), firstLine + skipped);
  }
  return rows.done();
}

/** Whether no quotes, no UTF-16 and no line breaks of old need care. */
function isPlain(bytes: Uint8Array): boolean {
  if (bytes.includes(0x22) || bytes[0] >= 0xfe) return false;
  for (let i = bytes.indexOf(0x0d); i !== -1; i = bytes.indexOf(0x0d, i + 1)) if (bytes[i + 1] !== 0x0a) return false;
  return true;
}

/** Behind the first line that is not empty. */
function firstLineEnd(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === 0x0a || bytes[at] === 0x0d) at++;
  const end = bytes.indexOf(0x0a, at);
  return end === -1 ? bytes.length : end + 1;
}

/** Columns and lines while a file is read. */
class Rows {
  private names: readonly string[] | null;
  private delimiter: string | null;
  private readonly columns: GrowingColumn[];
  private readonly lines: number[] = [];

  constructor(
    private readonly source: { readonly file: string; readonly name: string },
    private readonly knownNames: readonly string[],
    header: CsvHeader | null,
  ) {
    [this.names, this.delimiter] = [header?.names ?? null, header?.delimiter ?? null];
    this.columns = (this.names ?? []).map((name) => new GrowingColumn(name));
  }

  private at(line: number): Place {
    const { file, name } = this.source;
    return { text: `${name}, line ${line}`, location: lineOf(file, line) };
  }

  addText(text: string, firstLine: number): void {
    this.delimiter ??= detectDelimiter(text);
    const toLine = (line: number): number => line + firstLine - 1;
    forEachRecord(text, this.delimiter, (line) => this.at(toLine(line)), (record, line) => this.add(record, toLine(line)));
  }

  private add(record: readonly string[], line: number): void {
    if (this.names === null) {
      const isNamed = isHeader(record, this.knownNames);
      this.names = record.map((cell, index) => (isNamed && cell.trim() !== "" ? cell.trim() : `column${index + 1}`));
      checkNames(this.names, this.at(line));
      for (const name of this.names) this.columns.push(new GrowingColumn(name));
      if (isNamed) return;
    } else if (record.length !== this.names.length) {
      const { text, location } = this.at(line);
      throw new DescentError("csv-ragged-row", `${text}: ${record.length} columns where the first row has ${this.names.length}.`, location);
    }
    this.lines.push(line);
    for (let c = 0; c < this.columns.length; c++) {
      if (this.columns[c].push(record[c])) continue;
      const { text, location } = this.at(line);
      throw new DescentError("value-not-finite", `${text}, column "${this.columns[c].name}": ${record[c].trim()} is no finite number.`, location);
    }
  }

  /** Rows of plain text from their bytes: those that hold more than numbers and gaps are read as text. */
  addPlain(bytes: Uint8Array, firstLine: number): void {
    const width = this.columns.length;
    const delimiter = (this.delimiter ?? ",").charCodeAt(0);
    const values = new Float64Array(width);
    const numbers = new NumberReader(bytes);
    for (let start = 0, line = firstLine; start < bytes.length; line++) {
      const found = bytes.indexOf(0x0a, start);
      const next = found === -1 ? bytes.length : found + 1;
      let end = found === -1 ? bytes.length : found;
      if (end > start && bytes[end - 1] === 0x0d) end--;
      if (end > start) {
        if (numbers.row(start, end, delimiter, values)) {
          this.lines.push(line);
          for (let c = 0; c < width; c++) this.columns[c].pushNumber(values[c]);
        } else this.add(new TextDecoder().decode(bytes.subarray(start, end)).split(this.delimiter ?? ","), line);
      }
      start = next;
    }
  }

  done(): { readonly table: Table; readonly header: CsvHeader } {
    const starts = Int32Array.from(this.lines);
    const table: Table = { kind: "table", columns: this.columns.map((column) => column.done()), rows: this.lines.length, origin: { describe: (row) => this.at(starts[row]) } };
    return { table, header: { names: this.names ?? [], delimiter: this.delimiter ?? "," } };
  }
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
    const { line, what } = quoteProblem(text, delimiter) ?? { line: Number(error["lines"] ?? 1), what: error.message };
    const place = at(line);
    throw new DescentError("csv-quote", `${place.text}: ${what}.`, place.location, { cause: error });
  }
}

/** The first quote that breaks RFC 4180, on the line where it opens: the library tells the line on which it gave up, for a quote that is never closed the last one. */
function quoteProblem(text: string, delimiter: string): { readonly line: number; readonly what: string } | null {
  const ends = (at: number): boolean => at >= text.length || text[at] === delimiter || text[at] === "\n" || text[at] === "\r";
  let line = 1;
  // the line on which the cell was opened by a quote; null outside of one
  let opened: number | null = null;
  for (let i = 0, start = true; i < text.length; i++) {
    const char = text[i];
    if (char === "\n" || (char === "\r" && text[i + 1] !== "\n")) line++;
    if (char === '"' && opened !== null) {
      if (text[i + 1] === '"') i++;
      else if (ends(i + 1)) opened = null;
      else return { line: opened, what: `a quote opens a cell here and closes ${opened === line ? "before its end" : `on line ${line}, in the middle of another`}; a quote within a quoted cell is written twice` };
    } else if (char === '"' && !start) return { line, what: "a quote stands within a cell that does not begin with one; such a cell is quoted as a whole, and the quote in it written twice" };
    else if (char === '"') opened = line;
    start = opened === null && (char === delimiter || char === "\n" || char === "\r");
  }
  return opened === null ? null : { line: opened, what: "a quote opens a cell here and is never closed; a quote within a quoted cell is written twice" };
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

  /** Adds a number, or NaN for a cell without one. */
  pushNumber(value: number): void {
    if (this.length === this.numbers.length) this.grow();
    this.numbers[this.length++] = value;
  }

  private grow(): void {
    const grown = new Float64Array(this.length * 2);
    grown.set(this.numbers);
    this.numbers = grown;
  }

  /** Adds a cell; false for a number that is not finite. */
  push(cell: string): boolean {
    if (this.length === this.numbers.length) this.grow();
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
