import type { Node } from "../graph/types.js";
import { nchwcDomain } from "../ops/nchwc/blocked.js";
import { blockWeights, readsPlainInput } from "../ops/nchwc/convWeights.js";
import { isTilingPool } from "./blockedPools.js";
import type { LoweringRule } from "./site.js";
import { forms } from "./table.js";
import { intOf, windowAttributes } from "./windowAttributes.js";

/**
 * Conv in blocks, with its bias and, where they follow it alone, the addition of another branch and ReLU as the kernel's own last steps.
 * Left alone: groups, dilations, other than two dimensions, and sizes that `forms.convolution` finds no gain for.
 */
export const lowerConv: LoweringRule = (site, node) => {
  const [image, weights, bias] = node.inputs;
  const [imageDims, weightDims, outputDims] = [site.dims(image), site.dims(weights), site.dims(node.outputs[0])];
  if (imageDims?.length !== 4 || weightDims === null || outputDims === null || intOf(node, "group", 1) !== 1) return false;
  const window = windowAttributes(node, imageDims, weightDims);
  if (window === null || window.dilations.some((d) => d !== 1)) return false;
  const [samples, inputChannels] = imageDims;
  if (!forms.convolution.pays({ samples, inputChannels, outputChannels: weightDims[0], block: site.block })) return false;

  const x = readsPlainInput(inputChannels, site.block) ? site.plain(image) : site.blocked(image);
  const w = blockWeights(site.plain(weights)!);
  const b = bias ? site.channels(bias) : null;
  const { last, sum } = additionAfter(node);
  const relu = reluAfter(last);
  const attributes = { kernel_shape: window.kernel, strides: window.strides, pads: window.pads, ...(relu === null ? {} : { activation: "Relu" }) };
  const y = site.into.op("Conv", sum === null ? [x, w, b] : [x, w, b, site.blocked(sum)], attributes, { domain: nchwcDomain, name: node.name });
  site.define((relu ?? last).outputs[0], y);
  return true;

  /** An Add that alone reads the product, whose other branch of the same shape is there already. */
  function additionAfter(conv: Node): { readonly last: Node; readonly sum: string | null } {
    const add = site.onlyReader(conv.outputs[0]);
    const none = { last: conv, sum: null };
    if (add?.op !== "Add" || add.domain !== "" || add.inputs[0] === add.inputs[1]) return none;
    const other = add.inputs[0] === conv.outputs[0] ? add.inputs[1] : add.inputs[0];
    const dims = site.dims(other);
    if (!site.has(other) || dims === null || dims.length !== 4 || dims.some((dim, i) => dim !== outputDims![i])) return none;
    site.absorb(add);
    return { last: add, sum: other };
  }

  /** A Relu that alone reads the value; not one before a pool, which takes it to its other side. */
  function reluAfter(before: Node): Node | null {
    const relu = site.onlyReader(before.outputs[0]);
    if (relu?.op !== "Relu" || relu.domain !== "") return null;
    const next = site.onlyReader(relu.outputs[0]);
    if (next !== null && next.op === "MaxPool" && isTilingPool(site, next)) return null;
    site.absorb(relu);
    return relu;
  }
};
