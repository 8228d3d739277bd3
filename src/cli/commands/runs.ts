import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { fromJsonNumber } from "../../common/numbers.js";
import { listRun, listRuns, type ListedRun } from "../../runs/runIndex.js";
import { listWholes, partsOf, type Whole } from "../../trials/wholes.js";
import { printJson, printLine, relative } from "../output.js";
import { duration, shortNumber } from "../progressLine.js";

/** Where runs go beside a training file; there may be none yet. */
const ownFolder = "runs";

export function addRuns(program: Command): void {
  program
    .command("runs")
    .description("list the runs of a folder, newest first; a search, a repeat or an ensemble is one item")
    .argument("[dir]", "the folder of the runs", ownFolder)
    .option("--all", "list the runs of searches, repeats and ensembles, too, below each")
    .option("--json", "print one JSON object a line")
    .action(async (folder: string, options: { readonly all?: boolean; readonly json?: boolean }) => {
      if (folder !== ownFolder && !fs.existsSync(folder)) throw new DescentError("file-missing", `${folder} does not exist.`, { file: folder });
      const runs = await listRuns(path.resolve(folder));
      const wholes = await listWholes(path.resolve(folder));
      // names begin with the time
      const items = [...runs, ...wholes].sort((a, b) => (path.basename(a.folder) < path.basename(b.folder) ? 1 : -1));
      for (const item of items) {
        if ("runs" in item) await printWhole(item, options);
        else if (options.json) printJson(runObject(item));
        else printLine(runText(item));
      }
      if (items.length === 0 && !options.json) printLine(`No runs in ${relative(path.resolve(folder))}.`);
    });
}

/** A search, repeat or ensemble: an object or a line, and one for each of its runs where they are asked for. */
async function printWhole(whole: Whole, { all, json }: { readonly all?: boolean; readonly json?: boolean }): Promise<void> {
  const { folder, kind, id, name, file, created, state, executor, runs, done, failed, result } = whole;
  if (json) printJson({ group: folder, kind, id, name, file, created, state, on: executor, runs, done, failed, result });
  else printLine([id, state, `${done} of ${runs} ${nouns[kind]}${executor === "slurm" ? " on Slurm" : ""}`, ...(failed > 0 ? [`${failed} failed`] : []), ...(result === "" ? [] : [result])].join("  "));
  if (!all) return;
  for (const part of await partsOf(whole)) {
    if (!json) {
      printLine(`  ${path.relative(path.dirname(folder), part.folder)}  ${[part.label, part.state, part.figure].filter(Boolean).join("  ")}`);
      continue;
    }
    const run = await listRun(part.folder);
    printJson(run === null ? { run: part.folder, state: part.state, group: folder } : { ...runObject(run), group: folder });
  }
}

const nouns = { seeds: "seeds", folds: "folds", independent: "members", snapshot: "snapshots", search: "trials" } as const;

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
