/** A run while its process works on it: its folder, its clients, and how it stands. Whatever happens in training is told here, once. */
import os from "node:os";
import path from "node:path";
import type { DescentError, SerializedError } from "../../common/errors.js";
import { formatBytes } from "../../common/format.js";
import { toJsonNumber, type JsonNumber } from "../../common/numbers.js";
import { encodeState } from "../../engine/training/stateFile.js";
import type { ChunkDone, EvaluationDone, PretrainingPhase, Trainer } from "../../engine/training/types.js";
import { cellsOf } from "../../protocol/confusionCells.js";
import type { ConfusionMatrix, Projection } from "../../protocol/evaluation.js";
import type { Finding } from "../../protocol/finding.js";
import type { Manifest, RunState } from "../../protocol/manifest.js";
import type { DeviceCopies, EndEvent, EndStatus, StartEvent } from "../../protocol/runEvents.js";
import type { ClientMessage, Progress, RuntimeMessage } from "../../protocol/runtime.js";
import type { LastEvaluation } from "../../runs/evaluationFile.js";
import { readEvaluations } from "../../runs/evaluationHistory.js";
import type { MeasuredHistogram } from "./layerHistograms.js";
import { Recorder, type Split } from "./recorder.js";
import { RunServer, type Client } from "./runServer.js";
import { SeriesBatcher } from "./seriesBatcher.js";

/** Milliseconds between two manifests while nothing but the step changes. */
const manifestInterval = 2000;
/** Milliseconds between two `progress` messages. */
const progressInterval = 100;
/** Seconds over which the pace is averaged. */
const paceWindow = 5;

export interface ActiveRunOptions {
  readonly folder: string;
  /** As it will be when training begins; process, machine and socket are filled in here. */
  readonly manifest: Manifest;
  readonly firstStep: number;
  readonly onMessage: (message: ClientMessage, client: Client) => void;
  readonly onClientsChanged: () => void;
}

export class ActiveRun {
  readonly folder: string;
  readonly server: RunServer;
  private readonly recorder: Recorder;
  private readonly series: SeriesBatcher;
  private manifest: Manifest;
  private evaluation: LastEvaluation = { confusion: [], projection: null };
  private progress: Progress | null = null;
  private readonly pace: { step: number; seconds: number; waited: number }[] = [];
  /** Seconds that steps of this process waited for their examples. */
  private waited = 0;
  private manifestWritten = 0;
  private progressSent = 0;
  private bestModelStep: number | null = null;
  /** Between memory and the device, at the chunks' borders. */
  private copies: DeviceCopies | null = null;
  /** The validation matrix of the best weights so far. */
  private bestMatrix: ConfusionMatrix | null = null;
  private evaluatedAt: { readonly step: number; readonly seconds: number; readonly waited: number };

  constructor(options: ActiveRunOptions) {
    this.folder = options.folder;
    this.manifest = { ...options.manifest, pid: process.pid, host: os.hostname() };
    this.evaluatedAt = { step: this.manifest.step, seconds: this.manifest.seconds, waited: 0 };
    this.recorder = new Recorder({
      folder: options.folder,
      firstStep: options.firstStep,
      onTrouble: (error) => this.finding(troubleFinding(error, this.manifest)),
      onRecovery: () => this.server.broadcast({ event: "log", level: "info", text: "the run's folder can be written to again; nothing is missing" }),
    });
    this.server = new RunServer(options.folder, {
      onAttach: () => this.attached(),
      onMessage: options.onMessage,
      onClientsChanged: options.onClientsChanged,
    });
    this.series = new SeriesBatcher((message) => this.server.broadcast(message));
  }

  /** Listens, and writes the first manifest: from now on the run exists for others. `evaluation`: what a resumed run showed last. */
  async open(evaluation: LastEvaluation): Promise<void> {
    this.evaluation = evaluation;
    const { best } = this.manifest;
    if (best) this.bestMatrix = (await readEvaluations(this.folder)).find(({ split, step }) => split === "validation" && step === best.step) ?? null;
    await this.server.listen();
    this.manifest = { ...this.manifest, socket: this.server.address };
    this.saveManifest();
  }

