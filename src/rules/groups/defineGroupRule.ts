import { z } from "zod";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { GroupKind } from "../../protocol/group.js";
import type { Reports, Rule, RuleTexts } from "../rule.js";

/** One run of a group, as its end says. */
export interface GroupRun {
  readonly label: string;
  /** By tag with its sub-folder; of the weights kept. Empty where it failed. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly failed: boolean;
  /** Examples of the validation split, where they are known. */
  readonly validationExamples: number | null;
}

export interface GroupContext {
  readonly config: TrainingConfig;
  readonly kind: GroupKind;
  /** Those that have ended. */
  readonly runs: readonly GroupRun[];
}

/** A rule that looks at several runs of one file together. */
export interface GroupRule extends Rule {
  readonly looksAt: "runs";
  readonly check: (context: GroupContext, options: Readonly<Record<string, unknown>>) => Reports;
}

export function defineGroupRule<O extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  definition: RuleTexts & { readonly options?: O; readonly check: (context: GroupContext, options: z.output<O>) => Reports },
): GroupRule {
  return { options: z.strictObject({}), ...definition, looksAt: "runs" } as unknown as GroupRule;
}
