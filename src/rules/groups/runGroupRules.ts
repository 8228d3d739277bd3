import type { ParsedFile } from "../../config/parseTrainingFile.js";
import type { Finding } from "../../protocol/finding.js";
import { findingOf, isSuppressed } from "../findings.js";
import { listOf } from "../rule.js";
import { settingOf, suppressions, type RuleSettings } from "../settings.js";
import type { GroupContext } from "./defineGroupRule.js";
import { groupRules } from "./registry.js";

/** What several runs of one file show together. `settings`: the editor's or the user's, below the file's own. Nothing for a file with problems. */
export function runGroupRules(parsed: ParsedFile, context: Omit<GroupContext, "config">, settings: RuleSettings = {}): Finding[] {
  const { config } = parsed;
  if (config === null) return [];
  const silenced = suppressions(parsed);
  return groupRules.flatMap((rule) => {
    const setting = settingOf(rule, config.diagnostics.rules, settings);
    if (setting.off) return [];
    return listOf(rule.check({ ...context, config }, setting.options)).map((report) => findingOf(parsed, rule, report, setting)).filter((finding) => !isSuppressed(finding, silenced));
  });
}