  get state(): RunState {
    return this.manifest.state;
  }

  get step(): number {
    return this.manifest.step;
  }

  started(start: StartEvent): void {
    this.server.broadcast(start);
  }

  setState(state: RunState): void {
    if (this.manifest.state === state) return;
    this.manifest = { ...this.manifest, state };
    this.series.flush();
    this.saveManifest();
    this.server.broadcast({ event: "state", state });
  }

  /** The steps of a chunk: to the event file, then to the clients. */
  steps(chunk: ChunkDone): void {
    const statistics = new Map(chunk.statistics.map(({ step, values }) => [step, values]));
    for (let i = 0; i < chunk.losses.length; i++) {
      const step = chunk.firstStep + i;
      const tags = [tagIn(chunk, "loss"), "learning_rate"];
      const values = [chunk.losses[i], chunk.learningRates[i]];
      const more = statistics.get(step);
      if (chunk.lossesWithPenalty) tags.push(tagIn(chunk, "loss_with_penalty"));
      if (chunk.lossesWithPenalty) values.push(chunk.lossesWithPenalty[i]);
      if (more) tags.push(...Object.keys(more));
      if (more) values.push(...Object.values(more));
      this.record("train", step, tags, values);
    }
    const last = chunk.firstStep + chunk.losses.length - 1;
    this.advance(last, chunk);
    this.countCopies(chunk);
    this.recorder.flush();
    this.series.offer(chunk.epoch);
    if (performance.now() - this.manifestWritten > manifestInterval) this.saveManifest();
  }

  /** An evaluation's metrics and confusion matrix. */
  evaluated(done: EvaluationDone, classes: readonly string[] | null, best: Trainer["best"]): void {
    // train/ is of the batches as they came: an evaluation on the training split is told at the end, and is no point of these curves
    const named = (metrics: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(metrics).map(([name, value]) => [tagIn(done, name), value]));
    const metrics = named(done.metrics);
    if (done.split !== "train") this.record(done.split, done.step, Object.keys(metrics), Object.values(metrics));
    // the loss of a step is its batch's alone, and is recorded with the step
    const { loss: _, ...meanMetrics } = done.trainMetrics;
    const trainMetrics = named(meanMetrics);
    this.record("train", done.step, Object.keys(trainMetrics), Object.values(trainMetrics));
    if (done.split !== "test") this.recordPace(done.step);
    this.setMetrics(done.split, metrics);
    this.setMetrics("train", trainMetrics);
    this.manifest = { ...this.manifest, best: best && { ...best, value: toJsonNumber(best.value) } };
    this.recorder.flush();
    this.series.offer(done.epoch);
    this.saveManifest();
    if (done.confusion && classes) this.confusion({ split: done.split, step: done.step, classes: [...classes], cells: cellsOf(done.confusion) });
  }

  /** A layout of activations: each while it forms is shown, the last one is kept. */
  projected(projection: Projection, done: boolean): void {
    this.evaluation = { ...this.evaluation, projection };
    if (done) {
      this.recorder.projection(projection);
      this.recorder.evaluation(this.evaluation);
    }
    this.server.broadcast({ event: "projection", projection, done });
  }

  /** How the layers' values lie: to the event file, then to the clients. */
  histograms(histograms: readonly MeasuredHistogram[]): void {
    if (histograms.length === 0) return;
    const { step } = this;
    for (const one of histograms) this.recorder.histogram("train", step, `${one.of}/${one.layer}`, one.histogram);
    this.recorder.flush();
    this.server.broadcast({ event: "histograms", histograms: histograms.map(({ layer, of, histogram: { min, max, counts } }) => ({ layer, of, step, min, max, counts: [...counts] })) });
  }

  finding(finding: Finding): void {
    this.recorder.findings([finding]);
    this.series.flush();
    this.server.broadcast({ event: "finding", ...finding });
  }

  /** A finding that the folder holds from before: it is only told. */
  findingAgain(finding: Finding): void {
    this.server.broadcast({ event: "finding", ...finding });
  }

  log(level: "debug" | "info" | "warning" | "error", text: string): void {
    this.server.broadcast({ event: "log", level, text });
  }

