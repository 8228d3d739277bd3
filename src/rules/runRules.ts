import type { ParsedFile } from "../config/parseTrainingFile.js";
import type { Dataset } from "../engine/data/types.js";
import type { TrainingConfig } from "../engine/training/config.js";
import type { Finding } from "../protocol/finding.js";
import { dataRules } from "./data/registry.js";
import { findingOf, isSuppressed, problemFinding, settingFinding } from "./findings.js";
import { aboutFile, outlineForRules, withImportedView } from "./importedView.js";
import { lintContext } from "./lint/defineLintRule.js";
import { lintRules } from "./lint/registry.js";
import { rules } from "./registry.js";
import { listOf, type Reports, type Rule } from "./rule.js";
import { type RuleSettings, settingOf, settingReports, type Suppression, suppressions } from "./settings.js";

/**
 * What the file alone shows: its problems, wrong settings of rules, and the lint rules. `settings` are the editor's or the
 * user's, below the file's own. In the order of the file.
 */
export function runLint(parsed: ParsedFile, settings: RuleSettings = {}): Finding[] {
  if (parsed.config === null) return parsed.problems.map((problem) => problemFinding(parsed, problem));
  const { config } = parsed;
  const wrongSettings = [...settingReports(rules, config.diagnostics.rules, true), ...settingReports(rules, settings, false)].map((report) => settingFinding(parsed, report));
  const context = lintContext(withImportedView(config, null), null, parsed);
  const silenced = suppressions(parsed);
  const found = lintRules.flatMap((rule) => apply(parsed, silenced, config, rule, settings, (options) => rule.check(context, options)));
  return inOrder([...wrongSettings, ...found]);
}

/**
 * What the file and its data show together: the data rules, and those lint rules that had to wait for the task or the number of examples. Does not repeat
 * `runLint`'s findings. Nothing for a file with problems.
 */
export function runDataRules(parsed: ParsedFile, dataset: Dataset, settings: RuleSettings = {}): Finding[] {
  const { config } = parsed;
  if (config === null) return [];
  const outline = outlineForRules(config, dataset);
  const [before, lint] = [lintContext(withImportedView(config, null), null, parsed), lintContext(withImportedView(config, outline), dataset, parsed)];
  const waited = lintRules.filter((rule) => {
    const { options } = settingOf(rule, config.diagnostics.rules, settings);
    return listOf(rule.check(before, options)).length === 0;
  });
  const silenced = suppressions(parsed);
  // of streamed data what rules look at is a sample
  const context = { ...lint, dataset: dataset.sample ?? dataset, outline };
  return inOrder([
    ...waited.flatMap((rule) => apply(parsed, silenced, config, rule, settings, (options) => rule.check(lint, options))),
    ...dataRules.flatMap((rule) => apply(parsed, silenced, config, rule, settings, (options) => rule.check(context, options))),
  ]);
}

function apply(parsed: ParsedFile, silenced: readonly Suppression[], config: TrainingConfig, rule: Rule, settings: RuleSettings, check: (options: Readonly<Record<string, unknown>>) => Reports): Finding[] {
  const setting = settingOf(rule, config.diagnostics.rules, settings);
  if (setting.off) return [];
  const reports = listOf(check(setting.options));
  return (config.imported === null ? reports : reports.map(aboutFile)).map((report) => findingOf(parsed, rule, report, setting)).filter((finding) => !isSuppressed(finding, silenced));
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const line = (finding: Finding): number => (finding.range?.start.line ?? 0) * 10_000 + (finding.range?.start.column ?? 0);
  return [...findings].sort((a, b) => line(a) - line(b));
}
