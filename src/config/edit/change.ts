/** What one edit by path means for the tree of a file: one change at one place. Overrides make it in the tree, editors in the text. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import type { Edit } from "../../protocol/finding.js";
import { bare, optionsOf, takes } from "../describe.js";
import { findPair, keyText, type SourceDocument } from "../document.js";
import { formatPath, parsePath, type Segment } from "../path.js";
import { argumentsSchema, type KindTable, marks } from "../schema/marks.js";
import { kindAt } from "../schema/navigate.js";
import { trainingFileSchema } from "../schema/trainingFile.js";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Where a value stands. */
export type Slot =
  | { readonly at: "root" }
  | { readonly at: "pair"; readonly map: YAMLMap; readonly pair: Pair }
  | { readonly at: "item"; readonly list: YAMLSeq; readonly index: number };

export type Change =
  | { readonly change: "replace"; readonly slot: Slot; readonly value: Json }
  /** A pair gives way to another key with its value. */
  | { readonly change: "replace-pair"; readonly map: YAMLMap; readonly pair: Pair; readonly key: string; readonly value: Json }
  | { readonly change: "rename"; readonly pair: Pair; readonly key: string }
  | { readonly change: "insert"; readonly map: YAMLMap; readonly key: string; readonly value: Json }
  | { readonly change: "append"; readonly list: YAMLSeq; readonly value: Json }
  | { readonly change: "remove"; readonly slot: Slot };

/**
 * The change that an edit asks for, or null where nothing is to be done. Short forms open up (`dense: 10` and `dense.activation`),
 * another kind replaces the kind (`optimizer.sgd.lr` over adam), a key takes the place of the ones that it excludes (`steps`, `epochs`).
 * Throws DescentError `wrong-path` for what is no path or no place.
 */
export function changeFor(source: SourceDocument, edit: Edit): Change | null {
  const segments = parsePath(edit.path);
  if (segments === null || segments.length === 0) throw new DescentError("wrong-path", `${edit.path} is no path into a training file; a path looks like optimizer.adam.lr or model[2].dense.units.`, { path: edit.path });
  return "remove" in edit ? removal(source, segments) : new Setter(source, edit.value as Json, edit.path).walk({ at: "root" }, trainingFileSchema, segments);
}

/** The pair that two edits - remove one key, set its sibling to the same value - rename, or null. */
export function renameFor(source: SourceDocument, remove: Edit, set: Edit): Change | null {
  if (!("remove" in remove) || "remove" in set) return null;
  const [from, to] = [parsePath(remove.path), parsePath(set.path)];
  const [oldKey, newKey] = [from?.at(-1), to?.at(-1)];
  if (!from || !to || typeof oldKey !== "string" || typeof newKey !== "string" || formatPath(from.slice(0, -1)) !== formatPath(to.slice(0, -1))) return null;
  const map = nodeAt(source, from.slice(0, -1));
  const pair = isMap(map) ? findPair(map, oldKey) : undefined;
  if (pair === undefined || JSON.stringify(jsonOf(source, pair.value)) !== JSON.stringify(set.value)) return null;
  return { change: "rename", pair, key: newKey };
}

/** A node's value as JSON. */
export function jsonOf(source: SourceDocument, node: unknown): Json {
  return ((node as Node | null | undefined)?.toJS(source.yaml) ?? null) as Json;
}

function nodeAt(source: SourceDocument, segments: readonly Segment[]): Node | null {
  let node = source.resolve(source.yaml.contents);
  for (const segment of segments) {
    node = isMap(node) && typeof segment === "string" ? source.resolve(findPair(node, segment)?.value) : isSeq(node) && typeof segment === "number" ? source.resolve(node.items[segment]) : null;
  }
  return node;
}

/** A value under the keys that lead to it: `nest(["adam", "lr"], 1)` is `{ adam: { lr: 1 } }`. */
function nest(segments: readonly Segment[], value: Json): Json {
  return segments.reduceRight<Json>((inside, segment) => (typeof segment === "number" ? [inside] : { [segment]: inside }), value);
}

