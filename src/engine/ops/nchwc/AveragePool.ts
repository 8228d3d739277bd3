import { defineOperator } from "../defineOperator.js";
import { nchwcDomain, padImages } from "./blocked.js";
import { positions, windowOf } from "./convGeometry.js";

/** Y = mean of each window of blocked X. com.microsoft.nchwc AveragePool-1. Its gradient is for windows that tile the image (stride = kernel, no pads). */
export const AveragePool = defineOperator("AveragePool", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ node, inputs: [x] }) => {
    const window = windowOf(node, null);
    const [n, c, height, width] = x!.dims;
    return [{ type: x!.type, shape: [n, c, positions(window, 0, height), positions(window, 1, width)] }];
  },
  gradient: {
    X: ({ graph, node, inputs: [x], outputs: [y], outputGradients: [dY] }) => {
      const [rows, columns] = windowOf(node, null).kernel;
      const share = graph.op("Mul", [dY!, graph.scalar(1 / (rows * columns))]);
      const spread = graph.op("Upsample", [share], { scales: [1, 1, rows, columns] }, { domain: nchwcDomain });
      const [height, width] = x!.dims.slice(2);
      const [outHeight, outWidth] = y!.dims.slice(2);
      return padImages(spread, [0, 0, height - outHeight * rows, width - outWidth * columns]);
    },
  },
});
