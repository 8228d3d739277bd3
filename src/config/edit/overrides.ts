import { isMap, type Node, Pair, parseDocument, Scalar } from "yaml";
import { DescentError } from "../../common/errors.js";
import type { SourceDocument } from "../document.js";
import { type Change, changeFor, type Json, type Slot } from "./change.js";

/** Values set from outside (`--set path=value`), in order. */
export type Overrides = Readonly<Record<string, Json>>;

/**
 * Reads `path=value` as `--set` takes it; the value is YAML, so that numbers, lists and mappings can be written.
 * Throws DescentError `wrong-override`.
 */
export function parseOverride(text: string): { readonly path: string; readonly value: Json } {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new DescentError("wrong-override", `--set ${text}: write path=value, such as optimizer.adam.lr=1e-3.`);
  const document = parseDocument(text.slice(equals + 1), { version: "1.2" });
  if (document.errors.length > 0) throw new DescentError("wrong-override", `--set ${text}: the value is no YAML.`);
  return { path: text.slice(0, equals).trim(), value: document.toJS() as Json };
}

/** Puts values into the tree of a file, which keeps its positions elsewhere. Throws DescentError `wrong-path`. */
export function override(source: SourceDocument, overrides: Overrides): void {
  for (const [path, value] of Object.entries(overrides)) {
    const change = changeFor(source, { path, value });
    if (change !== null) makeInTree(source, change);
  }
}

function makeInTree(source: SourceDocument, change: Change): void {
  const node = (value: Json): Node => source.yaml.createNode(value) as Node;
  switch (change.change) {
    case "replace":
      return put(source, change.slot, node(change.value));
    case "insert":
      change.map.items.push(new Pair(new Scalar(change.key), node(change.value)));
      return;
    case "replace-pair":
      change.map.items.splice(change.map.items.indexOf(change.pair), 1, new Pair(new Scalar(change.key), node(change.value)));
      return;
    case "append":
      change.list.items.push(node(change.value));
      return;
    case "rename":
    case "remove":
      throw new Error("an override sets a value");
  }
}

/** A value put in place of another keeps the place of the old one in the text. */
function put(source: SourceDocument, slot: Slot, node: Node): void {
  if (slot.at === "root") {
    if (!isMap(node)) throw new Error("a training file is a mapping");
    source.yaml.contents = node as never;
  } else if (slot.at === "pair") slot.pair.value = node;
  else slot.list.items[slot.index] = node;
}
