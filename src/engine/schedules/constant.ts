import { z } from "zod";
import { defineSchedule, warmupArguments } from "./defineSchedule.js";

/** lr */
export const constant = defineSchedule({
  kind: "constant",
  summary: "The same rate throughout.",
  arguments: z.strictObject({ ...warmupArguments }),
  rate: (_, base) => base,
});
