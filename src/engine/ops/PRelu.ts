import { greater, mul, scalarLike, where } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X where X > 0, else slope X; the slope broadcasts to X. ONNX PRelu-16. */
export const PRelu = defineOperator("PRelu", {
  inputs: ["X", "slope"],
  shape: ({ X }) => like(X),
  gradient: {
    X: ({ dY, X, slope }) => where(greater(X, scalarLike(X, 0)), dY, mul(dY, slope)),
    slope: ({ dY, X }) => where(greater(X, scalarLike(X, 0)), scalarLike(X, 0), mul(dY, X)),
  },
});
