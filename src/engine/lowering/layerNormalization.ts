import { mul, reduceMean, sub } from "../graph/functions.js";
import { withGradient } from "../ops/withGradient.js";
import { intOf } from "./attributes.js";
import type { LoweringRule } from "./site.js";

/**
 * LayerNormalization over the last axis, Y = scale N + B with N = (X - mean) / deviation by the runtime's own kernel, which also gives 1 / deviation.
 * Through N, with d its gradient: dX = (d - mean(d) - N mean(d N)) / deviation (Ba, Kiros, Hinton 2016), in six passes; differentiating the
 * operator by itself computes mean and deviation once more.
 */
export const lowerLayerNormalization: LoweringRule = (site, node) => {
  const [input, scale, bias] = node.inputs;
  const dims = site.dims(input);
  if (dims === null || dims.length < 2 || ![-1, dims.length - 1].includes(intOf(node, "axis", -1)) || node.outputs.slice(1).some((name) => !site.isUnused(name))) return false;
  const [x, factors, offsets] = [site.plain(input)!, site.plain(scale)!, site.plain(bias ?? "")];
  if (x.type !== "float32" || factors.rank !== 1) return false;
  const attributes = { axis: -1, ...(node.attributes.epsilon && { epsilon: node.attributes.epsilon }) };
  const [normalized, , inverse] = site.into.ops("LayerNormalization", [x, site.into.filled(factors.dims, 1)], attributes, { outputs: 3 });
  const last = [dims.length - 1];
  const [y] = withGradient([normalized], [x], ({ outputGradients: [d] }) => {
    const along = mul(normalized, reduceMean(mul(d!, normalized), last, true));
    return mul(sub(sub(d!, reduceMean(d!, last, true)), along), inverse);
  });
  site.defineNormalized(node.outputs[0], { values: y, factors, offsets });
  return true;
};