class Setter {
  constructor(readonly source: SourceDocument, readonly value: Json, readonly path: string) {}

  walk(slot: Slot, schema: z.ZodType | null, rest: readonly Segment[]): Change {
    const raw = valueIn(this.source, slot);
    if (rest.length === 0) return { change: "replace", slot, value: this.value };
    // what an alias stands for is shared: the alias gives way to a copy
    if (isAlias(raw)) return { change: "replace", slot, value: setIn(jsonOf(this.source, raw), rest, this.value) };
    const node = raw;
    const plain = schema === null ? null : alternative(bare(schema), node, rest[0]);
    const table = plain === null ? undefined : marks.get(plain)?.table;
    if (table !== undefined && typeof rest[0] === "string" && !(table.named && rest[0] === "name")) return this.kind(slot, table, node, rest[0], rest.slice(1));
    if (isMap(node) && typeof rest[0] === "string") return this.key(slot, plain, node, rest[0], rest.slice(1));
    if (isSeq(node) && typeof rest[0] === "number") {
      if (rest[0] < node.items.length) return this.walk({ at: "item", list: node, index: rest[0] }, plain instanceof z.ZodArray ? (plain.element as z.ZodType) : null, rest.slice(1));
      if (rest[0] === node.items.length) return { change: "append", list: node, value: nest(rest.slice(1), this.value) };
      throw new DescentError("wrong-path", `${this.path}: the list has ${node.items.length} entries, counted from 0.`, { path: this.path });
    }
    if (typeof rest[0] === "number" && rest[0] > 0) throw new DescentError("wrong-path", `${this.path}: there is no list there.`, { path: this.path });
    return { change: "replace", slot, value: nest(rest, this.value) };
  }

  private key(slot: Slot, schema: z.ZodType | null, map: YAMLMap, key: string, rest: readonly Segment[]): Change {
    const shape = schema instanceof z.ZodObject ? schema.shape : null;
    const pair = findPair(map, key);
    const child = shape?.[key] ?? (schema instanceof z.ZodRecord ? schema.valueType : null);
    if (pair !== undefined) return this.walk({ at: "pair", map, pair }, child as z.ZodType | null, rest);
    const value = nest(rest, this.value);
    // written in another of the schema's forms: `init: { normal: 1 }` under `init.uniform`
    const other = shape !== null && key in shape && schema !== null && slot.at !== "root" && marks.get(schema) === undefined && map.items.some((item) => !((keyText(item) ?? "") in shape));
    if (other) return { change: "replace", slot, value: { [key]: value } };
    const rivals = (schema === null ? undefined : marks.get(schema)?.alternatives) ?? [];
    const rival = rivals.includes(key) ? map.items.find((item) => rivals.includes(keyText(item) ?? "")) : undefined;
    return rival === undefined ? { change: "insert", map, key, value } : { change: "replace-pair", map, pair: rival, key, value };
  }

  private kind(slot: Slot, table: KindTable, node: Node | null, kind: string, rest: readonly Segment[]): Change {
    const whole = rest.length === 0 && this.value === null ? kind : { [kind]: nest(rest, this.value) };
    const pair = isMap(node) ? findPair(node, kind) : undefined;
    if (pair === undefined || !isMap(node)) return { change: "replace", slot, value: whole };
    const entry = table.kinds.get(kind);
    const inside: Slot = { at: "pair", map: node, pair };
    const args = this.source.resolve(pair.value);
    const empty = args === null || (isScalar(args) && args.value === null);
    if (entry?.nested !== undefined && rest.length > 0) return this.nested(inside, argumentsSchema(table, entry), entry.nested.argument, args, rest);
    if (rest.length === 0 || entry === undefined || empty || isMap(args)) {
      return empty && rest.length > 0 ? { change: "replace", slot: inside, value: nest(rest, this.value) } : this.walk(inside, entry === undefined ? null : argumentsSchema(table, entry), rest);
    }
    if (entry.main === undefined || rest[0] === entry.main) return { change: "replace", slot: inside, value: rest.length === 1 ? this.value : nest(rest.slice(1), this.value) };
    return { change: "replace", slot: inside, value: { [entry.main]: jsonOf(this.source, args), ...(nest(rest, this.value) as object) } };
  }

