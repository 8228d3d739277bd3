import type { Tensor } from "../graph/builder.js";
import { add, mul, neg, reciprocal, reshape, scale, shift, slice, sqrt } from "../graph/functions.js";
import { channelDot, channelMean, depthwise, passed, timesFactors } from "../ops/nchwc/blocked.js";
import type { GradientContext } from "../ops/defineOperator.js";
import { giveOwnGradient } from "../ops/ownGradient.js";
import { takeFollowers } from "./followers.js";
import type { LoweringRule } from "./site.js";
import { floatOf, intOf } from "./attributes.js";

/**
 * BatchNormalization in training form of a value in blocks: y = a (x - mean) + beta, a = gamma / sqrt(variance + epsilon), a channel.
 * Centring and scaling are depthwise products; a following addition and ReLU are the second one's last steps. Its gradient, with d = dY
 * before them and c = x - mean, is dX = a (d - mean(d) - c mean(d c) / (variance + epsilon)), dGamma and dBeta by the chain rule from
 * dA = sum(d c) and sum(d) (Ioffe and Szegedy 2015, section 3): one pass over the tensor, and one for a, which a convolution before it takes into its weights; differentiating
 * each node takes six.
 */
export const lowerBatchNormalization: LoweringRule = (site, node) => {
  const [input, gamma, beta, runningMean, runningVariance] = node.inputs;
  const dims = site.dims(input);
  if (!site.isBlocked(input) || dims?.length !== 4 || intOf(node, "training_mode", 0) !== 1) return false;
  const x = site.blocked(input);
  const [n, , h, w] = dims;

  const mean = giveOwnGradient(channelMean(x), "zero");
  const centred = giveOwnGradient(depthwise(x, null, { bias: neg(mean) }), { X: ({ outputGradients: [d] }) => d, W: "zero", B: "zero", Sum: "zero" });
  const variance = giveOwnGradient(scale(channelDot(centred, centred), 1 / (n * h * w)), "zero");
  const inverse = giveOwnGradient(reciprocal(sqrt(shift(variance, floatOf(node, "epsilon", 1e-5)))), "zero");
  const slope = mul(site.channels(gamma), inverse);
  const { last, sum, relu } = takeFollowers(site, node);
  const y = depthwise(centred, slope, { bias: site.channels(beta), sum: sum === null ? null : site.blocked(sum), relu });
  giveOwnGradient(y, {
    X: (call) => {
      const d = passed(call, y);
      const correlation = scale(mul(mul(sumOfProducts(call, d), inverse), inverse), -1 / (n * h * w));
      return timesFactors(depthwise(centred, correlation, { bias: neg(meanOf(call, d)), sum: d }), slope);
    },
    W: (call) => reshape(sumOfProducts(call, passed(call, y)), [x.dims[1], 1, 1, 1]),
    B: (call) => scale(meanOf(call, passed(call, y)), n * h * w),
    Sum: (call) => passed(call, y),
  });
  site.define(last.outputs[0], y);

  const momentum = floatOf(node, "momentum", 0.9);
  const moved = (old: string, batch: Tensor): Tensor => add(scale(site.plain(old)!, momentum), scale(slice(batch, [0], [dims[1]], [0]), 1 - momentum));
  if (!site.isUnused(node.outputs[1] ?? "")) site.definePlain(node.outputs[1], moved(runningMean, mean));
  if (!site.isUnused(node.outputs[2] ?? "")) site.definePlain(node.outputs[2], moved(runningVariance, variance));
  return true;

  function sumOfProducts(call: GradientContext, d: Tensor): Tensor {
    return call.shared("sum of products", () => channelDot(d, centred));
  }

  function meanOf(call: GradientContext, d: Tensor): Tensor {
    return call.shared("mean", () => channelMean(d));
  }
};
