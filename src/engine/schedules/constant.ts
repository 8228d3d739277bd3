import { z } from "zod";
import { defineSchedule, warmupArguments } from "./defineSchedule.js";

/** lr */
export const constant = defineSchedule({
  kind: "constant",
  summary: "The same rate throughout.",
  source: "PyTorch's optimizers without a scheduler",
  arguments: z.strictObject({ ...warmupArguments }),
  rate: (_, base) => base,
});
