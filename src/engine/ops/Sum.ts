import { defineOperator } from "./defineOperator.js";
import { broadcast } from "./shapeRules.js";

/** Y = the sum of all inputs. ONNX Sum-13. */
export const Sum = defineOperator("Sum", {
  inputs: ["data..."],
  shape: ({ data }) => broadcast(data),
  gradient: { data: ({ dY }) => dY },
});
