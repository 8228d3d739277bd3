/** Which rules speak, how loud, with which options: from the file's `diagnostics.rules` over the editor's settings, and from comments in the file. */
import { severitySchema, type Severity } from "../protocol/finding.js";
import type { ParsedFile } from "../config/parseTrainingFile.js";
import { checkIds, isCheckId } from "../protocol/checks.js";
import { suggestName } from "../config/suggest.js";
import type { Report, Rule } from "./rule.js";

/** Rule id to `off`, a severity, or options: as a file or the editor's settings hold it; nothing is checked yet. */
export type RuleSettings = Readonly<Record<string, unknown>>;

export interface RuleSetting {
  readonly off: boolean;
  /** null: the rule's own. */
  readonly severity: Severity | null;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A rule's setting; of what is wrong the defaults hold (`settingReports` tells of it). */
export function settingOf(rule: Rule, ...layers: readonly RuleSettings[]): RuleSetting {
  const value = layers.find((layer) => Object.hasOwn(layer, rule.id))?.[rule.id];
  const standard = rule.options.parse({});
  if (value === "off") return { off: true, severity: null, options: standard };
  const severity = severitySchema.safeParse(value);
  if (severity.success) return { off: false, severity: severity.data, options: standard };
  const options = rule.options.safeParse(value ?? {});
  return { off: false, severity: null, options: options.success ? options.data : standard };
}

/** What is wrong with settings: unknown rules, words that are no severity, options that do not exist or have the wrong type. */
export function settingReports(rules: readonly Rule[], settings: RuleSettings, isFile: boolean): Report[] {
  const where = isFile ? "" : "In the editor's settings: ";
  const ids = [...new Set([...rules.map((rule) => rule.id), ...checkIds])];
  return Object.entries(settings).flatMap(([id, value]): Report[] => {
    const at = isFile ? `diagnostics.rules.${id}` : "diagnostics.rules";
    const rule = rules.find((candidate) => candidate.id === id);
    if (rule === undefined && isCheckId(id)) {
      // an experiment of `check` has no options
      return value === "off" || severitySchema.safeParse(value).success ? [] : [{ at, message: `${where}${id} cannot be ${JSON.stringify(value)}: write off, info, warning or error.` }];
    }
    if (rule === undefined) {
      const nearest = suggestName(id, ids);
      return [{ at, message: `${where}there is no rule ${id}.${nearest === null ? "" : ` Did you mean ${nearest}?`}`.replace(/^t/, "T") }];
    }
    if (typeof value === "string") {
      return value === "off" || severitySchema.safeParse(value).success ? [] : [{ at, message: `${where}${id} cannot be ${value}: write off, info, warning, error or { option: value }.` }];
    }
    const parsed = rule.options.safeParse(value);
    if (parsed.success) return [];
    const known = Object.keys(rule.options.shape);
    return parsed.error.issues.map((issue) => {
      const option = issue.code === "unrecognized_keys" ? issue.keys[0] : String(issue.path[0] ?? "");
      const place = isFile && option !== "" ? `${at}.${option}` : at;
      const message = issue.code === "unrecognized_keys"
        ? `${id} has no option ${option}; ${known.length === 0 ? "it has none" : `it has ${known.join(", ")}`}.`
        : option === "" ? `${id} must be off, info, warning, error or { option: value }.` : `${id}: the option ${option} is of the wrong type or out of range (${issue.message}).`;
      return { at: place, message: `${where}${message}` };
    });
  });
}

/** A comment that silences rules on the next line of the file that says something. */
export interface Suppression {
  /** Lines count from 1. */
  readonly line: number;
  readonly ids: readonly string[];
}

const directive = /#\s*descent-disable-next-line\s+([\w-]+(?:\s*,\s*[\w-]+)*)/;

/** The file's `# descent-disable-next-line rule-id -- why` comments. */
export function suppressions({ text }: Pick<ParsedFile, "text">): Suppression[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const match = directive.exec(line);
    if (match === null) return [];
    const next = lines.findIndex((candidate, at) => at > index && candidate.trim() !== "" && !candidate.trim().startsWith("#"));
    return next < 0 ? [] : [{ line: next + 1, ids: match[1].split(",").map((id) => id.trim()) }];
  });
}
