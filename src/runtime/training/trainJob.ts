/** The job `train`, from the training file to the end of the run. */
import { DescentError, toDescentError } from "../../common/errors.js";
import { averageName } from "../../engine/training/averaging.js";
import { describeProblem } from "../../engine/training/problem.js";
import { decodeState, encodeState } from "../../engine/training/stateFile.js";
import type { EvaluationDone, Trainer, TrainerEvent, TrainingEnded, TrainingState } from "../../engine/training/types.js";
import { isDeviceFailure } from "../../protocol/deviceFailure.js";
import type { Manifest } from "../../protocol/manifest.js";
import type { ClientMessage, Job } from "../../protocol/runtime.js";
import { dropStatesAfter, readNewestState } from "../../runs/checkpoints.js";
import { readEvaluation } from "../../runs/evaluationFile.js";
import { isLive, readManifestRepaired } from "../../runs/liveness.js";
import { claimRunFolder, createRunFolder, runName } from "../../runs/runFolder.js";
import { dropTrailAfter, WeightTrail } from "../../runs/weightTrail.js";
import type { Report } from "../report.js";
import { ActiveRun } from "./activeRun.js";
import { Control } from "./control.js";
import { ExampleRequests } from "./exampleRequests.js";
import { firstManifest, startEvent } from "./firstManifest.js";
import { Ownership } from "./ownership.js";
import { LayerHistograms } from "./layerHistograms.js";
import { Projector } from "./projector.js";
import { prepare, withSettings, type Prepared } from "./prepare.js";
import type { Client } from "./runServer.js";
import { writeRunInputs } from "./runInputs.js";
import { RunFindings } from "./runFindings.js";
import { takePlace, type Place } from "./sharedCores.js";
import { trainingLoop } from "./trainingLoop.js";

export type TrainJob = Extract<Job, { job: "train" }>;

/** Most examples that are predicted again after an evaluation, so that a watching panel can list a cell's. */
const mostKeptPredictions = 20_000;
/** Milliseconds that a run which has ended waits for a projection that someone watches. */
const longestProjection = 15_000;

/** The run that is gone on with: its folder, how it stood, and its newest whole checkpoint. */
export interface Resumed {
  readonly folder: string;
  readonly manifest: Manifest;
  /** null: it had no checkpoint, so it begins again. */
  readonly state: TrainingState | null;
}

/**
 * Trains. Says `listening` once the run exists; before that, wrong input throws and nothing has been written. From then on
 * the run itself tells what becomes of it, and this settles when it has ended and every client has heard of it.
 */
export async function trainJob(job: TrainJob, report: Report): Promise<void> {
  const place = takePlace();
  try {
    await trainAt(place, job, report);
  } finally {
    place.leave();
  }
}

async function trainAt(place: Place, job: TrainJob, report: Report): Promise<void> {
  const claimed = job.owner === "cli" ? endWithoutOwner() : null;
  const resumed = job.resume === null ? null : await readResumed(job.resume);
  const source = withSettings({ ...job.source, overrides: { ...resumed?.manifest.overrides, ...job.source.overrides } }, job);
  const prepared = await prepare(source, job.storage, resumed?.state ?? null, report, { runFolder: resumed?.folder ?? null, formerDevice: resumed?.manifest.device ?? null, holdTest: job.holdTest ?? false, dataFolder: job.dataFolder ?? null, place });
  await claimed?.();
  const folder = resumed?.folder ?? (job.runFolder ? claimRunFolder(job.runFolder) : createRunFolder(job.runsFolder, runName(source.file), new Date()));
  writeRunInputs(folder, prepared);
  await new TrainingRun(job, prepared, folder, resumed).train(report);
}

/**
 * Until the run has its folder, this process ends when the command line that forked it is gone: nothing is written yet, and whoever takes its
 * place is to have the folder. What is given settles, and ends the watch, once there is no such news left to be heard.
 */
