import { checkIds, checkTexts } from "../protocol/checks.js";
import type { Finding } from "../protocol/finding.js";
import { checkPages } from "./checks/checkPages.js";
import { pageOfCheck } from "./findings.js";
import { ruleOf } from "./registry.js";

/** What a finding's rule, or the check that failed, says of itself; null for problems of the file and what the system says. */
export function textsOf({ rule, page }: Pick<Finding, "rule" | "page">): { readonly title: string; readonly why: string; readonly what: string } | null {
  const check = checkIds.find((id) => page === pageOfCheck(id));
  if (check !== undefined) return { title: checkTexts[check].title, why: checkPages[check].why, what: checkPages[check].what };
  return ruleOf(rule);
}
