import { div, reduceMean, shift, sqrt, square, sub } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { like } from "./shapeRules.js";

/** What ONNX adds to the deviation. */
const epsilon = 1e-9;

/** Y = (X - mean) / (sqrt(var) + 1e-9) over axes, by default all but the channels. ONNX MeanVarianceNormalization-13. */
export const MeanVarianceNormalization = defineOperator("MeanVarianceNormalization", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: (call) =>
      throughForm(call, ([x]) => {
        if (!x) return [];
        const axes = call.ints("axes") ?? [0, 2, 3];
        const centered = sub(x, reduceMean(x, axes, true));
        return [div(centered, shift(sqrt(reduceMean(square(centered), axes, true)), epsilon))];
      }),
  },
});
