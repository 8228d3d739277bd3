import { defineOperator } from "../defineOperator.js";
import { nchwcDomain } from "./blocked.js";

/** Y = X with each pixel repeated `scales` times along height and width. com.microsoft.nchwc Upsample-1, nearest. dX sums each pixel's copies. */
export const Upsample = defineOperator("Upsample", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ ints, X }) => {
    const scales = ints("scales")!;
    return [{ type: X.type, shape: X.dims.map((dim, axis) => dim * scales[axis]) }];
  },
  gradient: {
    X: ({ graph, ints, dY }) => {
      const [rows, columns] = ints("scales")!.slice(2);
      const mean = graph.op("AveragePool", [dY], { kernel_shape: [rows, columns], strides: [rows, columns] }, { domain: nchwcDomain });
      return graph.op("Mul", [mean, graph.scalar(rows * columns)]);
    },
  },
});
