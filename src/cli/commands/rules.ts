import type { Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { nearestName } from "../../common/nearestName.js";
import { type CheckId, checkIds, checkTexts, isCheckId } from "../../protocol/checks.js";
import { checkPages } from "../../rules/checks/checkPages.js";
import { pageOf, pageOfCheck } from "../../rules/findings.js";
import { ruleText } from "../../rules/pages.js";
import { ruleOf, rules } from "../../rules/registry.js";
import type { Rule } from "../../rules/rule.js";
import { printJson, printLine } from "../output.js";

export function addRules(program: Command): void {
  program
    .command("rules")
    .description("every rule and every check, or the page of one")
    .argument("[id]", "a rule's or a check's id")
    .option("--json", "print one JSON object a line")
    .action(printRules);
}

function printRules(id: string | undefined, { json }: { readonly json?: boolean }): void {
  const [chosenRules, chosenChecks] = id === undefined ? [rules, checkIds] : called(id);
  if (json) for (const object of [...chosenRules.map(ruleObject), ...chosenChecks.map(checkObject)]) printJson(object);
  else if (id !== undefined) printLine(ruleText(id) as string);
  else {
    for (const rule of chosenRules) printLine(`${rule.id}  ${rule.severity}  ${rule.title}`);
    for (const check of chosenChecks) printLine(`${check}  check  ${checkTexts[check].title}`);
  }
}

/** What has this id: a rule, a check, or one of each. Throws `rule-unknown`. */
function called(id: string): readonly [readonly Rule[], readonly CheckId[]] {
  const rule = ruleOf(id);
  if (rule !== null || isCheckId(id)) return [rule === null ? [] : [rule], isCheckId(id) ? [id] : []];
  const nearest = nearestName(id, [...rules.map((known) => known.id), ...checkIds]);
  throw new DescentError("rule-unknown", `There is no rule ${id}.${nearest ? ` Did you mean ${nearest}?` : ""}`);
}

function ruleObject({ id, severity, problem, category, title, why, what, sources, looksAt, examples }: Rule): Record<string, unknown> {
  return { id, severity, problem, category, title, why, what, sources, looks_at: looksAt, examples, page: pageOf(id) };
}

function checkObject(id: CheckId): Record<string, unknown> {
  const { title, detail } = checkTexts[id];
  const { why, what, fails, bad, good, sources } = checkPages[id];
  return { id, severity: "error", title, detail, why, what, fails, sources, looks_at: "experiment", examples: { bad: [bad], good: [good] }, page: pageOfCheck(id) };
}
