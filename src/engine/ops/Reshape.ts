import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { reshapeLike } from "../graph/functions.js";
import { dimProduct, dimQuotient } from "../graph/shapes.js";
import type { Shape } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";
import { requestedShape } from "./shapeRules.js";

/** Y = X in another shape; -1 stands for what remains, 0 for the dimension of X at that place. ONNX Reshape-21. */
export const Reshape = defineOperator("Reshape", {
  inputs: ["X", "shape"],
  shape: ({ X, shape, int }) => {
    const target = reshaped(X.shape, shape, int("allowzero", 0) === 1);
    return [{ type: X.type, shape: target, elements: target !== null && target.length <= 1 ? X.elements : null }];
  },
  gradient: { X: ({ dY, X }) => reshapeLike(dY, X), shape: "zero" },
});

function reshaped(from: Shape | null, shape: Tensor, zeroIsZero: boolean): Shape | null {
  const asked = shape.elements;
  if (asked === null) return requestedShape(shape);
  const dims = asked.map((dim, i) => (dim === 0 && !zeroIsZero ? (from?.[i] ?? null) : dim));
  const rest = dims.indexOf(-1);
  const total = from === null ? null : dimProduct(from);
  const known = dimProduct(dims.filter((_, i) => i !== rest));
  if (rest >= 0) return dims.with(rest, total === 0 && known === 0 ? null : dimQuotient(total, known));
  if (typeof total === "number" && typeof known === "number" && total !== known) {
    throw new DescentError("shape-mismatch", `A tensor of shape ${formatShape(from)} cannot take the shape ${formatShape(dims)}: ${total} elements against ${known}.`);
  }
  // a single unknown dimension is what the others leave
  const unknown = dims.indexOf(null);
  return unknown >= 0 && dims.lastIndexOf(null) === unknown ? dims.with(unknown, dimQuotient(total, dimProduct(dims.toSpliced(unknown, 1)))) : dims;
}
