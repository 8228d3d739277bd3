import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { cast, concat, div, gather, matMul, reshape, reshapeLike, scalarLike, scale, shift, sub, transposeLast, unsqueeze } from "../graph/functions.js";
import type { DataType } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { requestedShape } from "./shapeRules.js";

/** Y = the places of a grid over an image under the affine maps theta [N, d, d + 1], for GridSample. ONNX AffineGrid-20. */
export const AffineGrid = defineOperator("AffineGrid", {
  inputs: ["theta", "size"],
  shape: ({ theta, size }) => {
    const dims = requestedShape(size);
    return [{ type: theta.type, shape: dims === null ? null : [dims[0], ...dims.slice(2), dims.length - 2] }];
  },
  gradient: {
    // linear in theta: places [P, d + 1], the last coordinate 1, times each map
    theta: (call) =>
      throughForm(call, ([theta, size]) => {
        if (!theta || !size) return [];
        const rank = (theta.shape?.[1] ?? 2) as number;
        const g = call.graph;
        const places = Array.from({ length: rank }, (_, i) => {
          const along = Array.from({ length: rank }, (__, axis) => (axis === i ? -1 : 1));
          const sizes = g.op("Slice", [size, g.ints([2]), g.ints([2 + rank])]);
          const every = g.op("Expand", [reshape(coordinates(g, gather(size, g.scalar(i + 2, "int64"), 0), theta.type, call.int("align_corners", 0) === 1), along), sizes]);
          return reshape(every, [-1, 1]);
        });
        const ones = g.op("Add", [g.op("Mul", [places[0], scalarLike(theta, 0)]), scalarLike(theta, 1)]);
        const grid = unsqueeze(concat([...places.reverse(), ones], 1), [0]); // x comes first
        return [reshapeLike(matMul(grid, transposeLast(theta)), call.outputs[0] as Tensor)];
      }),
    size: "zero",
  },
});

/** Coordinates of the elements along an axis, from -1 to 1: of the first and last elements themselves, or of the borders around them. */
function coordinates(g: GraphBuilder, count: Tensor, type: DataType, aligned: boolean): Tensor {
  const places = cast(g.op("Range", [g.scalar(0, "int64"), count, g.scalar(1, "int64")]), type);
  const size = cast(count, type);
  if (aligned) return shift(div(scale(places, 2), shift(size, -1)), -1);
  return sub(div(shift(scale(places, 2), 1), size), scalarLike(places, 1));
}
