import { greater, mul, scalarLike, scale, shift, where } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Fixed points of self-normalisation: Klambauer et al. 2017, to float32 as ONNX has them. */
const defaultAlpha = 1.6732631921768188;
const defaultGamma = 1.0507010221481323;

/** Y = gamma X where X > 0, else gamma alpha (e^X - 1). ONNX Selu-6. */
export const Selu = defineOperator("Selu", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: ({ dY, X, Y, float }) => {
      const gamma = float("gamma", defaultGamma);
      const below = shift(Y, gamma * float("alpha", defaultAlpha));
      return where(greater(X, scalarLike(X, 0)), scale(dY, gamma), mul(dY, below));
    },
  },
});
