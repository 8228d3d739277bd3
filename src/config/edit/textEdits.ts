/** Edits by path as edits of text: what is not spoken of keeps its letters, comments included. */
import { Document, isAlias, isCollection, isMap, isScalar, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { DescentError, type TextRange } from "../../common/errors.js";
import type { Edit } from "../../protocol/finding.js";
import { readDocument, type SourceDocument } from "../document.js";
import { type Change, changeFor, type Json, renameFor, type Slot, valueIn } from "./change.js";
import { differences } from "./differences.js";

export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/**
 * The text after edits by path, one after another. `file` tells JSON from YAML by its ending.
 * Throws DescentError: `wrong-path`, or the syntax problem's own code where the file cannot be parsed.
 */
export function applyEdits(text: string, edits: readonly Edit[], file = "file.train.yaml"): string {
  let result = text;
  for (let index = 0; index < edits.length; index += 1) {
    const source = readDocument(result, file);
    const problem = source.problems.find(({ code }) => code !== "duplicate-key");
    if (problem !== undefined) throw new DescentError(problem.code, problem.message, { range: problem.range });
    const rename = index + 1 < edits.length ? renameFor(source, edits[index], edits[index + 1]) : null;
    if (rename !== null) index += 1;
    const change = rename ?? changeFor(source, edits[index]);
    if (change !== null) result = splice(result, new Writer(source).write(change));
  }
  return result;
}

/** The same as edits of the given text, as few lines as they touch; ranges do not overlap, first to last. */
export function textEdits(text: string, edits: readonly Edit[], file?: string): TextEdit[] {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  const position = (offset: number) => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - lineStarts[line] + 1 };
  };
  return differences(text, applyEdits(text, edits, file)).map(({ start, end, newText }) => ({ range: { start: position(start), end: position(end) }, newText }));
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function splice(text: string, splices: readonly Splice[]): string {
  return [...splices].sort((a, b) => b.start - a.start).reduce((result, { start, end, text: inserted }) => result.slice(0, start) + inserted + result.slice(end), text);
}

class Writer {
  private readonly text: string;
  private readonly newline: string;

  constructor(private readonly source: SourceDocument) {
    this.text = source.text;
    this.newline = this.text.includes("\r\n") ? "\r\n" : "\n";
  }

  write(change: Change): Splice[] {
    switch (change.change) {
      case "replace": return this.replace(change.slot, change.value);
      case "rename": return [{ ...this.span(change.pair.key as Node), text: this.key(change.key) }];
      case "insert": return this.insert(change.map, `${this.key(change.key)}: `, change.value);
      case "append": return this.insert(change.list, "", change.value);
      case "replace-pair": return [{ start: this.start(change.pair), end: this.end(change.pair), text: `${this.key(change.key)}: ${this.flow(change.value)}` }];
      case "remove": return this.remove(change.slot);
    }
  }

  private replace(slot: Slot, value: Json): Splice[] {
    const node = valueIn(this.source, slot);
    if (slot.at === "pair" && (node === null || !node.range || this.isEmpty(node))) {
      const colon = this.afterColon(slot.pair);
      return [{ start: colon, end: colon, text: ` ${this.flow(value)}` }];
    }
    if (node === null) {
      const end = this.text.length;
      return [{ start: end, end, text: `${end > 0 && !this.text.endsWith("\n") ? this.newline : ""}${this.block(value, 0)}${this.newline}` }];
    }
    const { start, end } = this.span(node);
    const blockNode = isCollection(node) && node.flow !== true;
    const inBlockList = slot.at === "item" && slot.list.flow !== true;
    if (!blockNode && !inBlockList) return [{ start, end, text: this.flow(value) }];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return [{ start, end, text: this.block(value, this.column(start)) }];
    // a block that becomes a word goes up to its key
    return [{ start: slot.at === "pair" ? this.afterColon(slot.pair) : start, end, text: slot.at === "pair" ? ` ${this.flow(value)}` : this.flow(value) }];
  }

  private insert(into: YAMLMap | YAMLSeq, prefix: string, value: Json): Splice[] {
    const [open, close] = isMap(into) ? ["{", "}"] : ["[", "]"];
    const written = `${prefix}${this.flow(value)}`;
    if (into.items.length === 0) return [{ ...this.span(into), text: this.source.json || open === "{" ? `${open} ${written} ${close}` : `${open}${written}${close}` }];
    const items = into.items as readonly (Pair | Node | null)[];
    const first = this.start(items[0]);
    const end = this.end(items[items.length - 1]);
    if (into.flow !== true) {
      const bullet = isMap(into) ? "" : "- ";
      const column = isMap(into) ? this.column(first) : this.column(this.bullet(first));
      const line = this.lineEnd(end);
      const entry = isMap(into) ? written : this.block(value, column + 2);
      return [{ start: line, end: line, text: `${this.newline}${" ".repeat(column)}${bullet}${entry}` }];
    }
    const opening = into.range?.[0] ?? first;
    const oneLine = !this.text.slice(opening, first).includes("\n");
    if (oneLine) return [{ start: end, end, text: `, ${written}` }];
    const trailing = /^[^\S\r\n]*,/.exec(this.text.slice(end));
    const line = this.lineEnd(end);
    const entry = `${this.newline}${" ".repeat(this.column(first))}${written}`;
    if (trailing === null && line === end) return [{ start: end, end, text: `,${entry}` }];
    return trailing === null ? [{ start: end, end, text: "," }, { start: line, end: line, text: entry }] : [{ start: line, end: line, text: `${entry},` }];
  }

