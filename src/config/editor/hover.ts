import type { Position, TextRange } from "../../common/errors.js";
import { readDocument } from "../document.js";
import { formatPath, type Segment } from "../path.js";
import { forms, kindAt, schemasAt } from "../schema/navigate.js";
import { marks } from "../schema/marks.js";
import { keyDocumentation, kindDocumentation } from "./documentation.js";
import { wordAt } from "./place.js";

export interface Hover {
  readonly range: TextRange;
  /** The key that is explained: `data.train`. */
  readonly path: string;
  /** Markdown. */
  readonly text: string;
}

/** What a key, a kind or a word of a training file means; null where nothing is known. */
export function hover(text: string, position: Position, file: string): Hover | null {
  const source = readDocument(text, file);
  const lines = text.split("\n");
  const offset = lines.slice(0, position.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + position.column - 1;
  const word = wordAt(source, offset);
  if (word === null) return null;
  const documentation = kindText(word.role === "key" ? word.path : [...word.path, word.text]) ?? keyText(word.path);
  return documentation === null ? null : { range: word.range, path: formatPath(word.path), text: `**${formatPath(word.path)}**\n\n${documentation}` };
}

function kindText(path: readonly Segment[]): string | null {
  const found = kindAt(path);
  return found === null ? null : kindDocumentation(found.kind);
}

function keyText(path: readonly Segment[]): string | null {
  const [schema] = schemasAt(path);
  if (schema === undefined) return null;
  // in the short form `dense: 10` the value is the kind's main argument
  const isArguments = kindAt(path) !== null && forms(schema).every((form) => marks.get(form)?.table === undefined);
  const text = keyDocumentation(isArguments ? (schemasAt(path)[1] ?? schema) : schema);
  return text === "" ? null : text;
}
