import { dimProduct, dimQuotient } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { requestedShape } from "./shapeRules.js";

/** Y = an image put together from its windows as columns, overlaps summed: [N, C K, L] to [N, C, image]. ONNX Col2Im-18. */
export const Col2Im = defineOperator("Col2Im", {
  inputs: ["X", "image", "block"],
  shape: ({ X, image, block }) => {
    const sizes = requestedShape(image);
    const kernel = requestedShape(block);
    if (X.shape === null || sizes === null) return [{ type: X.type, shape: null }];
    return [{ type: X.type, shape: [X.shape[0], kernel === null ? null : dimQuotient(X.shape[1], dimProduct(kernel)), ...sizes] }];
  },
  gradient: "unsupported",
});
