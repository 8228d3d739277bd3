import { add, mul, reshape, reshapeLike } from "../graph/functions.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { alongChannels, standardized } from "./normalizing.js";
import { like } from "./shapeRules.js";

/** Operator set 21 made scale and B go by channel; before they went by group. */
const byChannelFrom = 21;

/** Y = scale (X - mean) / sqrt(var + epsilon) + B, mean and var over each example's group of channels. ONNX GroupNormalization-21. */
export const GroupNormalization = defineOperator("GroupNormalization", {
  inputs: ["X", "scale", "B"],
  shape: ({ X }) => like(X),
  gradient: { X: form, scale: form, B: form },
});

function form(call: GradientContext): ReturnType<typeof throughForm> {
  return throughForm(call, ([x, factor, offset]) => {
    if (!x || !factor || !offset) return [];
    const groups = standardized(reshape(x, [0, call.int("num_groups", 1), -1]), [2], call.float("epsilon", 1e-5));
    if (call.opset < byChannelFrom) return [reshapeLike(add(mul(groups, alongChannels(factor, 3)), alongChannels(offset, 3)), x)];
    return [add(mul(reshapeLike(groups, x), alongChannels(factor, x.rank)), alongChannels(offset, x.rank))];
  });
}
