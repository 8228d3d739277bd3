import { Option, type Command } from "commander";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { checkIds } from "../../protocol/checks.js";
import type { Finding } from "../../protocol/finding.js";
import { verdictSchema, type CheckEvent } from "../../protocol/runEvents.js";
import type { ShortJob } from "../../runtime/client/runJob.js";
import { exitCodes } from "../exitCodes.js";
import { readTrainingFile } from "../input.js";
import { storageFolder } from "../locations.js";
import { findingText, printJson, printLine } from "../output.js";
import { refuseBrokenFile } from "../refuseBrokenFile.js";
import { runToEnd } from "../runToEnd.js";

interface CheckOptions {
  /** All where it is absent. */
  readonly only?: readonly string[];
  readonly format: "text" | "json";
}

export function addCheck(program: Command): void {
  program
    .command("check")
    .description("short experiments that show whether a model can learn at all")
    .argument("<file>", "the training file")
    .option("--only <ids>", `these checks only, comma-separated: ${checkIds.join(", ")}`, (ids: string) => ids.split(",").map((id) => id.trim()))
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .action(check);
}

async function check(name: string, { only, format }: CheckOptions): Promise<void> {
  const { file, text } = await readTrainingFile(name);
  refuseBrokenFile(parseTrainingFile(text, { file }));
  const json = format === "json";
  const onFinding = (finding: Finding) => (json ? printJson({ event: "finding", ...finding }) : printLine(findingText(finding)));
  const onCheck = (result: CheckEvent) => (json ? printJson(result) : printLine(`${result.id} ${result.status}: ${result.message}`));
  const job: ShortJob = { job: "check", source: { file, text, overrides: {} }, storage: storageFolder(), only: [...(only ?? [])], device: null, threads: null, rules: {} };
  let errors = 0;
  const verdict = await runToEnd(job, verdictSchema, { onCheck, onFinding: (finding) => {
    if (finding.severity === "error") errors++;
    onFinding(finding);
  } });
  if (json) printJson(verdict);
  else printLine(verdict.healthy ? "healthy" : `most likely: ${verdict.causes.map(({ category, path }) => `${category} (${path})`).join(", ")}`);
  process.exitCode = errors > 0 ? exitCodes.findings : exitCodes.done;
}
