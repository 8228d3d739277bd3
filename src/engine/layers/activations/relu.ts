import { z } from "zod";
import { defineActivation } from "./defineActivation.js";

/** y = max(x, 0) */
export const relu = defineActivation({
  kind: "relu",
  summary: "max(x, 0).",
  arguments: z.strictObject({}),
  initFamily: "relu",
  zeroIsInactive: true,
  apply: (x) => x.builder.op("Relu", [x]),
});
