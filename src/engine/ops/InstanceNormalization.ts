import { add, mul } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { alongChannels, standardized } from "./normalizing.js";
import { like } from "./shapeRules.js";

/** Y = scale (X - mean) / sqrt(var + epsilon) + B, mean and var over the positions of each example's channel. ONNX InstanceNormalization-6. */
export const InstanceNormalization = defineOperator("InstanceNormalization", {
  inputs: ["X", "scale", "B"],
  shape: ({ X }) => like(X),
  gradient: { X: form, scale: form, B: form },
});

function form(call: GradientContext): ReturnType<typeof throughForm> {
  return throughForm(call, ([x, factor, offset]) => {
    if (!x || !factor || !offset) return [];
    const normalized = standardized(x, axesOf(null, x.rank).slice(2), call.float("epsilon", 1e-5));
    return [add(mul(normalized, alongChannels(factor, x.rank)), alongChannels(offset, x.rank))];
  });
}
