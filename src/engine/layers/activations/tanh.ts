import { z } from "zod";
import { defineActivation } from "./defineActivation.js";

/** y = tanh x */
export const tanh = defineActivation({
  kind: "tanh",
  summary: "The hyperbolic tangent.",
  arguments: z.strictObject({}),
  saturatesAt: "one",
  apply: (x) => x.builder.op("Tanh", [x]),
});
