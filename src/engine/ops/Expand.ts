import { broadcastShape } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { requestedShape } from "./shapeRules.js";

/** Y = X repeated by broadcasting with a shape. ONNX Expand-13. */
export const Expand = defineOperator("Expand", {
  inputs: ["X", "shape"],
  shape: ({ X, shape }) => {
    const target = broadcastShape(X.shape, requestedShape(shape));
    const single = X.elements?.length === 1 && target?.length === 1 && typeof target[0] === "number" && target[0] <= 64;
    return [{ type: X.type, shape: target, elements: single ? Array.from({ length: target[0] as number }, () => X.elements?.[0] ?? null) : null }];
  },
  gradient: { X: ({ dY }) => dY, shape: "zero" }, // the engine sums what was repeated
});
