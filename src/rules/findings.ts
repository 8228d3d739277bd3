/** From what rules and the file's checks report to findings: one shape for the editor, the command line and the run's folder. */
import type { FileProblem } from "../config/problem.js";
import type { ParsedFile } from "../config/parseTrainingFile.js";
import { type CheckId, checkIds } from "../protocol/checks.js";
import type { Category, Finding, Fix } from "../protocol/finding.js";
import type { Report, Rule } from "./rule.js";
import type { RuleSetting, Suppression } from "./settings.js";

/** Where a rule's page is, from the product's root. */
export function pageOf(id: string): string {
  return `media/rules/${id}.md`;
}

/** Where a check's page is; some checks are called as a rule is. */
export function pageOfCheck(id: CheckId): string {
  return pageOf(`check-${id}`);
}

/** Whether a page is a check's. */
export function isCheckPage(page: string): boolean {
  return checkIds.some((id) => page === pageOfCheck(id));
}

/** What a rule reported, as a finding at its place in the file. */
export function findingOf(parsed: ParsedFile, rule: Rule, report: Report, setting: Pick<RuleSetting, "severity">): Finding {
  return {
    rule: rule.id,
    severity: setting.severity ?? report.severity ?? rule.severity,
    problem: rule.problem,
    category: report.category ?? rule.category,
    message: report.message,
    evidence: jsonEvidence(report.evidence ?? {}),
    confidence: report.confidence ?? 0.95,
    step: null,
    state: "open",
    file: parsed.file,
    path: report.at,
    range: parsed.locate(report.at),
    fixes: (report.fixes ?? []).map(({ title, safe, edits }) => ({ title, safe, edits: distinct(edits) })),
    page: pageOf(rule.id),
  };
}

/** The copies of a repeat stand at one place: what changes it is done once. */
function distinct(edits: Fix["edits"]): Fix["edits"] {
  return [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
}

/** JSON has no NaN and no infinities: their names stand for them. */
function jsonEvidence(evidence: Readonly<Record<string, number | string | boolean | null>>): Finding["evidence"] {
  return Object.fromEntries(Object.entries(evidence).map(([key, value]) => [key, typeof value === "number" && !Number.isFinite(value) ? String(value) : value]));
}

/** Findings about the file itself share one page. */
export const filePage = pageOf("training-file");

/** What keeps a file from being run, as a finding. */
export function problemFinding(parsed: Pick<ParsedFile, "file">, problem: FileProblem): Finding {
  return {
    rule: problem.code, severity: "error", problem: "learning", category: categoryOfPath(problem.path), message: problem.message, evidence: {},
    confidence: 1, step: null, state: "open", file: parsed.file, path: problem.path, range: problem.range,
    fixes: [...problem.fixes], page: filePage,
  };
}

/** What is wrong with the settings of rules, as a finding. */
export function settingFinding(parsed: ParsedFile, report: Report): Finding {
  return {
    rule: "rule-setting", severity: "warning", problem: "learning", category: "system", message: report.message, evidence: {}, confidence: 1, step: null,
    state: "open", file: parsed.file, path: report.at, range: parsed.locate(report.at), fixes: [], page: filePage,
  };
}

const sections: Readonly<Record<string, Category>> = {
  data: "data", model: "architecture", loss: "loss", optimizer: "optimizer", schedule: "learning_rate", training: "epochs", regularization: "regularization",
};

function categoryOfPath(path: string): Category {
  if (path.endsWith(".lr")) return "learning_rate";
  if (path.endsWith(".batch_size")) return "batch_size";
  if (path.endsWith(".activation")) return "activation";
  return sections[/^\w+/.exec(path)?.[0] ?? ""] ?? "system";
}

/** Whether a comment of the file silences a rule at its place. */
export function isSuppressed(finding: Finding, silenced: readonly Suppression[]): boolean {
  return silenced.some(({ line, ids }) => finding.range?.start.line === line && ids.includes(finding.rule));
}
