import type { Tensor } from "../graph/builder.js";
import { add, div, mul, reciprocal, reduceMean, shift, sqrt, square, sub } from "../graph/functions.js";
import { axesOf, axisOf } from "../graph/shapes.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";

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
      if (call.outputGradients.slice(1).some((gradient) => gradient !== null)) return throughForm(call, (inputs) => withStatistics(call, inputs));
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
  return shared("normalization", () => {
    const axes = axesOf(null, X.rank).slice(axisOf(int("axis", -1), X.rank));
    const centered = sub(X, reduceMean(X, axes, true));
    const deviation = sqrt(shift(reduceMean(square(centered), axes, true), float("epsilon", 1e-5)));
    return { normalized: div(centered, deviation), deviation, axes };
  });
}

/** All outputs, the statistics included. */
function withStatistics(call: GradientContext, [x, factor, offset]: readonly (Tensor | null)[]): readonly Tensor[] {
  if (!x || !factor) return [];
  const axes = axesOf(null, x.rank).slice(axisOf(call.int("axis", -1), x.rank));
  const mean = reduceMean(x, axes, true);
  const inverse = reciprocal(sqrt(shift(reduceMean(square(sub(x, mean)), axes, true), call.float("epsilon", 1e-5))));
  const scaled = mul(mul(sub(x, mean), inverse), factor);
  return [offset ? add(scaled, offset) : scaled, mean, inverse];
}
