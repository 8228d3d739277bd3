import { z } from "zod";
import { defineActivation } from "./defineActivation.js";
import { channelAxis } from "./channelAxis.js";

/** y = exp(x) / sum exp(x), over the last axis, over the channels of images */
export const softmax = defineActivation({
  kind: "softmax",
  summary: "exp(x) divided by its sum: over the last axis, over the channels of images.",
  arguments: z.strictObject({}),
  apply: (x) => x.builder.op("Softmax", [x], { axis: channelAxis(x.rank) }),
});
