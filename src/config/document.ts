/** The text of a training file as a tree with source positions. JSON is read as the YAML that it is, after JSON's own stricter check. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type Scalar, visit, type YAMLMap } from "yaml";
import type { Position, TextRange } from "../common/errors.js";
import { type Segment } from "./path.js";
import type { FileProblem, ProblemCode } from "./problem.js";

/** A document and where its parts stand in the text. */
export interface SourceDocument {
  readonly text: string;
  readonly json: boolean;
  readonly yaml: Document;
  readonly problems: readonly FileProblem[];
  /** The node behind an alias, or the node itself. */
  readonly resolve: (node: unknown) => Node | null;
  /** Range of a stretch of offsets; lines and columns from 1. */
  readonly range: (start: number, end: number) => TextRange;
  readonly position: (offset: number) => Position;
}

/** More is no training file, and the parser's cost would be felt while typing. */
const maxLength = 8 * 1024 * 1024;
/** Deeper nesting is no training file; the parser's memory grows steeply with it. */
const maxDepth = 64;
/** Aliases may refer to lists of aliases: without a limit a small file becomes an endless one. */
const maxAliases = 1000;

/** Parses the text of a training file. Never throws: what cannot be parsed is a problem, and the tree holds what could. */
export function readDocument(text: string, file: string): SourceDocument {
  const json = file.endsWith(".json");
  const lines = new LineCounter();
  const refusal = refuseShape(text);
  const readable = refusal === null ? text : "";
  const yaml = parseDocument(readable, { lineCounter: lines, strict: true, prettyErrors: false, version: "1.2", merge: false });
  if (refusal !== null) registerLines(text, lines);
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const range = (start: number, end: number): TextRange => ({ start: position(start), end: position(Math.max(end, start)) });
  let aliases = 0;
  const resolve = (node: unknown): Node | null => {
    if (!isAlias(node)) return (node as Node | null | undefined) ?? null;
    aliases += 1;
    return aliases > maxAliases ? null : (node.resolve(yaml) as Node | undefined) ?? null;
  };
  const problems = refusal === null ? syntaxProblems(text, json, yaml, range) : [{ ...refusal, path: "", range: range(refusal.offset, refusal.offset + 1), fixes: [] }];
  return { text, json, yaml, problems, resolve, range, position };
}

function registerLines(text: string, lines: LineCounter): void {
  lines.lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.lineStarts.push(at + 1);
}

interface Refusal {
  readonly code: ProblemCode;
  readonly message: string;
  readonly offset: number;
}

/** What the parser must not even be given. */
function refuseShape(text: string): Refusal | null {
  if (text.length > maxLength) return { code: "file-too-large", message: `A training file of ${Math.round(text.length / 1048576)} MB: data belong in files of their own, named under \`data.train\`.`, offset: 0 };
  const zero = text.indexOf("\0");
  if (zero >= 0) return { code: "yaml-syntax", message: "The file holds a zero byte: it is no text.", offset: zero };
  let depth = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === 91 || code === 123) depth += 1;
    else if (code === 93 || code === 125) depth = Math.max(0, depth - 1);
    if (depth > maxDepth) return { code: "yaml-syntax", message: `Brackets are nested more than ${maxDepth} deep.`, offset };
  }
  return null;
}

/** The parser's errors and warnings in our words, the first of each line; after a tab or an open bracket the rest is noise. */
function syntaxProblems(text: string, json: boolean, yaml: Document, range: SourceDocument["range"]): FileProblem[] {
  const strict = json ? jsonProblem(text) : null;
  if (strict !== null) return [{ code: "json-syntax", message: strict.message, path: "", range: range(strict.offset, strict.offset + 1), fixes: [] }];
  const found = [...yaml.errors, ...yaml.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const duplicates = found.filter((error) => error.code === "DUPLICATE_KEY");
  const other = found.find((error) => error.code !== "DUPLICATE_KEY");
  const problems = duplicates.map((error) => {
    const key = /^[^\s:,}]+/.exec(text.slice(error.pos[0]))?.[0] ?? "";
    return { code: "duplicate-key" as const, message: `${key.replace(/^(["'])(.*)\1$/, "$2")} is written twice here; which one counts?`, path: "", range: range(error.pos[0], error.pos[0] + Math.max(key.length, 1)), fixes: [] };
  });
  if (other === undefined) return [...problems, ...missingAnchors(text, yaml, range)];
  const tab = other.code === "TAB_AS_INDENT";
  const offset = tab ? tabOffset(text, other.pos[0]) : other.pos[0];
  const message = tab
    ? "A tab indents this line. YAML allows spaces only: put two spaces for each tab."
    : other.code === "MULTIPLE_DOCS"
      ? "A second document begins here (`---`). A training file is one document."
      : other.message.replace(/ at line \d+, column \d+:?$/, "").replace(/([^.])$/, "$1.");
  return [...problems, { code: tab ? "yaml-tab" : "yaml-syntax", message, path: "", range: range(offset, Math.max(other.pos[1], offset + 1)), fixes: [] }];
}

