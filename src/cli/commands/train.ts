import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { Option, type Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { formatBytes } from "../../common/format.js";
import { fromJsonNumber, type JsonNumber } from "../../common/numbers.js";
import type { Overrides } from "../../config/edit/overrides.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { groupText, isGroupFolder } from "../../runs/groupFile.js";
import { pathsFolderOf } from "../../runs/storedCopy.js";
import { planMembers } from "../../trials/group/planMembers.js";
import { trainGroup } from "../group/trainGroup.js";
import type { EndEvent, StartEvent } from "../../protocol/runEvents.js";
import type { RuntimeMessage } from "../../protocol/runtime.js";
import { startTraining, type StartedRun, type TrainJob } from "../../runtime/client/startTraining.js";
import { exitCodes } from "../exitCodes.js";
import { collectOverride, integerFrom, readTrainingFile } from "../input.js";
import { runtimePath, storageFolder } from "../locations.js";
import { findingText, printError, printJson, printLine, printNote, relative } from "../output.js";
import { ProgressLine, duration, progressText, shortNumber } from "../progressLine.js";
import { refuseBrokenFile } from "../refuseBrokenFile.js";
import { ScalarLines } from "../scalarLines.js";

interface TrainOptions {
  readonly set: Overrides;
  readonly device?: string;
  readonly threads?: number;
  readonly seed?: number;
  readonly runs?: string;
  readonly resume?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly once?: boolean;
  readonly parallel?: number;
  readonly on?: "local" | "slurm";
  readonly lookEvery?: number;
  readonly owned?: boolean;
}

/** `waiting`: a runtime process that waits for its job; a run of its own takes it, whatever else ends it. */
export function addTrain(program: Command, waiting?: ChildProcess): void {
  program
    .command("train")
    .description("train what a training file describes")
    .argument("<file>", "the training file, NAME.train.yaml or NAME.train.json")
    .option("--set <path=value>", "set a value of the file, by its path (may be repeated)", collectOverride, {})
    .option("--device <device>", "auto, cpu, cuda, cuda:1 or webgpu")
    .option("--threads <n>", "threads within an operator", integerFrom(1))
    .option("--seed <n>", "seed of every random choice", integerFrom(0))
    .option("--runs <dir>", "folder of the runs; default: runs/ beside the training file")
    .option("--resume <run>", "go on with a run, from its last checkpoint")
    .option("--once", "train once, whatever the file's repeat or ensemble says")
    .option("--parallel <n>", "of a repeat or an ensemble: runs at the same time; default: one a core", integerFrom(1))
    .addOption(new Option("--on <where>", "of a repeat or an ensemble: on this machine, or as jobs of the cluster's scheduler (cluster: in the file)").choices(["local", "slurm"]))
    .option("--look-every <seconds>", "with --on slurm: time between two looks at the queue; default: 5", integerFrom(1))
    .addOption(new Option("--owned").hideHelp())
    .option("--json", "print one JSON object a line")
    .option("--quiet", "print findings and errors only")
    .action((name: string, options: TrainOptions) => train(name, options, waiting));
}

async function train(name: string, options: TrainOptions, waiting: ChildProcess | undefined): Promise<void> {
  const inGroup = (of: Parameters<typeof trainGroup>[0]): Promise<void> => {
    waiting?.kill();
    return trainGroup(of, options);
  };
  if (options.resume !== undefined && isGroupFolder(options.resume)) return inGroup({ file: path.resolve(name), text: await groupText(options.resume), plan: null });
  const { file, text } = await readTrainingFile(name);
  const parsed = parseTrainingFile(text, { file, overrides: options.set });
  const config = refuseBrokenFile(parsed);
  const plan = options.resume === undefined && options.once !== true ? planMembers(parsed.group!, { ...config, seed: options.seed ?? config.seed }) : null;
  if (options.on === "slurm" && plan === null) throw new DescentError("wrong-usage", "--on slurm is for files with repeat or ensemble, and for descent search: this file asks for one run.", { file, path: "cluster" });
  if (plan !== null) return inGroup({ file, text, plan });
  const job: TrainJob = {
    job: "train",
    source: { file, text, overrides: { ...options.set } },
    runsFolder: path.resolve(options.runs ?? path.join(pathsFolderOf(file), "runs")),
    storage: storageFolder(),
    device: options.device ?? null,
    threads: options.threads ?? null,
    seed: options.seed ?? null,
    resume: options.resume === undefined ? null : path.resolve(options.resume),
    owner: "cli",
    rules: {},
  };
  const interruption = new Interruption();
  const run = await startTraining(job, {
    runtimePath: runtimePath(),
    storage: storageFolder(),
    panel: false,
    spare: waiting?.connected ? waiting : undefined,
    signal: interruption.signal,
    onLog: (level, words) => (level === "error" || level === "warning" ? printNote(words) : undefined),
  }).catch((thrown: unknown) => {
    if (interruption.count > 0) process.exit(exitCodes.interrupted);
    throw thrown;
  });
  interruption.attach(run);
  const end = await follow(run, options);
  const manifest = await run.closed;
  run.dispose();
  if (end.status === "failed" && manifest?.error) printError(new DescentError(manifest.error.code, manifest.error.message, { file: manifest.error.file, path: manifest.error.path, range: manifest.error.range }));
  if (interruption.count > 0) process.exitCode = exitCodes.interrupted;
  else process.exitCode = end.status === "failed" ? exitCodes.findings : exitCodes.done;
}

/** Prints a run's events until it ends. */
function follow(run: StartedRun, options: TrainOptions): Promise<EndEvent> {
  const printer = options.json ? jsonPrinter() : textPrinter(run.folder, options.quiet === true);
  return new Promise((resolve) => {
    run.onEvent((event) => {
      printer(event);
      if (event.event === "flush") run.flushed(event.id);
      if (event.event === "end") resolve(event);
    });
  });
}

type Printer = (event: RuntimeMessage) => void;

/** The objects of the command line's page, and nothing else. */
function jsonPrinter(): Printer {
  let scalars: ScalarLines | null = null;
  return (event) => {
    if (event.event === "series") return scalars?.add(event.series);
    if (event.event === "start") scalars = new ScalarLines(event.steps_per_epoch, printJson);
    if (event.event === "finding" || event.event === "checkpoint" || event.event === "end" || event.event === "flush") scalars?.flush();
    if (event.event === "log" && (event.level === "warning" || event.level === "error")) printNote(event.text);
    if (event.event === "start" || event.event === "finding" || event.event === "checkpoint" || event.event === "end") printJson(event);
  };
}

/** A line for the start, each evaluation, each finding and the end, and a progress line below them. */
function textPrinter(folder: string, quiet: boolean): Printer {
  const progress = new ProgressLine(!quiet && process.stderr.isTTY === true);
  const latest = new Map<string, JsonNumber>();
  const number = (tag: string) => (latest.has(tag) ? fromJsonNumber(latest.get(tag)!) : null);
  let phase: string | undefined;
  const say = (text: string) => {
    progress.clear();
    printLine(text);
  };
  return (event) => {
    switch (event.event) {
      case "start":
        return quiet ? undefined : say(startText(event));
      case "series": {
        for (const { tag, values } of event.series) latest.set(tag, values[values.length - 1]);
        const evaluated = event.series.filter(({ tag }) => tag.startsWith("validation/") || tag.startsWith("test/"));
        if (quiet || evaluated.length === 0) return;
        const values = [...(latest.has("train/loss") ? [`train/loss ${shortNumber(number("train/loss")!)}`] : []), ...evaluated.map(({ tag }) => `${tag} ${shortNumber(number(tag)!)}`)];
        return say(`step ${evaluated[0].steps.at(-1)}  ${values.join("  ")}`);
      }
      case "progress":
        if (event.phase !== phase && !quiet) say(event.phase ?? "training everything");
        phase = event.phase;
        return progress.show(progressText(event, number("train/loss"), number("train/learning_rate")));
      case "finding":
        return say(findingText(event));
      case "log":
        if (event.level !== "warning" && event.level !== "error") return;
        progress.clear();
        return printNote(event.text);
      case "end":
        progress.clear();
        return quiet ? undefined : say(endText(event, folder));
      default:
    }
  };
}

function startText(start: StartEvent): string {
  return `${relative(start.run)}: ${start.device}, ${start.threads} thread${start.threads === 1 ? "" : "s"}, ${start.parameters.toLocaleString("en")} parameters, ${start.batch_size === undefined ? "" : `batches of ${start.batch_size.toLocaleString("en")}, `}${start.epochs} epochs of ${start.steps_per_epoch} steps`;
}

function endText(end: EndEvent, folder: string): string {
  const words = { completed: "finished", early_stopped: "finished early", stopped: "stopped", failed: "failed" }[end.status];
  const metrics = Object.entries(end.metrics).map(([tag, value]) => `${tag} ${shortNumber(fromJsonNumber(value))}`);
  const best = end.best ? `; best ${end.best.metric} ${shortNumber(fromJsonNumber(end.best.value))} at step ${end.best.step}` : "";
  const copies = end.copies === undefined ? "" : `\ncopied at the borders of ${end.copies.chunks} chunks: ${formatBytes(end.copies.bytes_in)} to the device, ${formatBytes(end.copies.bytes_out)} back`;
  return `${words} after ${end.steps} steps, ${duration(end.seconds)}, ${Math.round(end.steps_per_second).toLocaleString("en")} steps/s: ${metrics.join("  ")}${best}${copies}\n${relative(folder)}`;
}

/** Ctrl-C: first stops the run after its chunk, with a checkpoint; the second time ends its process at once. */
class Interruption {
  count = 0;
  private run: StartedRun | null = null;
  private readonly controller = new AbortController();

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => this.interrupt());
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  attach(run: StartedRun): void {
    this.run = run;
    if (this.count > 0) run.stop();
  }

  private interrupt(): void {
    this.count++;
    this.controller.abort();
    if (this.count === 1) {
      printNote("\nstopping after this chunk, with a checkpoint (Ctrl-C again: at once, without)");
      this.run?.stop();
    } else {
      this.run?.kill();
    }
  }
}
