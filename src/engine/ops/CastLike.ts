import { cast } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";

/** Y = X in the element type of another tensor. ONNX CastLike-19. */
export const CastLike = defineOperator("CastLike", {
  inputs: ["X", "target"],
  shape: ({ X, target }) => [{ type: target.type, shape: X.shape, elements: X.elements }],
  gradient: { X: ({ dY, X }) => cast(dY, X.type), target: "zero" },
});