function endWithoutOwner(): () => Promise<void> {
  const leave = (): never => process.exit(1);
  process.once("disconnect", leave);
  if (process.connected === false) leave();
  return async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    process.off("disconnect", leave);
  };
}

async function readResumed(folder: string): Promise<Resumed> {
  const { manifest } = await readManifestRepaired(folder);
  if (await isLive(manifest)) throw new DescentError("run-is-live", `The run ${manifest.id} is still going on.`, { file: folder });
  return { folder, manifest, state: await readNewestState(folder, decodeState) };
}

class TrainingRun {
  private readonly control = new Control();
  private readonly run: ActiveRun;
  private readonly ownership: Ownership;
  private readonly examples: ExampleRequests;
  private readonly projector: Projector;
  private readonly histograms: LayerHistograms;
  private readonly findings: RunFindings;
  private readonly trainer: Trainer;
  /** Weights on the way; of a part of a search or a repeat, which has many like it, none are kept. */
  private readonly trail: WeightTrail | null;

  constructor(
    job: TrainJob,
    private readonly prepared: Prepared,
    folder: string,
    private readonly resumed: Resumed | null,
  ) {
    this.trainer = prepared.trainer;
    this.run = new ActiveRun({
      folder,
      manifest: firstManifest(prepared, folder, { before: resumed, partOf: job.partOf ?? null }),
      firstStep: this.trainer.step + 1,
      onMessage: (message, client) => this.answer(message, client),
      onClientsChanged: () => this.ownership.changed(),
    });
    this.ownership = new Ownership(job.owner, () => this.run.server, this.control);
    this.examples = new ExampleRequests(prepared, "current");
    this.projector = new Projector({
      ...prepared,
      dist: __dirname,
      onProjection: (projection, done) => this.run.projected(projection, done),
      onTrouble: (text) => this.run.log("warning", text),
    });
    this.histograms = new LayerHistograms({ ...prepared, operations: this.trainer.plan.operations, onTrouble: (text) => this.run.log("warning", text) });
    this.findings = new RunFindings(job.rules, prepared, this.run);
    if (resumed) dropTrailAfter(folder, this.trainer.step);
    this.trail = job.partOf || prepared.config.diagnostics.statistics === "none" ? null : new WeightTrail(folder);
  }

