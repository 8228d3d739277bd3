import { div, mul, reduceMean, shift, sqrt, square } from "../graph/functions.js";
import { axesOf, axisOf } from "../graph/shapes.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { like } from "./shapeRules.js";

/** Y = scale X / sqrt(mean(X^2) + epsilon), the mean over the axes from `axis` on. ONNX RMSNormalization-23. */
export const RMSNormalization = defineOperator("RMSNormalization", {
  inputs: ["X", "scale"],
  shape: ({ X }) => like(X),
  gradient: { X: form, scale: form },
});

function form(call: GradientContext): ReturnType<typeof throughForm> {
  return throughForm(call, ([x, factor]) => {
    if (!x || !factor) return [];
    const axes = axesOf(null, x.rank).slice(axisOf(call.int("axis", -1), x.rank));
    return [mul(div(x, sqrt(shift(reduceMean(square(x), axes, true), call.float("epsilon", 1e-5)))), factor)];
  });
}
