import type { Finding } from "../../protocol/finding.js";
import { isCheckPage } from "../findings.js";
import { ruleOf } from "../registry.js";

/** A finding as it stands at the end of what is known, with what became of its symptom. */
export interface Standing {
  readonly finding: Finding;
  /** The symptom went by itself. */
  readonly closed: boolean;
}

/**
 * A run's findings, told in order, as they stand at the end: of a symptom that opened, got worse and went one is left. A resumed run
 * tells of file and data again; what a failed run adds to a live rule's finding of the same name says nothing more.
 */
export function foldFindings(findings: readonly Finding[]): Standing[] {
  const standing = new Map<string, Standing>();
  for (const finding of findings) {
    const key = finding.step === null ? `${finding.rule} ${finding.path}` : finding.rule;
    if ((finding.page === "" || isCheckPage(finding.page)) && ruleOf(finding.rule) !== null && standing.has(key)) continue;
    standing.set(key, { finding, closed: finding.state === "closed" });
  }
  return [...standing.values()];
}
