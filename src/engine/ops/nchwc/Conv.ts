import { DescentError } from "../../../common/errors.js";
import type { Tensor } from "../../graph/builder.js";
import { defineOperator, type GradientContext } from "../defineOperator.js";
import { mul } from "../../graph/functions.js";
import { channelSum, factorsOf, nchwcDomain, passed } from "./blocked.js";
import { convDataGradient } from "./convDataGradient.js";
import { positions, windowOf } from "./convGeometry.js";
import { convWeightGradient } from "./convWeightGradient.js";
import { timesOutputFactors } from "./convWeights.js";

/** Y = activation(X * W + B + Sum), X, Y and Sum in blocks of channels (X as NCHW where it has fewer channels than a block). com.microsoft.nchwc Conv-1. */
export const Conv = defineOperator("Conv", {
  domain: nchwcDomain,
  inputs: ["X", "W", "B?", "Sum?"],
  shape: ({ node, X, W }) => {
    const window = windowOf(node, W);
    const [n, , height, width] = X.dims;
    return [{ type: X.type, shape: [n, W.dims[0], positions(window, 0, height), positions(window, 1, width)] }];
  },
  gradient: {
    X: (call) => {
      const { d, factors } = factorsOf(beforeActivation(call, call.Y));
      return convDataGradient(call.X, factors === null ? call.W : timesOutputFactors(call.W, factors), d, windowOf(call.node, call.W));
    },
    W: (call) => {
      const { d, factors } = factorsOf(beforeActivation(call, call.Y));
      const gradient = convWeightGradient(call.X, d, call.W.dims, windowOf(call.node, call.W));
      return factors === null ? gradient : timesOutputFactors(gradient, factors);
    },
    B: (call) => {
      const { d, factors } = factorsOf(beforeActivation(call, call.Y));
      return factors === null ? channelSum(d) : mul(channelSum(d), factors);
    },
    Sum: (call) => beforeActivation(call, call.Y),
  },
});

/** The gradient before the fused activation. Throws `no-gradient` for forms that no forward graph of ours has. */
function beforeActivation(call: GradientContext, y: Tensor): Tensor {
  const activation = call.text("activation", "");
  if (call.int("group", 1) !== 1 || call.ints("dilations")?.some((d) => d !== 1) || (activation !== "" && activation !== "Relu")) {
    throw new DescentError("no-gradient", `${call.node.name}: there is no gradient of a blocked Conv with groups, dilations or the activation ${activation || "none"}.`);
  }
  return passed(call, y);
}
