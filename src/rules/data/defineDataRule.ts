import { z } from "zod";
import type { Dataset } from "../../engine/data/types.js";
import type { LayerOutline } from "../../engine/layers/outline.js";
import type { LintContext } from "../lint/defineLintRule.js";
import type { Reports, Rule, RuleTexts } from "../rule.js";

/** What a rule about the file and its data sees. */
export interface DataContext extends LintContext {
  readonly dataset: Dataset;
  /** The model on these data, layer by layer; null where its shapes do not fit. */
  readonly outline: readonly LayerOutline[] | null;
}

export interface DataRule extends Rule {
  readonly looksAt: "data";
  readonly check: (context: DataContext, options: Readonly<Record<string, unknown>>) => Reports;
}

/** Declares a rule that looks at the training file and its data; `check` gets its options checked. */
export function defineDataRule<O extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  definition: RuleTexts & { readonly options?: O; readonly check: (context: DataContext, options: z.output<O>) => Reports },
): DataRule {
  return { options: z.strictObject({}), ...definition, looksAt: "data" } as unknown as DataRule;
}
