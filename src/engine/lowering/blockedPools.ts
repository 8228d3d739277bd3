import type { Node } from "../graph/types.js";
import { nchwcDomain } from "../ops/nchwc/blocked.js";
import type { LoweringRule, Site } from "./site.js";
import { intOf, windowAttributes, type WindowAttributes } from "./attributes.js";

/** The window of a pool that tiles the image (stride = kernel, no pads), whose gradient the blocked form has; null for others. */
function tilingWindow(site: Site, node: Node): WindowAttributes | null {
  const dims = site.dims(node.inputs[0]);
  if (node.domain !== "" || dims?.length !== 4 || node.outputs.slice(1).some((name) => !site.isUnused(name))) return null;
  if (intOf(node, "ceil_mode", 0) !== 0) return null;
  const window = windowAttributes(node, null);
  if (window === null || window.pads.some((pad) => pad !== 0) || window.dilations.some((d) => d !== 1)) return null;
  return window.kernel.every((k, axis) => k === window.strides[axis]) ? window : null;
}

/** Whether a pool can stay in blocks. */
export function isTilingPool(site: Site, node: Node): boolean {
  return tilingWindow(site, node) !== null;
}

/** MaxPool or AveragePool of a value that lies in blocks already. */
export const lowerPool: LoweringRule = (site, node) => {
  const window = tilingWindow(site, node);
  if (window === null || !site.isBlocked(node.inputs[0])) return false;
  site.define(node.outputs[0], poolOf(site, node, window));
  return true;
};

function poolOf(site: Site, node: Node, window: WindowAttributes, input = node.inputs[0]): ReturnType<Site["blocked"]> {
  return site.into.op(node.op, [site.blocked(input)], { kernel_shape: window.kernel, strides: window.strides }, { domain: nchwcDomain });
}

/** GlobalAveragePool of a value that lies in blocks already. */
export const lowerGlobalAveragePool: LoweringRule = (site, node) => {
  if (!site.isBlocked(node.inputs[0])) return false;
  site.define(node.outputs[0], site.into.op("GlobalAveragePool", [site.blocked(node.inputs[0])], {}, { domain: nchwcDomain }));
  return true;
};

/**
 * Relu of a value in blocks. Before a pool it changes places with it: the largest of what is above zero is the largest above zero, and
 * the pool's output is smaller, so ReLU and its mask cost a fraction. Gradients are the same: where a window's largest is not above zero,
 * ReLU lets nothing through on either side; where it is, it wins on either side.
 */
export const lowerRelu: LoweringRule = (site, node) => {
  if (!site.isBlocked(node.inputs[0])) return false;
  const pool = site.onlyReader(node.outputs[0]);
  const window = pool?.op === "MaxPool" ? tilingWindow(site, pool) : null;
  if (pool === null || window === null) {
    site.define(node.outputs[0], site.into.op("Relu", [site.blocked(node.inputs[0])], {}));
    return true;
  }
  const pooled = poolOf(site, pool, window, node.inputs[0]);
  site.define(pool.outputs[0], site.into.op("Relu", [pooled], {}));
  site.absorb(pool);
  return true;
};
