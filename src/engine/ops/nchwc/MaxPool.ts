import { floats, type Tensor } from "../../graph/builder.js";
import { mul, sub } from "../../graph/functions.js";
import { defineOperator } from "../defineOperator.js";
import { blockSizeOf, interleave, nchwcDomain, padImages, sumsAs } from "./blocked.js";
import { positions, windowOf } from "./convGeometry.js";

/**
 * Y = largest of each window of blocked X. com.microsoft.nchwc MaxPool-1. The gradient, for windows that tile the image (stride = kernel, no
 * pads), goes to the first largest element of a window, row by row, as PyTorch's does.
 */
export const MaxPool = defineOperator("MaxPool", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ node, X }) => {
    const window = windowOf(node, null);
    const [n, c, height, width] = X.dims;
    return [{ type: X.type, shape: [n, c, positions(window, 0, height), positions(window, 1, width)] }];
  },
  gradient: {
    X: ({ node, X, Y, dY }) => {
      const [rows, columns] = windowOf(node, null).kernel;
      // one tensor of Y's size for each place in the window; who comes first takes the gradient, the last place what is left
      const parts: Tensor[] = [];
      let left = dY;
      for (let place = 0; place < rows * columns - 1; place++) {
        const taken = mul(left, isLargest(X, Y, Math.floor(place / columns), place % columns, rows, columns));
        parts.push(taken);
        left = sub(left, taken);
      }
      const [height, width] = X.dims.slice(2);
      const [outHeight, outWidth] = Y.dims.slice(2);
      const whole = interleave(X.builder, [...parts, left], [...X.dims.slice(0, 2), outHeight * rows, outWidth * columns], rows, columns);
      return sumsAs(padImages(whole, [0, 0, height - outHeight * rows, width - outWidth * columns]), dY);
    },
  },
});

/** 1 where the element at this place of the window is the window's largest, else 0: the step of 1 - 1e30 (Y - X), with X picked by a depthwise product. */
function isLargest(x: Tensor, y: Tensor, row: number, column: number, rows: number, columns: number): Tensor {
  const block = blockSizeOf(x.builder);
  const [, channels, height, width] = x.dims;
  // the kernel ends at the place that it picks, for speed, unless a rest of the image would then give one position more
  const kernel = [height % rows > row ? rows : row + 1, width % columns > column ? columns : column + 1];
  const taps = kernel[0] * kernel[1];
  const picked = row * kernel[1] + column;
  const data = new Float32Array(channels * taps);
  for (let at = picked * block; at < data.length; at += taps * block) data.fill(-1, at, at + block);
  const weights = x.builder.constant({ type: "float32", dims: [channels, 1, ...kernel], data });
  const attributes = { kernel_shape: kernel, strides: [rows, columns], group: channels, activation: "HardSigmoid", activation_params: floats([-1e30, 1]) };
  return x.builder.op("Conv", [x, weights, null, y], attributes, { domain: nchwcDomain });
}
