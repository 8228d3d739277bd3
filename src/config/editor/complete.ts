import { stringify } from "yaml";
import { z } from "zod";
import type { Position, TextRange } from "../../common/errors.js";
import type { Kind } from "../../engine/defineKind.js";
import { wordsOf } from "../describe.js";
import { forms, schemasAt } from "../schema/navigate.js";
import { type KindTable, marks } from "../schema/marks.js";
import { defaultOf, keyDocumentation, kindDocumentation } from "./documentation.js";
import { type Place, placeAt } from "./place.js";

export interface CompletionEntry {
  readonly label: string;
  readonly kind: "key" | "value" | "entry";
  /** Markdown. */
  readonly documentation: string;
  /** Beside the label: a default, what it is. */
  readonly detail: string;
  /** A snippet: `$1`, `${1:default}`, `${1|a,b|}`. */
  readonly insertText: string;
  /** What it replaces. */
  readonly range: TextRange;
  /** Order of the list. */
  readonly sortText: string;
  /** Whether more is to choose once it is inserted: the editor asks again. */
  readonly more: boolean;
}

export interface CompletionOptions {
  /** Rules that `diagnostics.rules` may name. */
  readonly rules?: readonly { readonly id: string; readonly title: string }[];
  /** Columns or arrays of the training data. */
  readonly columns?: readonly { readonly name: string; readonly about: string }[];
}

/** Keys of `data` whose values, and whose keys, are names of columns. */
const [columnValues, columnKeys] = [["inputs", "target"], ["scaling", "categorical"]];

/** Whether a column of the data may be named at a position. */
export function takesColumns(text: string, position: Position): boolean {
  const place = placeAt(text, position);
  return place !== null && isColumnPlace(place);
}

function isColumnPlace({ path: [section, key], path, role }: Place): boolean {
  if (section !== "data") return false;
  return (role === "value" && columnValues.includes(String(key)) && path.length <= 3) || (role === "key" && columnKeys.includes(String(key)) && path.length === 2);
}

function columnEntries(place: Place, { columns = [] }: CompletionOptions): Entry[] {
  return columns.filter(({ name }) => !place.siblings.includes(name)).map(({ name, about }) => {
    // as YAML writes it, and as a snippet takes it
    const written = stringify(name, { lineWidth: 0 }).trimEnd().replaceAll(/[$}\\]/g, "\\$&");
    return { label: name, kind: place.role, documentation: "", detail: about, insertText: place.role === "key" ? `${written}: $1` : written, more: place.role === "key" };
  });
}

/** What may be written at a position of a YAML training file, finished or not: keys, kinds, words. Empty where nothing is known. */
export function complete(text: string, position: Position, options: CompletionOptions = {}): CompletionEntry[] {
  const place = placeAt(text, position);
  if (place === null) return [];
  const entries = place.path.join(".") === "diagnostics.rules" ? ruleEntries(place, options) : schemasAt(place.path).flatMap(forms).flatMap((form) => entriesOf(form, place));
  const labels = new Set<string>();
  if (isColumnPlace(place)) entries.unshift(...columnEntries(place, options));
  return entries
    .filter(({ label }) => !labels.has(label) && labels.add(label))
    .map((entry, index) => Object.assign(entry, { range: place.range, sortText: String(index).padStart(3, "0") }));
}

type Entry = Omit<CompletionEntry, "range" | "sortText">;

function entriesOf(form: z.ZodType, place: Place): Entry[] {
  const table = marks.get(form)?.table;
  if (table !== undefined) return place.siblings.some((key) => table.kinds.has(key)) ? [] : kindEntries(table, place);
  if (form instanceof z.ZodObject) return keyEntries(form, place);
  if (place.role === "key") return [];
  const words = form instanceof z.ZodBoolean ? ["true", "false"] : wordsOf(form);
  return words.map((word) => ({ label: word, kind: "value", documentation: "", detail: "", insertText: word, more: false }));
}

