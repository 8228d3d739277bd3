import { z } from "zod";
import type { SearchPlan } from "../../config/search/readSearch.js";
import type { TrialSettings } from "../../protocol/search.js";
import type { Reports, Rule, RuleTexts } from "../rule.js";

/** A finished search, as rules see it. */
export interface SearchResult {
  readonly metric: string;
  readonly lowerIsBetter: boolean;
  /** Trials with a figure, the winner first; `value`: the metric at the trial's best evaluation. */
  readonly trials: readonly { readonly trial: number; readonly settings: TrialSettings; readonly value: number }[];
  /** What the winner came to from other seeds. */
  readonly confirmations: readonly number[];
}

export interface SearchRule extends Rule {
  readonly looksAt: "search";
  readonly check: (result: SearchResult, plan: SearchPlan) => Reports;
}

/** Declares a rule that looks at a finished search with at least one figure. */
export function defineSearchRule(definition: RuleTexts & { readonly check: (result: SearchResult, plan: SearchPlan) => Reports }): SearchRule {
  return { options: z.strictObject({}), looksAt: "search", ...definition };
}