  /**
   * Stores the trainer's state for resuming, and models for use: the last, and the best where it changed. Every value of the steps in
   * it is in the event files, and on the command line's output, before the checkpoint is complete.
   */
  async checkpoint(trainer: Trainer, keep: number): Promise<void> {
    this.series.flush();
    await this.server.printed();
    const state = trainer.state();
    const stored = this.recorder.checkpoint(state.step, encodeState(state), keep);
    if (!stored) return;
    this.recorder.model("last", trainer.exportModel({ weights: "current", softmax: false, scaling: false }));
    if (trainer.best && trainer.best.step !== this.bestModelStep) {
      if (this.recorder.model("best", trainer.exportModel({ weights: "best", softmax: false, scaling: false }))) this.bestModelStep = trainer.best.step;
    }
    this.manifest = { ...this.manifest, checkpoint: stored };
    this.saveManifest();
    this.server.broadcast({ event: "checkpoint", step: stored.step, path: path.join(this.folder, stored.path) });
  }

  /** The weights of an earlier step are kept: what was measured then is the evaluation of the run. */
  restored(step: number): void {
    this.manifest = { ...this.manifest, restoredStep: step };
    if (!this.bestMatrix || this.bestMatrix.step !== step) return;
    this.show(this.bestMatrix);
  }

  /** The end, in the files and for the clients. `metrics`: those of the weights kept; null: the last ones known. */
  end(status: EndStatus, metrics: Readonly<Record<string, number>> | null, error: SerializedError | null): void {
    this.series.flush();
    const unwritten = this.recorder.close();
    const failure = error ?? unwritten?.toJSON() ?? null;
    const settled: EndStatus = failure ? "failed" : status;
    const values: Record<string, JsonNumber> = metrics ? mapValues(metrics, toJsonNumber) : this.manifest.metrics;
    this.manifest = { ...this.manifest, state: stateOf(settled), pid: null, socket: null, metrics: values, error: failure && { ...failure } };
    this.recorder.lastManifest(this.manifest);
    const { step, seconds, best } = this.manifest;
    const end: EndEvent = { event: "end", status: settled, steps: step, seconds, steps_per_second: seconds > 0 ? step / seconds : 0, metrics: values, best, ...(this.copies === null ? {} : { copies: this.copies }) };
    if (this.progress) this.server.broadcast({ event: "progress", ...this.progress, secondsLeft: settled === "stopped" ? this.progress.secondsLeft : 0 });
    this.server.broadcast({ event: "state", state: this.manifest.state });
    this.server.broadcast(end);
  }
  private attached(): RuntimeMessage {
    this.series.flush();
    this.recorder.flush();
    const { confusion, projection } = this.evaluation;
    return { event: "attached", manifest: this.manifest, step: this.manifest.step, progress: this.progress, confusion, projection };
  }

  private record(split: Split, step: number, tags: readonly string[], values: readonly number[]): void {
    if (tags.length === 0) return;
    this.recorder.scalars(split, step, tags, values);
    for (let i = 0; i < tags.length; i++) this.series.add(`${split}/${tags[i]}`, step, values[i]);
  }

  /** Steps a second of training since the last evaluation, and, of streamed data, the share of the time that they waited for examples: for the event file alone, as clients see the pace in `progress`. */
  private recordPace(step: number): void {
    const { seconds } = this.manifest;
    const since = this.evaluatedAt;
    if (step > since.step && seconds > since.seconds) {
      const elapsed = seconds - since.seconds;
      this.recorder.scalars("train", step, ["steps_per_second"], [(step - since.step) / elapsed]);
      if (this.waited > 0) this.recorder.scalars("train", step, ["waiting_for_data"], [(this.waited - since.waited) / elapsed]);
    }
    this.evaluatedAt = { step, seconds, waited: this.waited };
  }

  private setMetrics(split: Split, values: Readonly<Record<string, number>>): void {
    const named = Object.fromEntries(Object.entries(values).map(([name, value]) => [`${split}/${name}`, toJsonNumber(value)]));
    this.manifest = { ...this.manifest, metrics: { ...this.manifest.metrics, ...named } };
  }

