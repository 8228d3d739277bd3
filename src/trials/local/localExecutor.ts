/** Trials as processes of this machine, each on its share of the cores. */
import fs from "node:fs";
import path from "node:path";
import { toDescentError, type SerializedError } from "../../common/errors.js";
import type { Manifest } from "../../protocol/manifest.js";
import { isLive, readManifestRepaired, saysLive } from "../../runs/liveness.js";
import { runFiles } from "../../runs/runFolder.js";
import { attach } from "../../runtime/client/attach.js";
import { startTraining, type StartedRun, type TrainJob } from "../../runtime/client/startTraining.js";
import type { Executor, Trial, TrialEvent, TrialOutcome, TrialRequest } from "../executor.js";
import { EvaluationEvents } from "./evaluationEvents.js";

export interface LocalOptions {
  /** The bundle `dist/runtime.js`, absolute. */
  readonly runtimePath: string;
  /** Where measurements are kept; absolute. */
  readonly storage: string;
  /** Runs at the same time. */
  readonly slots: number;
  /** Threads of each run; null: the file's, or what is measured. */
  readonly threads: number | null;
  readonly device: string | null;
  /** The editor's settings of rules, below the file's own. */
  readonly rules: TrainJob["rules"];
  /** Folder, absolute, in which the runs keep the data that they share; removed when the executor is closed. */
  readonly dataFolder?: string;
}

/** Executes trials in forked processes, at most `slots` at a time. They end, with a checkpoint, when this process is gone. */
export class LocalExecutor implements Executor {
  readonly slots: number;
  readonly outlives = false;
  private readonly waiting: LocalTrial[] = [];
  private readonly active = new Set<LocalTrial>();

  constructor(private readonly options: LocalOptions) {
    this.slots = options.slots;
    this.forgetData(); // of a process that was killed: the files may have changed since
  }

  start(request: TrialRequest, onEvent: (event: TrialEvent) => void): Trial {
    const trial = new LocalTrial(request, this.options, onEvent);
    this.waiting.push(trial);
    this.fill();
    return trial;
  }

  async close(): Promise<void> {
    const all = [...this.waiting, ...this.active];
    for (const trial of all) trial.stop();
    await Promise.all(all.map(({ outcome }) => outcome));
    this.forgetData();
  }

  private forgetData(): void {
    const { dataFolder } = this.options;
    if (dataFolder !== undefined) fs.rmSync(dataFolder, { recursive: true, force: true });
  }

  private fill(): void {
    while (this.active.size < this.slots) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.active.add(next);
      void next.run().then(() => {
        this.active.delete(next);
        this.fill();
      });
    }
  }
}

class LocalTrial implements Trial {
  readonly outcome: Promise<TrialOutcome>;
  private settle!: (outcome: TrialOutcome) => void;
  private readonly controller = new AbortController();
  private handle: StartedRun | null = null;

  constructor(
    readonly request: TrialRequest,
    private readonly options: LocalOptions,
    private readonly onEvent: (event: TrialEvent) => void,
  ) {
    this.outcome = new Promise((resolve) => (this.settle = resolve));
  }

  stop(): void {
    this.controller.abort();
    this.handle?.stop();
  }

  /** From its place to its outcome. Never rejects. */
  async run(): Promise<void> {
    this.settle(await this.train().catch((thrown: unknown): TrialOutcome => ({ kind: "lost", error: toDescentError(thrown).toJSON(), retry: false })));
  }

  private async train(): Promise<TrialOutcome> {
    const { request } = this;
    if (this.controller.signal.aborted) return { kind: "cancelled" };
    const before = await existingRun(request.runFolder);
    if (this.controller.signal.aborted) return { kind: "cancelled" };
    if (before !== null && (before.state === "finished" || before.state === "finished early")) return { kind: "ended", manifest: before };
    let handle: StartedRun;
    try {
      handle = await startTraining(this.job(before !== null), {
        runtimePath: this.options.runtimePath,
        panel: false,
        signal: this.controller.signal,
        onLog: (level, text) => this.onEvent({ kind: "log", level, text }),
      });
    } catch (thrown) {
      const error = toDescentError(thrown);
      if (error.code === "cancelled") return { kind: "cancelled" };
      // the last ones: a dead controller's trial was faster, and is on its way out
      return ["process-died", "run-not-live", "run-exists", "run-is-live"].includes(error.code) ? { kind: "lost", error: error.toJSON(), retry: true } : { kind: "refused", error: error.toJSON() };
    }
    this.handle = handle;
    if (this.controller.signal.aborted) handle.stop();
    this.onEvent({ kind: "started", manifest: handle.attached.manifest, goesOn: handle.attached.step > 0 });
    this.follow(handle);
    const manifest = await handle.closed;
    handle.dispose();
    return outcomeOf(request, manifest);
  }

  private job(resume: boolean): TrainJob {
    const { source, seed, runFolder, partOf, holdTest = false } = this.request;
    const { storage, device, threads, rules, dataFolder = null } = this.options;
    return {
      job: "train", source, storage, device, threads, seed, rules,
      runsFolder: path.dirname(runFolder),
      runFolder,
      partOf,
      holdTest,
      dataFolder,
      resume: resume ? runFolder : null,
      owner: "cli", // it ends when this process is gone
    };
  }

  private follow(handle: StartedRun): void {
    const evaluations = new EvaluationEvents(this.onEvent);
    handle.onEvent((event) => {
      switch (event.event) {
        case "series":
          return evaluations.add(event.epoch, event.series);
        case "progress": {
          const { event: _, ...progress } = event;
          return this.onEvent({ kind: "progress", progress });
        }
        case "finding": {
          const { event: _, ...finding } = event;
          return this.onEvent({ kind: "finding", finding });
        }
        case "log":
          return this.onEvent({ kind: "log", level: event.level, text: event.text });
        case "flush":
          return handle.flushed(event.id);
        default:
      }
    });
  }
}

/** The run that a folder holds; one that a dead controller's trial still works on is waited for. Null where there is none. */
async function existingRun(folder: string): Promise<Manifest | null> {
  if (!fs.existsSync(path.join(folder, runFiles.manifest))) return null;
  const { manifest } = await readManifestRepaired(folder);
  if (!saysLive(manifest) || !(await isLive(manifest))) return manifest;
  try {
    const handle = await attach(folder, { client: "cli", panel: false });
    handle.onEvent((event) => event.event === "flush" && handle.flushed(event.id));
    handle.stop();
    await handle.closed;
    handle.dispose();
  } catch {
    // it has ended meanwhile
  }
  return (await readManifestRepaired(folder)).manifest;
}

function outcomeOf({ runFolder }: TrialRequest, manifest: Manifest | null): TrialOutcome {
  const lost = (error: SerializedError, retry: boolean): TrialOutcome => ({ kind: "lost", error, retry });
  if (manifest === null) return lost({ code: "run-missing", message: `The run's folder ${runFolder} is gone or cannot be read.`, file: runFolder }, false);
  if (manifest.error?.code === "process-died") return lost({ code: "process-died", message: manifest.error.message, file: runFolder }, true);
  return { kind: "ended", manifest };
}
