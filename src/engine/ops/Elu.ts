import { greater, mul, scalarLike, shift, where } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X where X > 0, else alpha (e^X - 1). ONNX Elu-6. */
export const Elu = defineOperator("Elu", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X, Y, float }) => where(greater(X, scalarLike(X, 0)), dY, mul(dY, shift(Y, float("alpha", 1)))) },
});