/** Keys that the mapping lacks; after `key: ` on one line they come in braces. */
function keyEntries(form: z.ZodObject, place: Place): Entry[] {
  return Object.entries(form.shape).filter(([key]) => !place.siblings.includes(key) && !excluded(form, key, place)).map(([key, field]) => {
    const schema = field as z.ZodType;
    const { snippet, more } = valueSnippet(schema, place);
    const written = `${key}:${snippet}`;
    const standard = defaultOf(schema);
    return { label: key, kind: "key", documentation: keyDocumentation(schema), detail: standard === null ? "" : `default ${standard}`, insertText: place.afterKey ? `{ ${written} }` : written, more };
  });
}

function excluded(form: z.ZodObject, key: string, place: Place): boolean {
  const rivals = marks.get(form)?.alternatives ?? [];
  return rivals.includes(key) && rivals.some((rival) => place.siblings.includes(rival));
}

/** What follows a key: its default to write over, a choice of its words, or room for what comes next. */
function valueSnippet(schema: z.ZodType, place: Place): { snippet: string; more: boolean } {
  const all = forms(schema);
  if (all.some((form) => marks.get(form)?.table !== undefined)) return { snippet: " $1", more: true };
  const list = all.find((form) => form instanceof z.ZodArray && marks.get(form.element as z.ZodType)?.table !== undefined);
  if (list !== undefined) return { snippet: place.flow ? " [$1]" : "\n  - $1", more: true };
  const words = all.flatMap(wordsOf);
  const standard = defaultOf(schema);
  if (words.length > 1 && all.every((form) => wordsOf(form).length > 0)) {
    const ordered = [...(standard !== null && words.includes(standard) ? [standard] : []), ...words.filter((word) => word !== standard)];
    return { snippet: ` \${1|${ordered.join(",")}|}`, more: false };
  }
  if (all.every((form) => form instanceof z.ZodObject)) return { snippet: " { $1 }", more: true };
  if (all.every((form) => form instanceof z.ZodBoolean)) return { snippet: ` \${1|${standard === "false" ? "true,false" : "false,true"}|}`, more: false };
  return { snippet: standard === null ? " $1" : ` \${1:${standard}}`, more: false };
}

/** Kinds: the bare name where every argument has a default, the short form where one must be given. */
function kindEntries(table: KindTable, place: Place): Entry[] {
  return [...table.kinds.values()].map((kind) => {
    const isBare = kind.arguments.safeParse({}).success;
    const main = kind.main === undefined ? null : defaultOf(kind.arguments.shape[kind.main] as z.ZodType);
    const short = kind.nested !== undefined ? nestedSnippet(kind, place) : `${kind.kind}: ${kind.main === undefined ? "{ $1 }" : main === null ? "$1" : `\${1:${main}}`}`;
    const asKey = place.role === "key" || (!isBare && !place.afterKey);
    const insertText = asKey ? short : isBare ? kind.kind : `{ ${short} }`;
    return { label: kind.kind, kind: "entry", documentation: kindDocumentation(kind), detail: kind.summary, insertText, more: kind.nested !== undefined };
  });
}

/** A layer of layers with room for them: on lines of their own, or in brackets where the place is within some. */
function nestedSnippet({ kind, main, nested }: Kind, { flow, role, afterKey }: Place): string {
  if (main === undefined) return `${kind}: { times: \${1:2}, layers: [$2] }`;
  if (nested?.form === "branches") return `${kind}: [[$1], [$2]]`;
  return flow || afterKey || role === "key" ? `${kind}: [$1]` : `${kind}:\n    - $1`;
}

function ruleEntries(place: Place, { rules = [] }: CompletionOptions): Entry[] {
  return rules.filter(({ id }) => !place.siblings.includes(id)).map(({ id, title }) => {
    const written = `${id}: \${1|off,info,warning,error|}`;
    return { label: id, kind: "key", documentation: title, detail: title, insertText: place.afterKey ? `{ ${written} }` : written, more: false };
  });
}