  /** Within a layer of layers: `residual[0]` and `residual.layers[0]` are one place, whichever of the forms the file has. */
  private nested(inside: Slot, schema: z.ZodObject, argument: string, args: Node | null, rest: readonly Segment[]): Change {
    const short = typeof rest[0] === "number";
    if (isSeq(args)) {
      if (short || (rest[0] === argument && rest.length > 1)) return this.walk(inside, schema.shape[argument] as z.ZodType, short ? rest : rest.slice(1));
      if (rest[0] !== argument) return { change: "replace", slot: inside, value: { [argument]: jsonOf(this.source, args), ...(nest(rest, this.value) as object) } };
    }
    return isMap(args) ? this.walk(inside, schema, short ? [argument, ...rest] : rest) : { change: "replace", slot: inside, value: nest(rest, this.value) };
  }
}

/** Of a union, the form that a value has and that knows the key. */
function alternative(schema: z.ZodType, node: Node | null, key: Segment): z.ZodType | null {
  if (!(schema instanceof z.ZodUnion) || marks.get(schema)?.table !== undefined) return schema;
  const fitting = optionsOf(schema).filter((option) => takes(option, node));
  return fitting.find((option) => option instanceof z.ZodObject && key in option.shape) ?? fitting[0] ?? null;
}

function setIn(value: Json, segments: readonly Segment[], to: Json): Json {
  if (segments.length === 0) return to;
  const [first, ...rest] = segments;
  if (typeof first === "number") return (Array.isArray(value) ? value : []).map((item, index) => (index === first ? setIn(item, rest, to) : item));
  const object = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return { ...object, [first]: setIn(object[first] ?? null, rest, to) };
}

/** The value that stands in a slot; null for none. */
export function valueIn(source: SourceDocument, slot: Slot): Node | null {
  if (slot.at === "root") return source.yaml.contents as Node | null;
  return ((slot.at === "pair" ? slot.pair.value : slot.list.items[slot.index]) as Node | null | undefined) ?? null;
}

/** What a removal takes away: the value, and the mappings that it would leave empty; a kind's last argument leaves the bare kind. */
function removal(source: SourceDocument, segments: readonly Segment[]): Change | null {
  const slots: Slot[] = [{ at: "root" }];
  for (const segment of segments) {
    const node = source.resolve(valueIn(source, slots[slots.length - 1]));
    if (isMap(node) && typeof segment === "string") {
      const pair = findPair(node, segment);
      if (pair === undefined) return null;
      slots.push({ at: "pair", map: node, pair });
    } else if (isSeq(node) && typeof segment === "number" && segment < node.items.length) slots.push({ at: "item", list: node, index: segment });
    else if (isScalar(node) && node.value === segment && segment === segments.at(-1)) break; // `- softmax` is the layer model[3].softmax
    else return null;
  }
  let last = slots.length - 1;
  while (last > 1) {
    const slot = slots[last];
    if (slot.at !== "pair" || slot.map.items.length > 1) break;
    const path = segments.slice(0, last - 1);
    if (isKindsArguments(path)) return { change: "replace", slot: slots[last - 2], value: String(path[path.length - 1]) };
    last -= 1;
  }
  return slots[last].at === "root" ? null : { change: "remove", slot: slots[last] };
}

/** Whether a path leads to the arguments of a kind: `model[2].dense`, `optimizer.adam`. */
function isKindsArguments(path: readonly Segment[]): boolean {
  return path.length >= 2 && kindAt(path) !== null;
}
