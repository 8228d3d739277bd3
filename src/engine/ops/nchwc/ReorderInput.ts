import { defineOperator } from "../defineOperator.js";
import { blockSizeOf, nchwcDomain, reorderOutput, roundUp } from "./blocked.js";

/** Y = X in blocks of channels; X is NCHW, or NHWC with `channels_last`. com.microsoft.nchwc ReorderInput-1. */
export const ReorderInput = defineOperator("ReorderInput", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ int, X }) => {
    const { builder, type, dims } = X;
    const last = int("channels_last", 0) === 1;
    const [n, c, h, w] = last ? [dims[0], dims[3], dims[1], dims[2]] : dims;
    return [{ type, shape: [n, roundUp(c, blockSizeOf(builder)), h, w] }];
  },
  gradient: {
    X: ({ graph, int, X, dY }) => {
      if (int("channels_last", 0) !== 1) return reorderOutput(dY, X.dims[1]);
      return graph.op("ReorderOutput", [dY], { channels: X.dims[3], channels_last: 1 }, { domain: nchwcDomain });
    },
  },
});
