import { defineOperator } from "../defineOperator.js";
import { nchwcDomain } from "./blocked.js";

/** Y = X with each pixel repeated `scales` times along height and width. com.microsoft.nchwc Upsample-1, nearest. dX sums each pixel's copies. */
export const Upsample = defineOperator("Upsample", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ node, inputs: [x] }) => {
    const scales = node.attributes.scales?.value as readonly number[];
    return [{ type: x!.type, shape: x!.dims.map((dim, axis) => dim * scales[axis]) }];
  },
  gradient: {
    X: ({ graph, outputGradients: [dY], attribute }) => {
      const [rows, columns] = attribute("scales", "ints")!.slice(2);
      const mean = graph.op("AveragePool", [dY!], { kernel_shape: [rows, columns], strides: [rows, columns] }, { domain: nchwcDomain });
      return graph.op("Mul", [mean, graph.scalar(rows * columns)]);
    },
  },
});
