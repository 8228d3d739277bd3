import { dataRules } from "./data/registry.js";
import { groupRules } from "./groups/registry.js";
import { lintRules } from "./lint/registry.js";
import { liveRules } from "./live/registry.js";
import { searchRules } from "./search/registry.js";
import type { Rule } from "./rule.js";

/** Every rule, in the order of the index page. */
export const rules: readonly Rule[] = [...lintRules, ...dataRules, ...liveRules, ...groupRules, ...searchRules];

/** The rule of this id; null where there is none. */
export function ruleOf(id: string): Rule | null {
  return rules.find((rule) => rule.id === id) ?? null;
}
