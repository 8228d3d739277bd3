import type { Node } from "../graph/types.js";
import { isTilingPool } from "./blockedPools.js";
import type { Site } from "./site.js";

/** What a blocked kernel does beside its own work: the addition of another branch and ReLU. */
export interface Followers {
  /** The node whose value the kernel then computes. */
  readonly last: Node;
  /** The value that is added, of the same shape. */
  readonly sum: string | null;
  readonly relu: boolean;
}

/** Takes in the Add and the Relu that alone read a node's first output, one after the other, where a blocked kernel can do their work. */
export function takeFollowers(site: Site, node: Node): Followers {
  const add = additionAfter(site, node);
  const relu = reluAfter(site, add?.node ?? node);
  if (add !== null) site.absorb(add.node);
  if (relu !== null) site.absorb(relu);
  return { last: relu ?? add?.node ?? node, sum: add?.other ?? null, relu: relu !== null };
}

/** An Add whose other branch, of the same shape, is there already. */
function additionAfter(site: Site, node: Node): { readonly node: Node; readonly other: string } | null {
  const add = site.onlyReader(node.outputs[0]);
  if (add?.op !== "Add" || add.domain !== "" || add.inputs[0] === add.inputs[1]) return null;
  const other = add.inputs[0] === node.outputs[0] ? add.inputs[1] : add.inputs[0];
  const [dims, others] = [site.dims(node.outputs[0]), site.dims(other)];
  const sameShape = dims !== null && others?.length === 4 && others.every((dim, i) => dim === dims[i]);
  return sameShape && site.has(other) ? { node: add, other } : null;
}

/** A Relu; not one before a pool, with which it changes places (see `lowerRelu`). */
function reluAfter(site: Site, node: Node): Node | null {
  const relu = site.onlyReader(node.outputs[0]);
  if (relu?.op !== "Relu" || relu.domain !== "") return null;
  const next = site.onlyReader(relu.outputs[0]);
  return next?.op === "MaxPool" && isTilingPool(site, next) ? null : relu;
}
