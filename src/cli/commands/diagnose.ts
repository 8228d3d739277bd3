import fs from "node:fs";
import path from "node:path";
import { Option, type Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { runFiles } from "../../runs/runFolder.js";
import type { Diagnosis } from "../diagnose/diagnosis.js";
import { diagnoseLogFolder } from "../diagnose/logFolder.js";
import { byExperiment } from "../diagnose/byExperiment.js";
import { diagnoseOwnRun } from "../diagnose/ownRun.js";
import { exitCodes } from "../exitCodes.js";
import { findingText, printError, printJson, printLine, relative } from "../output.js";

type Format = "text" | "json";

export function addDiagnose(program: Command): void {
  program
    .command("diagnose")
    .description("say what is wrong with runs, most likely cause first")
    .argument("<runs...>", "folders of runs, ours or with logs of others (TensorBoard event files, CSV of Keras and Lightning, trainer_state.json); finished or running")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--experiment", "where causes are left, tell them apart by a tenth of the run with each of them taken away (our own runs)")
    .action(diagnose);
}

async function diagnose(names: readonly string[], { format, experiment = false }: { readonly format: Format; readonly experiment?: boolean }): Promise<void> {
  let errors = false;
  let unreadable = false;
  for (const name of names) {
    try {
      for (const found of await diagnoseFolder(path.resolve(name))) {
        const diagnosis = experiment ? await byExperiment(found) : found;
        print(diagnosis, format);
        errors ||= diagnosis.findings.some(({ finding }) => finding.severity === "error");
      }
    } catch (thrown) {
      printError(thrown);
      unreadable = true;
    }
  }
  process.exitCode = unreadable ? exitCodes.unusable : errors ? exitCodes.findings : exitCodes.done;
}

async function diagnoseFolder(folder: string): Promise<Diagnosis[]> {
  if (!fs.existsSync(folder)) throw new DescentError("run-missing", `There is no run ${folder}.`, { file: folder });
  return fs.existsSync(path.join(folder, runFiles.manifest)) ? [await diagnoseOwnRun(folder)] : diagnoseLogFolder(folder);
}

function print({ findings, causes, verdict }: Diagnosis, format: Format): void {
  if (format === "json") {
    for (const { finding } of findings) printJson({ event: "finding", ...finding });
    return printJson(verdict);
  }
  const run = relative(verdict.run);
  for (const { finding, closed } of findings) printLine(`${findingText(finding)}${closed ? " (It went again.)" : ""}`);
  if (verdict.healthy) return printLine(`${run}: healthy`);
  if (verdict.experiment !== undefined) printLine(`${run}: ${verdict.experiment}`);
  printLine(`${run}: most likely`);
  for (const [index, { category, path: place, confidence, named, explains }] of causes.entries()) {
    const others = [...new Set(explains.map(({ finding }) => finding.rule))].filter((rule) => rule !== named.rule);
    const more = others.length > 0 ? `, which explains ${others.join(", ")} too` : "";
    printLine(`  ${index + 1}. ${category.replaceAll("_", " ")}${place === "" ? "" : ` (${place})`}, ${Math.round(100 * confidence)} % sure: ${named.rule}${more}`);
  }
}
