import { defineOperator } from "../defineOperator.js";
import { nchwcDomain, reorderChannelsLast, reorderInput } from "./blocked.js";

/** Y = the first `channels` channels of blocked X as NCHW, or NHWC with `channels_last`. com.microsoft.nchwc ReorderOutput-1. */
export const ReorderOutput = defineOperator("ReorderOutput", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ node, inputs: [x] }) => {
    const [n, , h, w] = x!.dims;
    const channels = Number(node.attributes.channels?.value ?? x!.dims[1]);
    return [{ type: x!.type, shape: node.attributes.channels_last?.value === 1 ? [n, h, w, channels] : [n, channels, h, w] }];
  },
  gradient: {
    X: ({ outputGradients: [dY], attribute }) => (attribute("channels_last", "int") === 1 ? reorderChannelsLast(dY!) : reorderInput(dY!)),
  },
});
