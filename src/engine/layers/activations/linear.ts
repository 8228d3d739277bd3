import { z } from "zod";
import { defineActivation } from "./defineActivation.js";

/** y = x */
export const linear = defineActivation({
  kind: "linear",
  summary: "The identity: no activation.",
  arguments: z.strictObject({}),
  apply: (x) => x,
});
