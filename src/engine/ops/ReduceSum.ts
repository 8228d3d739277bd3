import { expandLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = the sum of X along axes. ONNX ReduceSum-13. */
export const ReduceSum = defineOperator("ReduceSum", {
  inputs: ["X", "axes?"],
  shape: (call) => reduced(call, call.X),
  gradient: { X: (call) => expandLike(unreduced(call, call.dY, call.X), call.X), axes: "zero" },
});
