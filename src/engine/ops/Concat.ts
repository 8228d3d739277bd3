import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { concat, dimOf, split } from "../graph/functions.js";
import { axisOf, differ, moreKnown } from "../graph/shapes.js";
import type { Dim, Shape } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";

/** Y = the inputs one after another along an axis. ONNX Concat-13. */
export const Concat = defineOperator("Concat", {
  inputs: ["data..."],
  shape: ({ data, int }) => {
    const ranked = data.find((x) => x.shape !== null);
    if (ranked === undefined) return [{ type: data[0].type, shape: null }];
    const axis = axisOf(int("axis", 0), ranked.rank);
    const shape = data.map((x) => x.shape).reduce((a, b) => joined(a, b, axis, ranked.rank));
    const elements = data.every((x) => x.elements !== null) ? data.flatMap((x) => x.elements as Shape) : data.flatMap(elementsOrUnknown);
    return [{ type: data[0].type, shape, elements: ranked.rank === 1 && elements.length <= 64 && !elements.includes("?") ? elements : null }];
  },
  gradient: {
    data: ({ dY, data, slot, int, shared }) => {
      const axis = int("axis", 0);
      const parts = shared("parts", () => split(dY, concat(data.map((x) => dimOf(x, axis)), 0), axis, data.length));
      return parts[slot];
    },
  },
});

function joined(a: Shape | null, b: Shape | null, axis: number, rank: number): Shape {
  const [left, right] = [a ?? unknown(rank), b ?? unknown(rank)];
  if (differ(left.toSpliced(axis, 1), right.toSpliced(axis, 1))) {
    throw new DescentError("shape-mismatch", `Tensors of shapes ${formatShape(a)} and ${formatShape(b)} cannot be joined along axis ${axis}.`);
  }
  return left.map((dim, i) => (i === axis ? sum(dim, right[i]) : moreKnown(dim, right[i])));
}

function unknown(rank: number): Shape {
  return Array.from({ length: rank }, () => null);
}

function sum(a: Dim, b: Dim): Dim {
  return typeof a === "number" && typeof b === "number" ? a + b : a === 0 ? b : b === 0 ? a : null;
}

/** Elements of a vector, null each where only their number is known; "?" where not even that. */
function elementsOrUnknown(x: Tensor): Shape {
  const length = x.shape?.length === 1 ? x.shape[0] : null;
  return x.elements ?? (typeof length === "number" && length <= 64 && (x.type === "int64" || x.type === "int32") ? unknown(length) : ["?"]);
}
