import { defineOperator } from "../defineOperator.js";
import { nchwcDomain, padImages } from "./blocked.js";
import { positions, windowOf } from "./convGeometry.js";

/** Y = mean of each window of blocked X. com.microsoft.nchwc AveragePool-1. Its gradient is for windows that tile the image (stride = kernel, no pads). */
export const AveragePool = defineOperator("AveragePool", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ node, X }) => {
    const window = windowOf(node, null);
    const [n, c, height, width] = X.dims;
    return [{ type: X.type, shape: [n, c, positions(window, 0, height), positions(window, 1, width)] }];
  },
  gradient: {
    X: ({ graph, node, X, Y, dY }) => {
      const [rows, columns] = windowOf(node, null).kernel;
      const share = graph.op("Mul", [dY, graph.scalar(1 / (rows * columns))]);
      const spread = graph.op("Upsample", [share], { scales: [1, 1, rows, columns] }, { domain: nchwcDomain });
      const [height, width] = X.dims.slice(2);
      const [outHeight, outWidth] = Y.dims.slice(2);
      return padImages(spread, [0, 0, height - outHeight * rows, width - outWidth * columns]);
    },
  },
});
