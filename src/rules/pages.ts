/** The rules' pages: Markdown for the editor and the docs, plain text for the command line, both from the rules themselves. */
import { z } from "zod";
import { problemCodes } from "../config/problem.js";
import { type CheckId, checkIds, checkTexts, isCheckId } from "../protocol/checks.js";
import { checkPages } from "./checks/checkPages.js";
import { pageOf, pageOfCheck } from "./findings.js";
import { ruleOf, rules } from "./registry.js";
import type { Rule } from "./rule.js";

const looksAt = { file: "the training file, while you type", data: "the training file and its data", run: "a run, while it trains", runs: "several runs of one file together", search: "a search, when it is done" } as const;
const troubles = { learning: "the model does not learn", generalisation: "what it learns does not hold for new examples", predictions: "its predictions mislead" } as const;

/** Every page by its path from the product's root: one a rule, one a check, one for the file's own problems, and the index. */
export function rulePages(): Map<string, string> {
  const pages = new Map(rules.map((rule) => [pageOf(rule.id), rulePage(rule)]));
  for (const id of checkIds) pages.set(pageOfCheck(id), checkPage(id));
  return pages.set(pageOf("training-file"), filePage()).set(pageOf("index"), indexPage());
}

/** The page of a rule or a check as text for a terminal, both where both have the name; null for an unknown id. */
export function ruleText(id: string): string | null {
  const rule = ruleOf(id);
  const pages = [...(rule === null ? [] : [rulePage(rule)]), ...(isCheckId(id) ? [checkPage(id)] : [])];
  return pages.length === 0 ? null : pages.join("\n").replace(/^#+ /gm, "").replace(/^```\w*\n?/gm, "").replace(/`([^`\n]*)`/g, "$1").replace(/\*\*/g, "").trimEnd();
}

/** A rule's page in Markdown. */
export function rulePage(rule: Rule): string {
  const { bad, good } = rule.examples;
  return `${[
    `# ${rule.title}`,
    `\`${rule.id}\` · ${rule.severity} · ${rule.category.replaceAll("_", " ")} · looks at ${looksAt[rule.looksAt]}. A problem with ${rule.problem}: ${troubles[rule.problem]}.`,
    `## Why\n\n${rule.why}`,
    `## What to do\n\n${rule.what}`,
    ...(bad.length === 0 ? [] : [`## Example\n\nFound:\n\n${code(bad[0])}`]),
    ...(good.length === 0 ? [] : [`Not found:\n\n${code(good[0])}`]),
    `## Settings\n\n${settings(rule)}`,
    `## Sources\n\n${rule.sources.map((source) => `- ${source}`).join("\n")}`,
  ].join("\n\n")}\n`;
}

/** A check's page in Markdown. */
export function checkPage(id: CheckId): string {
  const { title, detail } = checkTexts[id];
  const { why, what, fails, bad, good, sources } = checkPages[id];
  return `${[
    `# ${title}`,
    `\`${id}\` · a check: a short experiment, run by \`descent check FILE --only ${id}\`, by Descent: Check and in the Test Explorer. ${detail}`,
    `## Why\n\n${why}`,
    `## When it fails\n\n${fails}`,
    `## What to do\n\n${what}`,
    `## Example\n\nFails:\n\n${code(bad)}`,
    `Passes:\n\n${code(good)}`,
    `## Settings\n\n${code(`diagnostics:\n  rules:\n    ${id}: off # or info, warning, error: how loud a failure is`)}\n\nIt has no options. In one place: a comment \`# descent-disable-next-line ${id} -- why\` on the line before the one that a failure names.${ruleOf(id) === null ? "" : ` A [rule](${id}.md) has the same name, and the setting is for both.`}`,
    `## Sources\n\n${sources.map((source) => `- ${source}`).join("\n")}`,
  ].join("\n\n")}\n`;
}

function settings(rule: Rule): string {
  const options = Object.entries(rule.options.shape).map(([name, schema]) => {
    const standard = (schema as z.ZodType).safeParse(undefined);
    const value = standard.success && standard.data !== undefined ? ` (default ${String(standard.data)})` : "";
    return `- \`${name}\`${value}: ${(schema as z.ZodType).description ?? ""}`;
  });
  const example = `diagnostics:\n  rules:\n    ${rule.id}: off # or info, warning, error${options.length > 0 ? ", { option: value }" : ""}\n`;
  const silence = `In one place: a comment \`# descent-disable-next-line ${rule.id} -- why\` on the line before.`;
  return [code(example), options.length > 0 ? `Options:\n\n${options.join("\n")}` : "It has no options.", silence].join("\n\n");
}

function code(text: string): string {
  return `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``;
}

function filePage(): string {
  const rows = Object.entries(problemCodes).map(([id, text]) => `| \`${id}\` | ${text} |`);
  return `# The training file breaks its page\n\nThese problems keep a file from being run. Each is an error at its place, says what is allowed there, and names the nearest name that exists.\n\n| code | what it says |\n|---|---|\n${rows.join("\n")}\n`;
}

function indexPage(): string {
  const rows = rules.map((rule) => `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${rule.title} | ${looksAt[rule.looksAt]} |`);
  const checkRows = checkIds.map((id) => `| [${id}](check-${id}.md) | ${checkTexts[id].title} | ${checkTexts[id].detail} |`);
  return `# Rules\n\nWhat Descent says about training files, data and runs. See also [problems of the training file itself](training-file.md).\n\n| rule | severity | what it finds | looks at |\n|---|---|---|---|\n${rows.join("\n")}\n\n## Checks\n\nShort experiments, run on request.\n\n| check | what is tried | how |\n|---|---|---|\n${checkRows.join("\n")}\n`;
}
