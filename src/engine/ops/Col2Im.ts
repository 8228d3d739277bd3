import { concat, pad, reshape, reshapeLike, slice } from "../graph/functions.js";
import { dimProduct, dimQuotient } from "../graph/shapes.js";
import { kernelPositions } from "./convolutionGradients.js";
import { defineOperator } from "./defineOperator.js";
import { integersOf, requestedShape } from "./shapeRules.js";
import { DescentError } from "../../common/errors.js";

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
    // the image cut into windows: for each position of the kernel, what the windows meet there
    X: ({ dY, X, image, block, ints }) => {
      const [sizes, kernel] = [integersOf(image), integersOf(block)];
      if (sizes === null || kernel === null) throw new DescentError("shape-unknown", "The gradient of Col2Im needs known sizes of image and block.");
      const ones = kernel.map(() => 1);
      const [strides, dilations] = [ints("strides") ?? ones, ints("dilations") ?? ones];
      const pads = ints("pads") ?? kernel.flatMap(() => [0, 0]);
      const rank = kernel.length;
      const padded = pad(dY, [0, 0, ...pads.slice(0, rank), 0, 0, ...pads.slice(rank)]);
      const counts = sizes.map((size, i) => Math.floor((size + pads[i] + pads[i + rank] - (kernel[i] - 1) * dilations[i] - 1) / strides[i]) + 1);
      const columns = kernelPositions(kernel).map((offset) => {
        const starts = offset.map((o, i) => o * dilations[i]);
        const ends = starts.map((start, i) => start + (counts[i] - 1) * strides[i] + 1);
        const met = slice(padded, starts, ends, kernel.map((_, i) => i + 2), strides);
        return reshape(met, [0, 0, 1, ...counts]);
      });
      return reshapeLike(concat(columns, 2), X);
    },
    image: "zero",
    block: "zero",
  },
});
