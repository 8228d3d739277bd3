import { defineOperator } from "./defineOperator.js";

/** Y = the boxes that remain when those which overlap a better one are left out. ONNX NonMaxSuppression-11. */
export const NonMaxSuppression = defineOperator("NonMaxSuppression", {
  inputs: ["boxes", "scores", "most?", "overlap?", "least?"],
  shape: () => [{ type: "int64", shape: [null, 3] }],
  gradient: "zero",
});
