import type { ParsedFile } from "../../config/parseTrainingFile.js";
import type { Finding } from "../../protocol/finding.js";
import { findingOf, isSuppressed } from "../findings.js";
import { listOf } from "../rule.js";
import { type RuleSettings, settingOf, suppressions } from "../settings.js";
import type { SearchResult } from "./defineSearchRule.js";
import { searchRules } from "./registry.js";

/** What a finished search shows about itself; nothing for a file without one. `settings`: the editor's, below the file's own. */
export function searchFindings(parsed: ParsedFile, result: SearchResult, settings: RuleSettings = {}): Finding[] {
  const { config, search } = parsed;
  if (config === null || search === null || result.trials.length === 0) return [];
  const silenced = suppressions(parsed);
  return searchRules.flatMap((rule) => {
    const setting = settingOf(rule, config.diagnostics.rules, settings);
    if (setting.off) return [];
    return listOf(rule.check(result, search)).map((report) => findingOf(parsed, rule, report, setting)).filter((finding) => !isSuppressed(finding, silenced));
  });
}