  async train(report: Report): Promise<void> {
    const { run, control, trainer } = this;
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => control.end(`told to end by ${signal}`));
    if (this.resumed) dropStatesAfter(run.folder, trainer.step);
    await run.open(this.resumed ? await readEvaluation(run.folder) : { confusion: [], projection: null });
    report.listening(run.folder, run.server.address);
    await this.ownership.ownerAttached();
    run.started(startEvent(this.prepared, run.folder));
    await this.findings.beforeTraining();
    run.setState("running");
    await this.untilEnd();
    await this.projector.finish(run.server.watched ? longestProjection : 0);
    this.ownership.dispose();
    await run.server.close();
    await trainer.dispose();
    await this.prepared.dataset.stream?.dispose();
  }

  private async untilEnd(): Promise<void> {
    const { run, control, trainer } = this;
    try {
      const end = await trainingLoop(trainer, control, {
        onEvent: (event) => this.handle(event),
        checkpoint: () => this.checkpoint(),
        onPaused: (paused) => run.setState(paused ? "paused" : "running"),
      });
      if (end.kind === "stopped") run.log("info", `stopped: ${end.reason}`);
      if (end.kind === "stopped") run.end("stopped", null, null);
      else await this.conclude(end);
    } catch (thrown) {
      const error = toDescentError(thrown);
      this.findings.failure(error);
      if (isDeviceFailure(error.code)) await this.checkpointOfFailed().catch((failed: unknown) => run.log("error", `no checkpoint of the last step could be written: ${toDescentError(failed).message}`));
      run.end("failed", null, error.toJSON());
    }
  }

  private async conclude(end: TrainingEnded): Promise<void> {
    this.findings.watch(end);
    await this.findings.explainTrouble();
    if (end.restoredStep !== null && end.restoredStep !== undefined) this.run.restored(end.restoredStep);
    this.run.end(end.status, end.metrics, end.error);
  }

  private async handle(event: Exclude<TrainerEvent, TrainingEnded>): Promise<void> {
    switch (event.kind) {
      case "steps":
        this.run.steps(event);
        break;
      case "evaluation":
        this.run.evaluated(event, this.prepared.dataset.classes, this.trainer.best);
        this.examples.forget(event.split);
        if (event.split === "validation" && !event.phase) await this.rememberWeights();
        if (this.run.server.watched) await this.show(event);
        if (event.split === "validation" || this.prepared.dataset.splits.validation.length === 0) this.run.histograms(await this.histograms.snapshot(this.run.server.watched));
        break;
      case "checkpoint":
        await this.checkpoint();
    }
    // the live rules know the file's own loss
    if ("phase" in event && event.phase) return;
    this.findings.watch(event);
    await this.findings.explainTrouble();
  }

  /** What only a panel shows of an evaluation. */
  private async show({ split }: EvaluationDone): Promise<void> {
    // only a confusion matrix has cells to ask for
    const { dataset } = this.prepared;
    if (dataset.task === "classification" && dataset.splits[split].length <= mostKeptPredictions) await this.examples.keep(split);
    if (split === "validation") await this.projector.snapshot();
  }

  /** Keeps the weights as they are, where the trail is due: of the state, what the model is made of. */
  private async rememberWeights(): Promise<void> {
    const { trail, trainer, prepared } = this;
    if (!trail?.isDue(trainer.step)) return;
    await trainer.settle();
    const { step, tensors, tuning } = trainer.state();
    const names = describeProblem(prepared.config, prepared.dataset).tensors.flatMap(({ fullName }) => [fullName, averageName(fullName)]);
    const known = names.flatMap((name) => (name in tensors ? [[name, tensors[name]] as const] : []));
    trail.keep(step, encodeState({ step, tensors: Object.fromEntries(known), counters: {}, tuning }));
  }

  private async checkpoint(): Promise<void> {
    await this.trainer.settle();
    await this.storeState();
  }

  /** A checkpoint of what is in memory, whatever became of the device. */
  private async checkpointOfFailed(): Promise<void> {
    await this.trainer.settle().catch(() => {});
    const { step } = this.trainer.state();
    if (step < this.trainer.step) this.run.log("warning", `The device held the weights since step ${step}, and does not give them back: the run goes on from there.`);
    await this.storeState();
  }

  private storeState(): Promise<void> {
    return this.run.checkpoint(this.trainer, this.prepared.config.training.checkpoint.keep);
  }

  private answer(message: ClientMessage, client: Client): void {
    const { control, run } = this;
    switch (message.message) {
      case "pause":
        return control.pause();
      case "resume":
        return control.resume();
      case "stop":
        run.setState("stopping");
        return control.end("asked to stop");
      case "checkpoint":
        return control.checkpoint();
      case "set-learning-rate":
        return control.setLearningRate(message.value);
      case "examples":
        return control.request(async () => client.send({ event: "reply", id: message.id, result: await this.examples.cell(message) }));
      case "examples-at":
        return control.request(async () => client.send({ event: "reply", id: message.id, result: await this.examples.at(message.indices) }));
      case "figures":
        return control.request(async () => client.send({ event: "figures", id: message.id, result: await this.examples.figures(message.split, message.of) }));
      case "project":
        return control.request(async () => {
          if (this.projector.choose(message.of, message.method ?? null)) await this.projector.snapshot();
        });
      case "curvature":
        return control.request(async () => this.findings.curvature(message.curvature));
      case "attach":
      case "watch":
      case "flushed":
    }
  }
}
