import { z } from "zod";

/** How bad: `error` cannot work or did not; `warning` very likely hurts this run; `info` is good practice. */
export const severitySchema = z.enum(["error", "warning", "info"]);
export type Severity = z.infer<typeof severitySchema>;

/** Which of the three kinds of trouble a finding names. */
export const problemSchema = z.enum(["learning", "generalisation", "predictions"]);
export type Problem = z.infer<typeof problemSchema>;

/** What to look at: the part of the run that causes the trouble. */
export const categorySchema = z.enum([
  "activation", "loss", "optimizer", "learning_rate", "epochs", "batch_size", "initialisation", "architecture",
  "regularization", "preprocessing", "data", "numerics", "system",
]);
export type Category = z.infer<typeof categorySchema>;

const position = z.object({ line: z.int().min(1), column: z.int().min(1) });
export const rangeSchema = z.object({ start: position, end: position });

/** One change to a training file: set the value at a path (creating the key), or remove it. */
export const editSchema = z.union([
  z.strictObject({ path: z.string(), value: z.json() }),
  z.strictObject({ path: z.string(), remove: z.literal(true) }),
]);
export type Edit = z.infer<typeof editSchema>;

export const fixSchema = z.object({ title: z.string(), safe: z.boolean(), edits: z.array(editSchema) });
export type Fix = z.infer<typeof fixSchema>;

/** A finding: the same object from lint, check, diagnose, train and the editor (see docs, "command line"). */
export const findingSchema = z.object({
  rule: z.string(),
  severity: severitySchema,
  problem: problemSchema,
  category: categorySchema,
  /** What is wrong, in the user's terms. */
  message: z.string(),
  /** The figures behind it. */
  evidence: z.record(z.string(), z.json()),
  confidence: z.number().min(0).max(1),
  /** The training step it belongs to, from 1; null for what does not come from a run. */
  step: z.int().nullable(),
  state: z.enum(["open", "updated", "closed"]),
  file: z.string().nullable(),
  /** Path into the training file, `model[0].dense.activation`; it may name a key that the file lacks. */
  path: z.string(),
  range: rangeSchema.nullable(),
  fixes: z.array(fixSchema),
  page: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;
