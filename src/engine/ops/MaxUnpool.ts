import { gather, reshape } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { requestedShape } from "./shapeRules.js";

/** Y = zeros with the elements of X at flat places, as MaxPool gives them out. ONNX MaxUnpool-11. */
export const MaxUnpool = defineOperator("MaxUnpool", {
  inputs: ["X", "places", "shape?"],
  shape: (call) => {
    const { X, shape } = call;
    if (shape !== null) return [{ type: X.type, shape: requestedShape(shape) }];
    if (X.shape === null) return [{ type: X.type, shape: null }];
    const kernel = call.ints("kernel_shape") ?? [];
    const strides = call.ints("strides") ?? kernel.map(() => 1);
    const pads = call.ints("pads") ?? kernel.flatMap(() => [0, 0]);
    const sizes = X.shape.slice(2).map((size, i) => (typeof size === "number" ? (size - 1) * strides[i] + kernel[i] - pads[i] - pads[i + kernel.length] : null));
    return [{ type: X.type, shape: [...X.shape.slice(0, 2), ...sizes] }];
  },
  gradient: { X: ({ dY, places }) => gather(reshape(dY, [-1]), places, 0), places: "zero", shape: "zero" },
});
