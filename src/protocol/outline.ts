import { z } from "zod";

/** What the layers of a file come to on its data, for hints in the editor; each layer within others before the one that holds it. */
export const modelOutlineSchema = z.object({
  /** Of one example as it reaches the model. */
  inputShape: z.array(z.int()),
  layers: z.array(z.object({
    name: z.string(), kind: z.string(), path: z.string(), inputShape: z.array(z.int()), outputShape: z.array(z.int()),
    /** Learned values. */
    parameters: z.int(),
    /** Multiply-adds of one example's forward pass. */
    operations: z.number(),
  })),
});
export type ModelOutline = z.infer<typeof modelOutlineSchema>;
export type OutlinedLayer = ModelOutline["layers"][number];

/** The value of the job `lint-data`; `outline` null where the model does not fit the data. */
export const dataLintSchema = z.object({ findings: z.int(), outline: modelOutlineSchema.nullable() });