  private remove(slot: Slot): Splice[] {
    if (slot.at === "root") throw new Error("the whole file is not removed by an edit");
    const list = slot.at === "pair" ? slot.map : slot.list;
    const items = list.items as readonly (Pair | Node | null)[];
    const index = slot.at === "pair" ? slot.map.items.indexOf(slot.pair) : slot.index;
    const [before, item, after] = [items[index - 1], items[index], items[index + 1]];
    if (list.flow === true) {
      if (after !== undefined) return [{ start: this.start(item), end: this.start(after), text: "" }];
      if (before !== undefined) return [{ start: this.end(before), end: this.end(item), text: "" }];
      const { start, end } = this.span(list);
      return [{ start, end, text: isMap(list) ? "{}" : "[]" }];
    }
    if (items.length === 1) return [{ ...this.span(list), text: isMap(list) ? "{}" : "[]" }];
    const head = slot.at === "pair" ? this.start(item) : this.bullet(this.start(item));
    const lineStart = this.text.lastIndexOf("\n", head - 1) + 1;
    // the first key of a list's item stands behind its dash: what follows moves up to it
    if (this.text.slice(lineStart, head).trim() !== "") return [{ start: head, end: this.start(after), text: "" }];
    const lineEnd = this.lineEnd(this.end(item));
    const next = this.text.startsWith("\r\n", lineEnd) ? lineEnd + 2 : Math.min(lineEnd + 1, this.text.length);
    return [{ start: lineStart, end: next, text: "" }];
  }

  /** From a node's first letter to its last; blank lines and comments after it do not count. */
  private span(node: Node): { start: number; end: number } {
    return { start: this.start(node), end: this.end(node) };
  }

  private start(item: Pair | Node | null | undefined): number {
    const node = isPairLike(item) ? (item.key as Node) : item;
    return node?.range?.[0] ?? 0;
  }

  private end(item: Pair | Node | null | undefined): number {
    if (isPairLike(item)) {
      const value = item.value as Node | null;
      return value?.range && !this.isEmpty(value) ? this.end(value) : this.afterColon(item);
    }
    if (isCollection(item) && item.flow !== true && item.items.length > 0) return this.end(item.items[item.items.length - 1] as Pair | Node);
    const range = item?.range;
    if (!range) return 0;
    // a block text ends with its line break
    return isScalar(item) ? range[0] + this.text.slice(range[0], range[1]).trimEnd().length : range[1];
  }

  private isEmpty(node: Node): boolean {
    return isScalar(node) && node.value === null && (node.range === undefined || node.range === null || this.text.slice(node.range[0], node.range[1]).trim() === "") && !isAlias(node);
  }

  private afterColon(pair: Pair): number {
    const key = (pair.key as Node).range?.[1] ?? 0;
    const colon = /^\s*:/.exec(this.text.slice(key));
    return colon === null ? key : key + colon[0].length;
  }

  /** Offset of the dash before a block list's item. */
  private bullet(start: number): number {
    return this.text.lastIndexOf("-", start - 1);
  }

  private column(offset: number): number {
    return offset - (this.text.lastIndexOf("\n", offset - 1) + 1);
  }

  private lineEnd(offset: number): number {
    const newline = this.text.indexOf("\n", offset);
    if (newline < 0) return this.text.length;
    return this.text[newline - 1] === "\r" ? newline - 1 : newline;
  }

  private key(key: string): string {
    return this.source.json ? JSON.stringify(key) : this.flow(key);
  }

  /** A value on one line: `{ adam: { lr: 0.001 } }`. */
  private flow(value: Json): string {
    if (this.source.json) return spacedJson(value);
    const document = new Document(value, { version: "1.2" });
    if (isCollection(document.contents)) setFlow(document.contents as Node);
    return document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd().replaceAll("[ ", "[").replaceAll(" ]", "]");
  }

  /** A mapping with a line for each of its keys, indented by columns from its second line on. */
  private block(value: Json, column: number): string {
    if (this.source.json || typeof value !== "object" || value === null || Array.isArray(value)) return this.flow(value);
    return Object.entries(value).map(([key, inside]) => (inside === null ? `${this.key(key)}:` : `${this.key(key)}: ${this.flow(inside)}`)).join(`${this.newline}${" ".repeat(column)}`);
  }
}

function isPairLike(item: unknown): item is Pair {
  return typeof item === "object" && item !== null && "key" in item && "value" in item;
}

function setFlow(node: Node): void {
  if (!isCollection(node)) return;
  node.flow = true;
  for (const item of node.items) setFlow((isPairLike(item) ? item.value : item) as Node);
}

function spacedJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([key, inside]) => `${JSON.stringify(key)}: ${spacedJson(inside)}`).join(", ")} }`;
}
