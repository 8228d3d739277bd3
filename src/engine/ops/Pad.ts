import type { Tensor } from "../graph/builder.js";
import { addAtPlaces, graphOf, neg, pad, placesLike, reduceSum, reshapeLike, sub } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import type { Dim } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";
import { integersOf } from "./shapeRules.js";

/** Y = X with a border: a constant, the reflected or repeated edge, or wrapped around. ONNX Pad-21. */
export const Pad = defineOperator("Pad", {
  inputs: ["X", "pads", "value?", "axes?"],
  shape: ({ X, pads, axes }) => {
    const borders = bordersOf(X, pads, axes);
    if (X.shape === null || borders === null) return [{ type: X.type, shape: X.shape?.map(() => null) ?? null }];
    return [{ type: X.type, shape: X.shape.map((dim, i) => widened(dim, borders[i] + borders[i + X.rank])) }];
  },
  gradient: {
    X: ({ dY, X, pads, axes, inputs, graph, node, text }) => {
      if (text("mode", "constant") === "constant") return cropped(dY, X, pads, axes);
      // padding the places of the elements tells where each border element came from
      const places = graph.op("Pad", [placesLike(X), inputs[1], null, inputs[3] ?? null], node.attributes);
      return addAtPlaces(X, places, dY);
    },
    pads: "zero",
    value: ({ dY, X, pads, axes, value, text }) => {
      if (value === null || text("mode", "constant") !== "constant") return null;
      return reshapeLike(sub(reduceSum(dY, null), reduceSum(cropped(dY, X, pads, axes), null)), value);
    },
    axes: "zero",
  },
});

/** What is added before and after each dimension: before all, then after all; null where that is computed while running. */
function bordersOf(X: Tensor, pads: Tensor, axes: Tensor | null): readonly number[] | null {
  const given = integersOf(pads);
  const along = axes === null ? null : integersOf(axes);
  if (X.shape === null || given === null || (axes !== null && along === null)) return null;
  if (along === null) return given;
  const all = Array.from({ length: 2 * X.rank }, () => 0);
  axesOf(along, X.rank).forEach((axis, i) => {
    all[axis] = given[i];
    all[axis + X.rank] = given[i + along.length];
  });
  return all;
}

function widened(dim: Dim, border: number): Dim {
  return border === 0 ? dim : typeof dim === "number" ? dim + border : null;
}

/** The gradient without the border. Where padding is negative, zeros stand for what was cropped. */
function cropped(dY: Tensor, X: Tensor, pads: Tensor, axes: Tensor | null): Tensor {
  const borders = bordersOf(X, pads, axes);
  if (borders !== null) return pad(dY, borders.map((border) => -border));
  return graphOf(dY, pads).op("Pad", [dY, neg(pads), null, axes]);
}
