/** `descent train` of a file that asks for several runs: a repeat, a cross-validation, an ensemble. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { toDescentError } from "../../common/errors.js";
import type { Overrides } from "../../config/edit/overrides.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { ensembleEvaluationSchema } from "../../protocol/ensemble.js";
import type { GroupManifest } from "../../protocol/group.js";
import { groupFiles, readGroup } from "../../runs/groupFile.js";
import { pathsFolderOf } from "../../runs/storedCopy.js";
import { slurmExecutor } from "../../cluster/slurm/places.js";
import { createGroup } from "../../trials/group/createGroup.js";
import type { GroupPlan } from "../../trials/group/planMembers.js";
import { runGroup } from "../../trials/group/runGroup.js";
import { LocalExecutor } from "../../trials/local/localExecutor.js";
import { exitCodes } from "../exitCodes.js";
import { runtimePath, storageFolder } from "../locations.js";
import { printJson, printLine, printNote, relative } from "../output.js";
import { runToEnd } from "../runToEnd.js";
import { ensembleText } from "./ensembleText.js";
import { groupJsonPrinter, groupTextPrinter } from "./groupPrinters.js";

export interface GroupTrainOptions {
  readonly set: Overrides;
  readonly device?: string;
  readonly threads?: number;
  readonly seed?: number;
  readonly runs?: string;
  /** The folder of a group to go on with. */
  readonly resume?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly parallel?: number;
  /** Where a new group's runs are executed. */
  readonly on?: "local" | "slurm";
  /** Seconds between two looks at a cluster's queue. */
  readonly lookEvery?: number;
  /** An editor started this: it ends when no window follows the group any more. */
  readonly owned?: boolean;
}

/** Carries out the runs of a file (`plan`), or goes on with those of a group's folder, and prints each one's events and what they come to together. */
export async function trainGroup({ file, text, plan }: { readonly file: string; readonly text: string; readonly plan: GroupPlan | null }, options: GroupTrainOptions): Promise<void> {
  const { device, seed } = options;
  const overrides: Overrides = { ...options.set, ...(device === undefined ? {} : { device }), ...(seed === undefined ? {} : { seed }) };
  const on = options.on ?? "local";
  const folder = plan === null ? path.resolve(options.resume!) : createGroup({ runsFolder: path.resolve(options.runs ?? path.join(pathsFolderOf(file), "runs")), source: { file, text, overrides }, plan, executor: on }).folder;
  const manifest = await readGroup(folder);
  const onCluster = manifest.executor === "slurm";
  const { slots, threads } = share(manifest, options, text);
  const executor = onCluster ? slurmExecutor({ parsed: parseTrainingFile(text, { file, overrides: manifest.overrides }), folder, name: manifest.name, lookEvery: options.lookEvery, slots: null, device: null, cliPath: process.argv[1] }) : new LocalExecutor({ runtimePath: runtimePath(), storage: storageFolder(), slots, threads, device: null, rules: {}, dataFolder: path.join(folder, groupFiles.data) });
  const controller = new AbortController();
  let interruptions = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interruptions += 1;
      if (onCluster) {
        printNote(`\nthe jobs go on; descent train ${relative(file)} --resume ${relative(folder)} follows them again, descent cancel ${relative(folder)} ends them`);
        process.exit(exitCodes.interrupted);
      }
      if (interruptions === 1) printNote("\nstopping, each run with a checkpoint (Ctrl-C again: at once, without)");
      else process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  if (options.owned) whenNoWindow(folder, () => (onCluster ? process.exit(exitCodes.done) : controller.abort()));
  const printer = options.json ? groupJsonPrinter(folder) : groupTextPrinter(folder, manifest, options.quiet === true);
  try {
    const end = await runGroup(folder, { executor, hooks: printer, signal: controller.signal, oneFirst: !onCluster && slots > 1 });
    printer.onEnd(end);
    if (end.state === "finished" && (end.kind === "independent" || end.kind === "snapshot")) await evaluateSplits(folder, end, options);
    const failed = end.members.some(({ state }) => state === "failed");
    process.exitCode = interruptions > 0 ? exitCodes.interrupted : failed ? exitCodes.findings : exitCodes.done;
  } catch (thrown) {
    if (plan !== null) removeUnused(folder);
    if (options.owned) process.send?.({ refused: toDescentError(thrown).toJSON() });
    throw thrown;
  } finally {
    await executor.close();
    printer.clear();
  }
}

/** Milliseconds without a sign of a window after which nobody is there any more: one that reloads is back within seconds. */
const windowAbsence = 30_000;

function whenNoWindow(folder: string, leave: () => void): void {
  const begun = Date.now();
  const timer = setInterval(() => {
    const seen = fs.statSync(path.join(folder, groupFiles.followed), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - Math.max(seen, begun) > windowAbsence) leave();
  }, 2000);
  timer.unref();
}

/** What a finished ensemble is worth, on validation data that its members share and on the test split. */
async function evaluateSplits(folder: string, { summary, members }: GroupManifest, { json, quiet }: GroupTrainOptions): Promise<void> {
  const tags = Object.keys(summary?.metrics ?? {});
  const folds = members.some(({ overrides }) => "data.split.fold" in overrides);
  const splits = (["validation", "test"] as const).filter((split) => tags.some((tag) => tag.startsWith(`${split}/`)) && !(split === "validation" && folds));
  for (const split of splits) {
    const result = await runToEnd({ job: "evaluate", run: folder, split, storage: storageFolder() }, ensembleEvaluationSchema);
    if (json) printJson({ event: "ensemble", ...result });
    else if (!quiet) printLine(ensembleText(result));
  }
}

/** Takes away the folder of a group of which no run could begin. */
function removeUnused(folder: string): void {
  if (fs.readdirSync(path.join(folder, groupFiles.members)).length === 0) fs.rmSync(folder, { recursive: true });
}

/** How many runs at the same time, and the threads of each: the cores divided among them. On a GPU one after the other. */
function share({ members, overrides, kind }: GroupManifest, { parallel, threads }: GroupTrainOptions, text: string): { readonly slots: number; readonly threads: number | null } {
  const { config } = parseTrainingFile(text, { file: "", overrides });
  const cores = os.availableParallelism();
  const onProcessor = config?.device === "auto" || config?.device === "cpu";
  const own = threads ?? (typeof config?.threads === "number" ? config.threads : null);
  const most = kind === "snapshot" ? 1 : members.length;
  const slots = Math.min(parallel ?? (onProcessor ? Math.max(1, Math.floor(cores / (own ?? 1))) : 1), most);
  return { slots, threads: own ?? (slots > 1 ? Math.max(1, Math.floor(cores / slots)) : null) };
}
