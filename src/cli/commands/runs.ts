import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { fromJsonNumber } from "../../common/numbers.js";
import { listRuns, type ListedRun } from "../../runs/runIndex.js";
import { printJson, printLine, relative } from "../output.js";
import { duration, shortNumber } from "../progressLine.js";

/** Where runs go beside a training file; there may be none yet. */
const ownFolder = "runs";

export function addRuns(program: Command): void {
  program
    .command("runs")
    .description("list the runs of a folder, newest first")
    .argument("[dir]", "the folder of the runs", ownFolder)
    .option("--json", "print one JSON object a line")
    .action(async (folder: string, options: { readonly json?: boolean }) => {
      if (folder !== ownFolder && !fs.existsSync(folder)) throw new DescentError("file-missing", `${folder} does not exist.`, { file: folder });
      const runs = await listRuns(path.resolve(folder));
      for (const run of runs) {
        if (options.json) printJson(runObject(run));
        else printLine(runText(run));
      }
      if (runs.length === 0 && !options.json) printLine(`No runs in ${relative(path.resolve(folder))}.`);
    });
}

/** A run as an object: its folder and how it stands, or why it cannot be read. */
function runObject(run: ListedRun): Record<string, unknown> {
  if (run.kind === "broken") return { run: run.folder, state: "broken", error: run.error };
  const { id, name, file, created, state, device, seed, step, totalSteps, epochs, seconds, metrics, best, checkpoint, error } = run.manifest;
  return { run: run.folder, id, name, file, created, state, device, seed, step, total_steps: totalSteps, epochs, seconds, metrics, best, checkpoint, error };
}

function runText(run: ListedRun): string {
  if (run.kind === "broken") return `${path.basename(run.folder)}  broken: ${run.error.message}`;
  const { id, state, step, totalSteps, seconds, best, error } = run.manifest;
  const bestText = best ? `  best ${best.metric} ${shortNumber(fromJsonNumber(best.value))} at step ${best.step}` : "";
  return `${id}  ${state}  step ${step}${totalSteps === null ? "" : `/${totalSteps}`}  ${duration(seconds)}${bestText}${error ? `  ${error.code}` : ""}`;
}
