import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { add, div, gather, mul, pad, reshape, reshapeLike, sub } from "../graph/functions.js";
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
  gradient: {
    // the image cut into windows: each position of the kernel meets one element a window
    X: ({ dY, X, image, block, graph, ints }) => {
      const rank = dY.rank - 2;
      const ones = Array.from({ length: rank }, () => 1);
      const [strides, dilations] = [ints("strides") ?? ones, ints("dilations") ?? ones];
      const pads = ints("pads") ?? ones.flatMap(() => [0, 0]);
      const padded = pad(dY, [0, 0, ...pads.slice(0, rank), 0, 0, ...pads.slice(rank)]);
      const number = (value: number): Tensor => graph.scalar(value, "int64");
      let places = number(0);
      for (const axis of ones.keys()) {
        const at = (sizes: Tensor): Tensor => gather(sizes, number(axis), 0);
        const size = add(at(image), number(pads[axis] + pads[axis + rank]));
        const reach = mul(sub(at(block), number(1)), number(dilations[axis]));
        const windows = add(div(sub(sub(size, reach), number(1)), number(strides[axis])), number(1));
        const kernel = mul(placed(graph, at(block), axis, 2 * rank), number(dilations[axis]));
        const start = mul(placed(graph, windows, rank + axis, 2 * rank), number(strides[axis]));
        places = add(mul(places, size), add(kernel, start));
      }
      return reshapeLike(gather(reshape(padded, [0, 0, -1]), places, 2), X);
    },
    image: "zero",
    block: "zero",
  },
});

/** 0, 1, ... along one axis of this rank. */
function placed(graph: GraphBuilder, count: Tensor, axis: number, rank: number): Tensor {
  const range = graph.op("Range", [graph.scalar(0, "int64"), count, graph.scalar(1, "int64")]);
  return reshape(range, Array.from({ length: rank }, (_, i) => (i === axis ? -1 : 1)));
}
