import type { Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { nearestName } from "../../common/nearestName.js";
import { pageOf } from "../../rules/findings.js";
import { ruleText } from "../../rules/pages.js";
import { ruleOf, rules } from "../../rules/registry.js";
import type { Rule } from "../../rules/rule.js";
import { printJson, printLine } from "../output.js";

export function addRules(program: Command): void {
  program
    .command("rules")
    .description("every rule, or the page of one")
    .argument("[id]", "a rule's id")
    .option("--json", "print one JSON object a line")
    .action(printRules);
}

function printRules(id: string | undefined, { json }: { readonly json?: boolean }): void {
  const chosen = id === undefined ? rules : [requireRule(id)];
  for (const rule of chosen) {
    if (json) printJson(ruleObject(rule));
    else printLine(id === undefined ? `${rule.id}  ${rule.severity}  ${rule.title}` : (ruleText(rule.id) as string));
  }
}

function requireRule(id: string): Rule {
  const rule = ruleOf(id);
  if (rule) return rule;
  const nearest = nearestName(id, rules.map((known) => known.id));
  throw new DescentError("rule-unknown", `There is no rule ${id}.${nearest ? ` Did you mean ${nearest}?` : ""}`);
}

function ruleObject({ id, severity, problem, category, title, why, what, sources, looksAt, examples }: Rule): Record<string, unknown> {
  return { id, severity, problem, category, title, why, what, sources, looks_at: looksAt, examples, page: pageOf(id) };
}