/** Aliases (`*name`) of which no anchor (`&name`) stands before them. */
function missingAnchors(text: string, yaml: Document, range: SourceDocument["range"]): FileProblem[] {
  const problems: FileProblem[] = [];
  // a walk through the whole tree for what few files have
  if (!text.includes("*")) return problems;
  visit(yaml, {
    Alias(_, alias) {
      if (alias.resolve(yaml) !== undefined) return;
      const [start, end] = alias.range ?? [0, 0];
      problems.push({ code: "yaml-syntax", message: `*${alias.source} refers to an anchor &${alias.source}, and none stands before it. A text that begins with * needs quotes.`, path: "", range: range(start, end), fixes: [] });
    },
  });
  return problems;
}

/** The parser names the line break or the line's start before a tab; the tab itself is the place. */
function tabOffset(text: string, near: number): number {
  const tab = text.indexOf("\t", near);
  return tab < 0 ? near : tab;
}

/** JSON's own syntax error with its offset, or null. */
function jsonProblem(text: string): { message: string; offset: number } | null {
  if (text.trim() === "") return null;
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const message = (error as Error).message;
    const at = /position (\d+)/.exec(message);
    const offset = at === null ? Math.max(text.trimEnd().length - 1, 0) : Math.min(Number(at[1]), Math.max(text.length - 1, 0));
    return { message: `${message.replace(/ in JSON.*$/, "").replace(/ \(line.*$/, "").replace(/, (\.\.\.)?".*$/s, "")} in JSON.`, offset };
  }
}

/** The pair of a mapping with this key. */
export function findPair(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => keyText(pair) === key);
}

/** A pair's key as text; null for a key that is no scalar. */
export function keyText(pair: Pair): string | null {
  return isScalar(pair.key) ? scalarKey(pair.key) : pair.key === null ? "null" : typeof pair.key === "string" ? pair.key : null;
}

/** A key keeps its spelling: `1` and `null` are the words "1" and "null". */
function scalarKey(key: Scalar): string {
  return key.source ?? String(key.value);
}

/**
 * The text that a path names: key and value where both stand on one line, else the key alone (a squiggle under ten lines helps nobody).
 * A key that the file lacks gets its nearest parent's range; a kind written as a bare name (`- flatten`) is that name.
 */
export function locate(source: SourceDocument, segments: readonly Segment[]): TextRange {
  let node = source.resolve(source.yaml.contents);
  let range = fileStart(source);
  for (const segment of segments) {
    if (isMap(node) && typeof segment === "string") {
      const pair = findPair(node, segment);
      if (pair === undefined) return range;
      range = pairRange(source, pair) ?? range;
      node = source.resolve(pair.value);
    } else if (isSeq(node) && typeof segment === "number") {
      const item = source.resolve(node.items[segment]);
      if (item === null) return range;
      range = itemRange(source, item) ?? range;
      node = item;
    } else return range;
  }
  return range;
}

/** The first word of the file: where a file as a whole is spoken of. */
function fileStart(source: SourceDocument): TextRange {
  const first = source.yaml.contents === null ? undefined : isMap(source.yaml.contents) ? source.yaml.contents.items[0] : undefined;
  const key = first?.key as Node | undefined;
  return key?.range ? source.range(key.range[0], key.range[1]) : source.range(0, 0);
}

function pairRange(source: SourceDocument, pair: Pair): TextRange | null {
  const key = (pair.key as Node | null)?.range;
  if (!key) return null;
  const value = (pair.value as Node | null)?.range;
  const whole = source.range(key[0], value ? Math.max(value[1], key[1]) : key[1]);
  return whole.start.line === whole.end.line ? whole : source.range(key[0], key[1]);
}

/** A list's item: itself on one line, else the first key in it. */
function itemRange(source: SourceDocument, item: Node): TextRange | null {
  if (!item.range) return null;
  const whole = source.range(item.range[0], item.range[1]);
  if (whole.start.line === whole.end.line) return whole;
  const key = isMap(item) ? (item.items[0]?.key as Node | undefined) : undefined;
  return key?.range ? source.range(key.range[0], key.range[1]) : { start: whole.start, end: whole.start };
}
