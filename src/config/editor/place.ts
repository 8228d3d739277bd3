/** Where in a training file a cursor stands: the path, and whether a key or a value is (to be) written there. */
import { isMap, isPair, isScalar, isSeq, type Node, parseDocument, type Scalar, visit } from "yaml";
import type { Position, TextRange } from "../../common/errors.js";
import { keyText, type SourceDocument } from "../document.js";
import type { Segment } from "../path.js";

export interface Place {
  /** The mapping or list that holds what is written, then (for a value) its key or position. */
  readonly path: readonly Segment[];
  readonly role: "key" | "value";
  /** Keys that the mapping has beside the one written. */
  readonly siblings: readonly string[];
  /** Whether the place is within brackets. */
  readonly flow: boolean;
  /** Whether a key stands before it on its line: `loss: |`. */
  readonly afterKey: boolean;
  /** The word at the cursor, which a completion replaces. */
  readonly range: TextRange;
}

const marker = "__cursor__";

/**
 * The place of a cursor in YAML that may be unfinished: a mark is put where the word at the cursor is, and looked for in what the
 * parser makes of it. null within a comment, and where the parser makes nothing of it.
 */
export function placeAt(text: string, { line, column }: Position): Place | null {
  const lines = text.split("\n");
  const current = lines[line - 1] ?? "";
  const before = current.slice(0, column - 1);
  if (/(^|\s)#/.test(before.replace(/"[^"]*"|'[^']*'/g, ""))) return null;
  const typed = /[\w.-]*$/.exec(before)?.[0] ?? "";
  // a dash of a list is no part of a word
  const word = typed.startsWith("-") && before.trim() === typed ? "" : typed;
  const rest = /^[\w.-]*/.exec(current.slice(column - 1))?.[0] ?? "";
  const start = column - 1 - word.length;
  const end = column - 1 + rest.length;
  const range = { start: { line, column: start + 1 }, end: { line, column: end + 1 } };
  const put = (mark: string): string => [...lines.slice(0, line - 1), current.slice(0, start) + mark + current.slice(end), ...lines.slice(line)].join("\n");
  // a word before another key reads as the beginning of that key: with a colon it is a key of its own
  return findMark(put(marker), current.slice(0, start), range) ?? findMark(put(`${marker}:`), current.slice(0, start), range);
}

function findMark(marked: string, before: string, range: TextRange): Place | null {
  const document = parseDocument(marked, { version: "1.2", strict: false });
  let place: Place | null = null;
  visit(document, {
    Scalar(key, scalar, ancestors) {
      if (scalar.value !== marker) return undefined;
      const holder = ancestors[ancestors.length - 1];
      const isKey = key === "key" && isPair(holder);
      const path = pathOf(ancestors as readonly unknown[], isKey ? null : scalar, key);
      const map = ancestors.findLast((node) => isMap(node));
      const siblings = isMap(map) && isKey ? map.items.map(keyText).filter((name): name is string => name !== null && name !== marker) : [];
      const collection = ancestors.findLast((node) => isMap(node) || isSeq(node));
      const flow = (isMap(collection) || isSeq(collection)) && collection.flow === true;
      const afterKey = !isKey && isPair(holder) && /:\s*$/.test(before);
      place = { path, role: isKey ? "key" : "value", siblings, flow, afterKey, range };
      return visit.BREAK;
    },
  });
  return place;
}

/** Keys and positions from the root to a node. */
function pathOf(ancestors: readonly unknown[], node: Node | null, key: number | "key" | "value" | null): Segment[] {
  const chain = node === null ? ancestors.slice(0, -1) : [...ancestors, node];
  const path: Segment[] = [];
  for (const [index, ancestor] of chain.entries()) {
    const next = chain[index + 1];
    if (isPair(ancestor)) path.push(keyText(ancestor) ?? "");
    else if (isSeq(ancestor)) path.push(next === undefined ? Number(key) : ancestor.items.indexOf(next));
  }
  return path;
}

export interface Word {
  readonly path: readonly Segment[];
  readonly role: "key" | "value";
  readonly text: string;
  readonly range: TextRange;
}

/** The key or value that stands at a position of a file, with its path; null between words. */
export function wordAt(source: SourceDocument, offset: number): Word | null {
  let word: Word | null = null;
  visit(source.yaml, {
    Scalar(key, scalar: Scalar, ancestors) {
      const range = scalar.range;
      if (!range || offset < range[0] || offset > range[1] || !isScalar(scalar)) return undefined;
      const role = key === "key" ? "key" : "value";
      const path = pathOf(ancestors as readonly unknown[], role === "key" ? null : scalar, key);
      const text = scalar.source ?? String(scalar.value);
      word = { path: role === "key" ? [...path, text] : path, role, text, range: source.range(range[0], range[1]) };
      return visit.BREAK;
    },
  });
  return word;
}
