import { defineOperator } from "../defineOperator.js";
import { blockSizeOf, nchwcDomain, reorderOutput, roundUp } from "./blocked.js";

/** Y = X in blocks of channels; X is NCHW, or NHWC with `channels_last`. com.microsoft.nchwc ReorderInput-1. */
export const ReorderInput = defineOperator("ReorderInput", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ node, inputs: [x] }) => {
    const { builder, type, dims } = x!;
    const last = node.attributes.channels_last?.value === 1;
    const [n, c, h, w] = last ? [dims[0], dims[3], dims[1], dims[2]] : dims;
    return [{ type, shape: [n, roundUp(c, blockSizeOf(builder)), h, w] }];
  },
  gradient: {
    X: ({ graph, inputs: [x], outputGradients: [dY], attribute }) => {
      if (attribute("channels_last", "int") !== 1) return reorderOutput(dY!, x!.dims[1]);
      return graph.op("ReorderOutput", [dY!], { channels: x!.dims[3], channels_last: 1 }, { domain: nchwcDomain });
    },
  },
});
