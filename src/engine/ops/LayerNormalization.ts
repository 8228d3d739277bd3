import type { Tensor } from "../graph/builder.js";
import { div, mul, reduceMean, shift, sqrt, square, sub } from "../graph/functions.js";
import { axesOf, axisOf } from "../graph/shapes.js";
import { DescentError } from "../../common/errors.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";

/** Y = scale (X - mean) / sqrt(var + epsilon) + B, mean and var over the axes from `axis` on. ONNX LayerNormalization-17. */
export const LayerNormalization = defineOperator("LayerNormalization", {
  inputs: ["X", "scale", "B?"],
  outputs: ["Y", "Mean?", "InvStdDev?"],
  shape: ({ X, int }) => {
    const statistics = X.shape?.map((dim, i) => (i < axisOf(int("axis", -1), X.rank) ? dim : 1)) ?? null;
    return [{ type: X.type, shape: X.shape }, { type: "float32", shape: statistics }, { type: "float32", shape: statistics }];
  },
  gradient: {
    X: (call) => {
      const { normalized, deviation, axes } = normalization(call);
      const d = mul(call.dY, call.scale);
      const throughMean = reduceMean(d, axes, true);
      const throughVariance = mul(normalized, reduceMean(mul(d, normalized), axes, true));
      return div(sub(sub(d, throughMean), throughVariance), deviation);
    },
    scale: (call) => mul(call.dY, normalization(call).normalized), // the engine sums over what scale and B broadcast
    B: ({ dY }) => dY,
  },
});

/** X normalised, and what it was divided by. */
function normalization(call: GradientContext & { readonly X: Tensor }): { readonly normalized: Tensor; readonly deviation: Tensor; readonly axes: readonly number[] } {
  const { X, shared, int, float } = call;
  if (call.outputGradients.slice(1).some((gradient) => gradient !== null)) {
    throw new DescentError("operator-without-gradient", `The statistics of LayerNormalization (node ${call.node.name}) have no gradient here; take the loss from its first output.`);
  }
  return shared("normalization", () => {
    const axes = axesOf(null, X.rank).slice(axisOf(int("axis", -1), X.rank));
    const centered = sub(X, reduceMean(X, axes, true));
    const deviation = sqrt(shift(reduceMean(square(centered), axes, true), float("epsilon", 1e-5)));
    return { normalized: div(centered, deviation), deviation, axes };
  });
}
