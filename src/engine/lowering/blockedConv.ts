import { firstPhase, nchwcDomain } from "../ops/nchwc/blocked.js";
import { blockWeights, readsPlainInput } from "../ops/nchwc/convWeights.js";
import { takeFollowers } from "./followers.js";
import type { LoweringRule } from "./site.js";
import { forms } from "./table.js";
import { intOf, windowAttributes, type WindowAttributes } from "./attributes.js";

/**
 * Conv in blocks, with its bias and, where they follow it alone, the addition of another branch and ReLU as the kernel's own last steps.
 * Left alone: groups, dilations, other than two dimensions, and sizes that `forms.convolution` finds no gain for.
 */
export const lowerConv: LoweringRule = (site, node) => {
  const [image, weights, bias] = node.inputs;
  const [imageDims, weightDims] = [site.dims(image), site.dims(weights)];
  if (imageDims?.length !== 4 || weightDims === null || site.dims(node.outputs[0]) === null || intOf(node, "group", 1) !== 1) return false;
  const window = windowAttributes(node, weightDims);
  if (window === null || window.dilations.some((d) => d !== 1)) return false;
  const [samples, inputChannels] = imageDims;
  if (!forms.convolution.pays({ samples, inputChannels, outputChannels: weightDims[0], block: site.block })) return false;

  const picks = picksPixels(window, imageDims) && !readsPlainInput(inputChannels, site.block);
  const x = readsPlainInput(inputChannels, site.block) ? site.plain(image) : picks ? firstPhase(site.blocked(image), ...window.strides) : site.blocked(image);
  const w = blockWeights(site.plain(weights)!);
  const b = bias ? site.channels(bias) : null;
  const { last, sum, relu } = takeFollowers(site, node);
  const attributes = { kernel_shape: window.kernel, strides: picks ? [1, 1] : window.strides, pads: window.pads, ...(relu ? { activation: "Relu" } : {}) };
  const y = site.into.op("Conv", [x, w, b, sum === null ? null : site.blocked(sum)], attributes, { domain: nchwcDomain });
  site.define(last.outputs[0], y);
  return true;
};

/**
 * Whether the kernel is a single pixel with a stride that divides the image: then the pixels that it reads are picked first, so that its gradients
 * are those of a stride of 1, and what flows back joins a phase of the gradient of a larger kernel with the same stride, as beside a residual branch.
 */
function picksPixels({ kernel, strides, pads }: WindowAttributes, [, , ...size]: readonly number[]): boolean {
  return kernel.every((k) => k === 1) && pads.every((pad) => pad === 0) && strides.some((s) => s > 1) && strides.every((s, axis) => size[axis] % s === 0);
}
