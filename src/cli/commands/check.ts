import { Option, type Command } from "commander";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { checkIds } from "../../protocol/checks.js";
import type { Finding } from "../../protocol/finding.js";
import { outcomeSchema } from "../../protocol/experiment.js";
import { verdictSchema, type CheckEvent } from "../../protocol/runEvents.js";
import type { ShortJob } from "../../runtime/client/runJob.js";
import { exitCodes } from "../exitCodes.js";
import { readTrainingFile } from "../input.js";
import { storageFolder } from "../locations.js";
import { findingText, printError, printJson, printLine } from "../output.js";
import { isTriable } from "../../rules/experiments/triable.js";
import { refuseBrokenFile } from "../refuseBrokenFile.js";
import { runToEnd } from "../runToEnd.js";

interface CheckOptions {
  /** All where it is absent. */
  readonly only?: readonly string[];
  readonly format: "text" | "json";
  /** Tries the fixes of what is found. */
  readonly try?: boolean;
}

export function addCheck(program: Command): void {
  program
    .command("check")
    .description("short experiments that show whether a model can learn at all")
    .argument("<file>", "the training file")
    .option("--only <ids>", `these checks only, comma-separated: ${checkIds.join(", ")}`, (ids: string) => ids.split(",").map((id) => id.trim()))
    .option("--try", "train the first fix of every finding beside the file as it is, and say whether it helps")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .action(check);
}

async function check(name: string, { only, format, try: tries = false }: CheckOptions): Promise<void> {
  const { file, text } = await readTrainingFile(name);
  refuseBrokenFile(parseTrainingFile(text, { file }));
  const json = format === "json";
  const onFinding = (finding: Finding) => (json ? printJson({ event: "finding", ...finding }) : printLine(findingText(finding)));
  const onCheck = (result: CheckEvent) => (json ? printJson(result) : printLine(`${result.id} ${result.status}: ${result.message}`));
  const job: ShortJob = { job: "check", source: { file, text, overrides: {} }, storage: storageFolder(), only: [...(only ?? [])], device: null, threads: null, rules: {} };
  let errors = 0;
  const found: Finding[] = [];
  const verdict = await runToEnd(job, verdictSchema, { onCheck, onFinding: (finding) => {
    if (finding.severity === "error") errors++;
    found.push(finding);
    onFinding(finding);
  } });
  if (tries) await tryFixes(file, text, found, json);
  if (json) printJson(verdict);
  else if (verdict.experiment !== undefined) printLine(verdict.experiment);
  if (!json) printLine(verdict.healthy ? "healthy" : `most likely: ${verdict.causes.map(({ category, path }) => `${category} (${path})`).join(", ")}`);
  process.exitCode = errors > 0 ? exitCodes.findings : exitCodes.done;
}

/** Runs of each side, and seconds of training one of them at most about: what the editor takes. */
const [seeds, seconds] = [5, 4];

/** The first fix of each finding that a short training can show, each tried by itself; one that cannot be is told and passed over. */
async function tryFixes(file: string, text: string, findings: readonly Finding[], json: boolean): Promise<void> {
  const tried = new Set<string>();
  for (const { rule, fixes } of findings) {
    const fix = fixes.find(isTriable);
    const key = JSON.stringify(fix?.edits);
    if (fix === undefined || tried.has(key)) continue;
    tried.add(key);
    const job: ShortJob = { job: "try-fix", source: { file, text, overrides: {} }, name: fix.title, edits: fix.edits, storage: storageFolder(), device: null, threads: null, seeds, seconds };
    try {
      const outcome = await runToEnd(job, outcomeSchema);
      const [{ answer, p, message }] = outcome.comparisons;
      if (json) printJson({ event: "try", rule, title: fix.title, edits: fix.edits, answer, p, message, measure: outcome.measure.tag, steps: outcome.steps, values: outcome.values });
      else printLine(`try "${fix.title}" (${rule}): ${message}`);
    } catch (thrown) {
      printError(thrown);
    }
  }
}
