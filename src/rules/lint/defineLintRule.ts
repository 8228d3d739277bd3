import { z } from "zod";
import type { Dataset } from "../../engine/data/types.js";
import { defaultLoss } from "../../engine/losses/registry.js";
import type { Chosen } from "../../engine/defineKind.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { GroupConfig } from "../../config/group.js";
import type { SearchPlan } from "../../config/search/readSearch.js";
import type { Reports, Rule, RuleTexts } from "../rule.js";

/** What a rule about the file alone sees. */
export interface LintContext {
  readonly config: TrainingConfig;
  /** From the file where it says so, from the data once they are read; null while nobody knows. */
  readonly task: Dataset["task"] | null;
  /** The file's loss, or its task's; null while nobody knows. */
  readonly loss: Chosen | null;
  /** Examples of the training split: about, where the file itself says how many; exactly, once the data are read; null while nobody knows. */
  readonly trainExamples: number | null;
  /** The file's search, where it has one. */
  readonly search: SearchPlan | null;
  /** What the file says of more than one run. */
  readonly group: GroupConfig | null;
}

export interface LintRule extends Rule {
  readonly looksAt: "file";
  readonly check: (context: LintContext, options: Readonly<Record<string, unknown>>) => Reports;
}

/** Declares a rule that looks at the training file alone; `check` gets its options checked. */
export function defineLintRule<O extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  definition: RuleTexts & { readonly options?: O; readonly check: (context: LintContext, options: z.output<O>) => Reports },
): LintRule {
  return { options: z.strictObject({}), ...definition, looksAt: "file" } as unknown as LintRule;
}

/** What lint knows of a file; with its data, where they were read. */
export function lintContext(config: TrainingConfig, dataset: Dataset | null, { search = null, group = null }: { readonly search?: SearchPlan | null; readonly group?: GroupConfig | null } = {}): LintContext {
  const task = dataset?.task ?? (config.data.text !== null ? "language_model" : config.data.task === "auto" ? null : config.data.task);
  return { config, task, loss: config.loss ?? (task === null ? null : defaultLoss(task)), trainExamples: dataset?.splits.train.length ?? writtenExamples(config), search, group };
}

/** Training examples of values in the file and of generated ones; null for files. */
function writtenExamples({ data }: TrainingConfig): number | null {
  const { train, split } = data;
  if (train.kind === "files") return null;
  const all = train.kind === "inline" ? train.inline.inputs.length : train.generator.examples;
  const kept = 1 - split.validation - split.test;
  return Math.round(Math.min(all, data.limit ?? Infinity) * kept);
}
