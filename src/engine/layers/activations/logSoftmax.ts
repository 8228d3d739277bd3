import { z } from "zod";
import { defineActivation } from "./defineActivation.js";
import { channelAxis } from "./channelAxis.js";

/** y = x - log sum exp(x), over the last axis, over the channels of images */
export const logSoftmax = defineActivation({
  kind: "log_softmax",
  summary: "The logarithm of softmax, computed stably.",
  arguments: z.strictObject({}),
  apply: (x) => x.builder.op("LogSoftmax", [x], { axis: channelAxis(x.rank) }),
});
