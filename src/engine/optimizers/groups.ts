/** `groups` beside an optimizer's own arguments: tensors that move otherwise than the rest. */
import { z } from "zod";

const clipSchema = z.strictObject({
  norm: z.number().gt(0).optional().describe("Gradients of the group are scaled down where their norm, all together, is larger."),
  value: z.number().gt(0).optional().describe("Each gradient value of the group is cut to within +- this."),
  scale_to_norm: z.number().gt(0).optional().describe("Gradients of the group are scaled to exactly this norm."),
}).refine((clip) => Object.keys(clip).length === 1, { message: "clip takes one of norm, value, scale_to_norm." });

const groupSchema = z.strictObject({
  match: z.string().min(1).describe("Which tensors, by layer and tensor name, with * for anything: head.*, *.bias, dense_2.weight. The first group that matches counts."),
  lr: z.number().min(0).optional().describe("Learning rate instead of the optimizer's; the schedule moves it in proportion."),
  weight_decay: z.number().min(0).optional().describe("Decoupled weight decay instead of the optimizer's, or of the file's regularization."),
  clip: clipSchema.optional().describe("Clipping of these gradients by themselves, instead of the file's."),
  freeze: z.boolean().default(false).describe("Whether these tensors stay as they are."),
});
export type GroupArguments = z.output<typeof groupSchema>;

/** The argument that every optimizer has. */
export const groupsArgument = {
  groups: z.array(groupSchema).optional().describe("Tensors that move otherwise than the rest: { match: \"head.*\", lr: 1e-4, weight_decay: 0, clip: { norm: 5 }, freeze: false }."),
};

/** Whether a pattern with * for any characters is the whole of a name. */
export function matches(pattern: string, name: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${escaped}$`).test(name);
}