  private confusion(matrix: ConfusionMatrix): void {
    this.recorder.matrix(matrix);
    if (matrix.split === "validation" && this.manifest.best?.step === matrix.step) this.bestMatrix = matrix;
    this.show(matrix);
  }

  /** The matrix that stands for its split from now on. */
  private show(matrix: ConfusionMatrix): void {
    this.evaluation = { ...this.evaluation, confusion: [...this.evaluation.confusion.filter(({ split }) => split !== matrix.split), matrix] };
    this.recorder.evaluation(this.evaluation);
    this.server.broadcast({ event: "confusion", matrix });
  }

  private advance(step: number, chunk: ChunkDone): void {
    const seconds = this.manifest.seconds + chunk.seconds;
    const loss = toJsonNumber(chunk.losses[chunk.losses.length - 1]);
    this.manifest = { ...this.manifest, step, seconds, metrics: { ...this.manifest.metrics, [`train/${tagIn(chunk, "loss")}`]: loss } };
    this.waited += chunk.waited;
    this.pace.push({ step, seconds, waited: this.waited });
    while (this.pace.length > 2 && seconds - this.pace[0].seconds > paceWindow) this.pace.shift();
    const first = this.pace.length > 1 ? this.pace[0] : { step: chunk.firstStep - 1, seconds: seconds - chunk.seconds, waited: this.waited - chunk.waited };
    const stepsPerSecond = seconds > first.seconds ? (step - first.step) / (seconds - first.seconds) : 0;
    const totalSteps = this.manifest.totalSteps ?? step;
    const secondsLeft = stepsPerSecond > 0 ? Math.max(0, totalSteps - step) / stepsPerSecond : null;
    this.progress = { step, totalSteps, epoch: chunk.epoch, epochs: this.manifest.epochs, stepsPerSecond, secondsLeft, secondsElapsed: seconds, ...(chunk.phase ? { phase: phaseText(chunk.phase) } : {}) };
    if (this.waited > 0 && seconds > first.seconds) this.progress = { ...this.progress, waitingForData: (this.waited - first.waited) / (seconds - first.seconds) };
    if (performance.now() - this.progressSent < progressInterval) return;
    this.progressSent = performance.now();
    this.server.broadcast({ event: "progress", ...this.progress });
  }

  /** Sums up what went over the border; what a chunk takes once the first has brought everything there is told. */
  private countCopies({ copies, losses }: ChunkDone): void {
    if (!copies) return;
    const { chunks, bytes_in, bytes_out } = this.copies ?? { chunks: 0, bytes_in: 0, bytes_out: 0 };
    this.copies = { chunks: chunks + 1, bytes_in: bytes_in + copies.in, bytes_out: bytes_out + copies.out };
    if (chunks === 1) this.log("info", `copies of a chunk of ${losses.length} steps: ${formatBytes(copies.in)} to ${this.manifest.device}, ${formatBytes(copies.out)} back; of the first chunk ${formatBytes(bytes_in)} and ${formatBytes(bytes_out)}`);
  }

  private saveManifest(): void {
    this.manifestWritten = performance.now();
    this.recorder.manifest(this.manifest);
  }
}

/** A metric's tag: of a stage of pretraining its own, `pretrain_loss/dense_1`, for it is another model's. */
function tagIn({ phase }: Pick<ChunkDone, "phase">, name: string): string {
  return phase ? `pretrain_${name}/${phase.layer}` : name;
}

function phaseText({ layer, index, count }: PretrainingPhase): string {
  return `pretraining ${layer}, ${index + 1} of ${count}`;
}

function stateOf(status: EndStatus): RunState {
  return ({ completed: "finished", early_stopped: "finished early", stopped: "stopped", failed: "failed" } as const)[status];
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
}

function troubleFinding(error: DescentError, manifest: Manifest): Finding {
  return {
    rule: error.code,
    severity: "warning",
    problem: "learning",
    category: "system",
    message: `${error.message} Training goes on; what is not written is kept in memory and written once it can be.`,
    evidence: {},
    confidence: 1,
    step: manifest.step > 0 ? manifest.step : null,
    state: "open",
    file: manifest.file,
    path: "",
    range: null,
    fixes: [],
    page: "",
  };
}
