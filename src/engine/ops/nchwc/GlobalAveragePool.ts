import { reshape } from "../../graph/functions.js";
import { defineOperator } from "../defineOperator.js";
import { blockSizeOf, nchwcDomain } from "./blocked.js";

/** Y = mean of each channel's image of blocked X, [N, C, 1, 1]. com.microsoft.nchwc GlobalAveragePool-1. */
export const GlobalAveragePool = defineOperator("GlobalAveragePool", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ X }) => [{ type: X.type, shape: [...X.dims.slice(0, 2), 1, 1] }],
  gradient: {
    X: ({ graph, X, dY }) => {
      const [n, c, h, w] = X.dims;
      const block = blockSizeOf(graph);
      const share = reshape(graph.op("Mul", [dY, graph.scalar(1 / (h * w))]), [n, c / block, 1, block]);
      return reshape(graph.op("Expand", [share, graph.ints([n, c / block, h * w, block])]), X.dims);
    },
  },
});
