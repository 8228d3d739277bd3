import { defineOperator } from "../defineOperator.js";
import { nchwcDomain, reorderChannelsLast, reorderInput } from "./blocked.js";

/** Y = the first `channels` channels of blocked X as NCHW, or NHWC with `channels_last`. com.microsoft.nchwc ReorderOutput-1. */
export const ReorderOutput = defineOperator("ReorderOutput", {
  domain: nchwcDomain,
  inputs: ["X"],
  shape: ({ int, X }) => {
    const [n, , h, w] = X.dims;
    const channels = int("channels", X.dims[1]);
    return [{ type: X.type, shape: int("channels_last", 0) === 1 ? [n, h, w, channels] : [n, channels, h, w] }];
  },
  gradient: {
    X: ({ int, dY }) => (int("channels_last", 0) === 1 ? reorderChannelsLast(dY) : reorderInput(dY)),
  },
});
