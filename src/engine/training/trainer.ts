/** The training run: chunks of steps, with evaluations, checkpoints and an end at the steps where the file wants them. */
import { DescentError } from "../../common/errors.js";
import { fromJsonNumber, toJsonNumber, type JsonNumber } from "../../common/numbers.js";
import { probeBlockSize } from "../lowering/probeBlockSize.js";
import type { LoweringName } from "../lowering/table.js";
import type { SessionOptions } from "./backend.js";
import { averagedTensors, withAverages } from "./averaging.js";
import { Batches } from "./batches.js";
import { withTunedBatch } from "./tunedBatch.js";
import { improves, Patience } from "./best.js";
import { afterEvaluation } from "./plateau.js";
import { ChunkLength, chunkMilliseconds, firstChunk } from "./chunkLength.js";
import { ChunkRunner, release, type Carried, type CarriedOnDevice, type ChunkResult } from "./chunkRunner.js";
import { slotName } from "./chunkGraph.js";
import { classesOf } from "./decide.js";
import { exportModel, type ExportOptions } from "./exportModel.js";
import { type Curvature, type CurvatureOptions, measureCurvature } from "./curvature/measureCurvature.js";
import { type Anatomy, Inference, type Pass } from "./inference.js";
import { initialLossScale } from "./lossScale.js";
import { ModelUse } from "./modelUse.js";
import { initialValues, type TensorValues } from "./parameters.js";
import { checkpointInterval, epochOf, evaluationInterval, nextMultiple, runLength, statisticsSteps, unfreezeStep, type RunLength } from "./plan.js";
import { requirePrecision } from "./precision.js";
import { describeProblem, movedTensors, type TrainingProblem } from "./problem.js";
import { addSteps, meansOf, noTotals, type Totals } from "./runningTotals.js";
import type { BestSoFar, EvaluationDone, Predictions, StepStatistics, Trainer, TrainerEvent, TrainerOptions, TrainingEnded, TrainingPlan, TrainingState } from "./types.js";

/** Seconds between automatic checkpoints. */
const checkpointSeconds = 10;

/**
 * Prepares a run: checks file against data, gives the weights their start (or takes them from `resume`) and compiles the step.
 * Throws DescentError where nothing can be trained, with the path in the file.
 */
export async function createTrainer(given: TrainerOptions): Promise<Trainer> {
  const options = { ...given, config: withTunedBatch(given.config, given.tuning) };
  requirePrecision(options.config, options.provider);
  const problem = describeProblem(options.config, options.dataset);
  const batches = batchesOf(problem);
  const blockSize = options.tuning.lowering === "blocked" ? await probeBlockSize(options.backend) : null;
  if (options.tuning.lowering === "blocked" && blockSize === null) options.log("warning", "This run was tuned for blocked convolutions, which this processor does not have: it goes on with plain ones, more slowly.");
  const session: SessionOptions = { provider: options.provider, threads: options.tuning.threads };
  const length = runLength(options.config, batches.stepsPerEpoch);
  const phases = phasesOf(problem, batches.stepsPerEpoch).map(({ from, problem: part }): Phase => ({
    from, problem: part,
    runner: new ChunkRunner({
      problem: part, batches, session,
      backend: options.backend,
      lowering: { lowering: options.tuning.lowering as LoweringName, blockSize },
      wantsStatistics: statisticsSteps(options.config, length.totalSteps),
      log: options.log,
      optimizerFrom: from,
      keepsOnDevice: options.keepsOnDevice ?? false,
    }),
  }));
  if (options.config.training.unfreeze !== null && phases.length === 1) options.log("warning", "Nothing is frozen, so that training.unfreeze changes nothing.");
  const trainer = new RunningTrainer(options, problem, length, phases, new Inference(problem, options.backend, session));
  if (trainer.step < length.totalSteps) await phaseAt(phases, trainer.step).runner.prepare(trainer.step);
  return trainer;
}

/** A stretch of a run in which the same tensors move. */
interface Phase {
  /** Its first step, from 0. */
  readonly from: number;
  readonly problem: TrainingProblem;
  readonly runner: ChunkRunner;
}

/** The problem with what is frozen, and, where the file says so, from some step on without. */
function phasesOf(problem: TrainingProblem, stepsPerEpoch: number): readonly Pick<Phase, "from" | "problem">[] {
  const from = unfreezeStep(problem.config, stepsPerEpoch);
  return problem.unfrozen === null || from === null ? [{ from: 0, problem }] : [{ from: 0, problem }, { from, problem: problem.unfrozen }];
}

function phaseAt(phases: readonly Phase[], step: number): Phase {
  return phases.findLast(({ from }) => from <= step)!;
}

/** What is known of a problem before its first step. */
export function planOf({ outline }: TrainingProblem, length: RunLength): TrainingPlan {
  return {
    ...length,
    parameters: outline.reduce((sum, layer) => sum + layer.parameters, 0),
    operations: outline.reduce((sum, layer) => sum + layer.operations, 0),
    layers: outline.map(({ name, kind, path, outputShape, parameters }) => ({ name, kind, path, outputShape, parameters })),
  };
}

/** The batches of a problem by its file. */
export function batchesOf({ config, dataset }: TrainingProblem): Batches {
  const examples = dataset.splits.train;
  const full = config.training.batchSize === "full";
  return new Batches({
    examples,
    batchSize: full ? examples.length : (config.training.batchSize as number) * config.training.accumulate,
    dropLast: config.training.dropLast,
    // the order within a batch of everything says nothing
    sampling: full && config.data.sampling === "shuffle" ? "sequential" : config.data.sampling,
    classes: config.data.sampling === "weighted" && dataset.task === "classification" && dataset.targets.dims.length === 1 ? classesOf(dataset, examples) : null,
    ...(dataset.stream === undefined ? {} : { blocks: { examples: dataset.stream.blockExamples, window: dataset.stream.windowBlocks } }),
    seed: config.seed,
  });
}

/** What is carried at step 0: initial weights, given or drawn, zeros for the optimizer. */
export function initialCarried(problem: TrainingProblem, start: TensorValues = {}): Carried {
  const values = initialValues(problem.tensors, problem.config.seed, problem.initial);
  for (const { fullName, shape } of problem.tensors) if (start[fullName]?.dims.join() === shape.join()) values[fullName] = start[fullName];
  const tensors = Object.fromEntries(Object.entries(values).map(([name, { dims, data }]) => [name, { type: "float32" as const, dims, data }]));
  return withNewOptimizer(problem, tensors);
}

/** The model's tensors, and their averages, from `carried`, beside an optimizer that has not moved yet. */
function withNewOptimizer(problem: TrainingProblem, carried: Readonly<Carried>): Carried {
  const next: Carried = Object.fromEntries(problem.tensors.map(({ fullName }) => [fullName, carried[fullName]]));
  for (const tensor of movedTensors(problem.tensors, problem.grouping)) {
    for (const slot of problem.optimizer.kind.slots(problem.optimizer.arguments, tensor)) {
      next[slotName(tensor.fullName, slot)] = { type: "float32", dims: tensor.shape, data: new Float32Array(carried[tensor.fullName].data.length) };
    }
  }
  for (const { fullName, name, shape } of averagedTensors(problem)) next[name] = carried[name] ?? { type: "float32", dims: shape, data: (carried[fullName].data as Float32Array).slice() };
  for (const [name, value] of Object.entries(initialLossScale(problem))) next[name] = { type: "float32", dims: [], data: Float32Array.of(value) };
  return next;
}

/** What a run knows beside its weights; all of it is in the state. */
interface Counters {
  /** What `setLearningRate` multiplied the schedule by. */
  rateFactor: number;
  best: { readonly step: number; readonly value: number; readonly train: Readonly<Record<string, number>> } | null;
  patience: { readonly reference: number | null; readonly waited: number };
  /** Of `reduce_on_plateau`: what the rate is multiplied by now, and the wait for the next plateau. */
  plateau: { readonly factor: number; readonly reference: number | null; readonly waited: number };
  totals: Totals;
  /** Step of the last evaluation, and what it gave. */
  evaluatedAt: number;
  validation: Readonly<Record<string, number>>;
  /** Means of the training batches up to the last report. */
  train: Readonly<Record<string, number>>;
  lastLoss: number;
  stoppedEarly: boolean;
}

class RunningTrainer implements Trainer {
  readonly plan: TrainingPlan;
  private readonly use: ModelUse;
  #step = 0;
  #carried: Carried;
  /** What is carried, on the device, where it stays there; as new as the last step. */
  #onDevice: CarriedOnDevice | null = null;
  /** Of which step `#carried` is, where the device is ahead of it; else null. */
  #behind: { readonly step: number; readonly counters: Counters } | null = null;
  #bestWeights: Carried | null = null;
  #counters: Counters;
  readonly #pending: TrainerEvent[] = [];
  readonly #patience: Patience | null;
  readonly #bestMetric: string | null;
  readonly #chunkLength: ChunkLength;
  #lastCheckpoint = performance.now();
  #checkpointOwed = false;
  #ended = false;

  constructor(
    private readonly options: TrainerOptions,
    private readonly whole: TrainingProblem,
    private readonly length: RunLength,
    private readonly phases: readonly Phase[],
    private readonly inference: Inference,
  ) {
    const problem = whole;
    this.use = new ModelUse(problem, inference);
    const { config } = problem;
    const hasValidation = problem.dataset.splits.validation.length > 0;
    const measurable = (metric: string): boolean => hasValidation || !metric.startsWith("validation/");
    const stopping = config.training.earlyStopping;
    const wanted = stopping?.metric ?? config.training.checkpoint.best;
    this.#bestMetric = wanted !== null && measurable(wanted) ? wanted : null;
    this.#patience = stopping !== null && measurable(stopping.metric) ? new Patience(stopping.metric, stopping.patience, stopping.minDelta) : null;
    if (stopping !== null && this.#patience === null) options.log("warning", `Early stopping watches ${stopping.metric}, and there is no validation data: the run goes on to its end.`);
    const plateau = problem.schedule.kind.plateau?.(problem.schedule.arguments);
    if (plateau !== undefined && !hasValidation) options.log("warning", `reduce_on_plateau watches ${plateau.metric} at evaluations, and there is no validation data: the rate stays as it is.`);
    this.#chunkLength = new ChunkLength(options.fixedChunks === true ? options.tuning.chunkSteps : firstChunk(options.tuning.chunkSteps), chunkMilliseconds(options.provider));
    this.#carried = initialCarried(problem, options.start);
    this.#counters = { rateFactor: 1, best: null, patience: { reference: null, waited: 0 }, plateau: { factor: 1, reference: null, waited: 0 }, totals: noTotals, evaluatedAt: 0, validation: {}, train: {}, lastLoss: Number.NaN, stoppedEarly: false };
    if (options.resume !== null) this.#resume(options.resume);
    this.plan = planOf(problem, length);
  }

  /** The problem as it stands at this step. */
  get problem(): TrainingProblem {
    return this.#phase.problem;
  }

  get #phase(): Phase {
    return phaseAt(this.phases, this.#step);
  }

  get step(): number {
    return this.#step;
  }

  get best(): BestSoFar | null {
    const { best } = this.#counters;
    return best === null || this.#bestMetric === null ? null : { step: best.step, metric: this.#bestMetric, value: best.value };
  }

  get isDone(): boolean {
    const last = this.#pending.at(-1);
    if (last !== undefined) return last.kind === "end";
    return !this.#isEvaluationDue() && (this.#step >= this.length.totalSteps || this.#counters.stoppedEarly);
  }

  async next(): Promise<TrainerEvent> {
    const waiting = this.#pending.shift();
    if (waiting !== undefined) return waiting;
    if (this.#ended) throw new DescentError("run-ended", "The run has ended.");
    // where both fall on one step the evaluation comes first, so that a resumed run does not repeat it
    if (this.#isEvaluationDue()) return this.#evaluateNow();
    if (this.#checkpointOwed) {
      await this.settle();
      return this.#checkpoint();
    }
    if (this.#step >= this.length.totalSteps || this.#counters.stoppedEarly) return this.#finish();
    return this.#runChunk();
  }

  /** The next steps up to the nearest stop, at most a chunk. */
  async #runChunk(): Promise<TrainerEvent> {
    const first = this.#step;
    const { runner } = this.#phase;
    const steps = runner.longestFrom(first, Math.min(this.#chunkLength.steps, this.#nextStop() - first));
    const rates = Float64Array.from({ length: steps }, (_, k) => this.#rateAt(first + k));
    const begun = performance.now();
    const before = { step: first, counters: { ...this.#counters } };
    const chunk = await runner.run(first, rates, this.#carried, this.#onDevice);
    const milliseconds = performance.now() - begun;
    if (this.options.fixedChunks !== true) this.#chunkLength.learn(steps, milliseconds - 1000 * chunk.waited);
    const broken = this.problem.config.training.onNonFinite === "stop" ? chunk.losses.findIndex((loss) => !Number.isFinite(loss)) : -1;
    const done = broken < 0 ? steps : broken + 1;
    this.#carried = chunk.carried;
    this.#onDevice = chunk.onDevice;
    if (chunk.onDevice !== null) this.#behind ??= before;
    this.#step = first + done;
    if (this.phases.some(({ from }) => from > first && from === this.#step)) {
      await this.#leaveDevice(runner);
      this.#carried = withNewOptimizer(this.problem, this.#carried);
    }
    this.#counters.lastLoss = chunk.losses[done - 1];
    const statistics = this.#countIn(chunk, first, done);
    if (broken >= 0) this.#pending.push(this.#fail(chunk.losses[broken]));
    else this.#checkpointOwed = this.#isCheckpointDue();
    return {
      kind: "steps", firstStep: first + 1, statistics,
      losses: chunk.losses.subarray(0, done),
      learningRates: rates.subarray(0, done),
      lossesWithPenalty: chunk.lossesWithPenalty?.subarray(0, done) ?? null,
      epoch: epochOf(this.#step, this.length.stepsPerEpoch),
      seconds: milliseconds / 1000,
      waited: chunk.waited,
      copies: chunk.copies,
    };
  }

  /** Counts a chunk's steps into the totals. Without validation, accuracy is reported beside the statistics. */
  #countIn(chunk: ChunkResult, first: number, done: number): StepStatistics[] {
    const statistics: StepStatistics[] = [];
    const reportsHere = !this.#hasValidation;
    let from = 0;
    for (const { position, values } of chunk.statistics.filter(({ position }) => position < done)) {
      let extra: Record<string, number> = {};
      if (reportsHere) {
        this.#counters.totals = addSteps(this.#counters.totals, this.problem, chunk, from, position + 1);
        from = position + 1;
        const { accuracy } = this.#report();
        if (accuracy !== undefined) extra = { accuracy };
      }
      statistics.push({ step: first + position + 1, values: { ...values, ...extra } });
    }
    this.#counters.totals = addSteps(this.#counters.totals, this.problem, chunk, from, done);
    return statistics;
  }

  /** Means since the last report, which this is. */
  #report(): Readonly<Record<string, number>> {
    this.#counters.train = this.#trainMeans();
    this.#counters.totals = noTotals;
    return this.#counters.train;
  }

  /** What the batches since the last report showed. The loss of a language model without further terms is the logarithm of its perplexity. */
  #trainMeans(): Readonly<Record<string, number>> {
    const means = meansOf(this.#counters.totals);
    const { loss, config, dataset } = this.problem;
    const isPlain = ["cross_entropy", "nll"].includes(loss.kind.kind) && loss.arguments.class_weights === "none" && loss.arguments.label_smoothing === 0;
    const wanted = config.metrics === null || config.metrics.includes("perplexity");
    return dataset.task === "language_model" && isPlain && wanted && means.loss !== undefined ? { ...means, perplexity: Math.exp(means.loss) } : means;
  }

  get #hasValidation(): boolean {
    return this.problem.dataset.splits.validation.length > 0;
  }

  /** The rate of a step (from 0). */
  #rateAt(step: number): number {
    return this.#counters.rateFactor * this.#scheduledRate(step);
  }

  #scheduledRate(step: number): number {
    const { schedule, optimizer } = this.problem;
    const phase = phaseAt(this.phases, step);
    const factor = phase.from === 0 ? 1 : this.whole.config.training.unfreeze!.lrFactor;
    return factor * this.#counters.plateau.factor * schedule.kind.rate(schedule.arguments, optimizer.arguments.lr as number, { step, stepsPerEpoch: this.length.stepsPerEpoch, totalSteps: this.length.totalSteps });
  }

  /** The step before which the next chunk must end. */
  #nextStop(): number {
    const { config } = this.problem;
    const stops = [this.length.totalSteps, ...this.phases.flatMap(({ from }) => (from > this.#step ? [from] : []))];
    if (this.#hasValidation) stops.push(nextMultiple(this.#step, evaluationInterval(config, this.length.stepsPerEpoch)));
    const isTimed = config.training.checkpoint.everyEpochs === "auto";
    if (!isTimed || this.#checkpointTimeIsUp()) stops.push(nextMultiple(this.#step, checkpointInterval(config, this.length.stepsPerEpoch)));
    return Math.min(...stops);
  }

  #checkpointTimeIsUp(): boolean {
    return performance.now() - this.#lastCheckpoint > 1000 * checkpointSeconds;
  }

  #isCheckpointDue(): boolean {
    const { config } = this.problem;
    if (this.#step >= this.length.totalSteps || this.#step % checkpointInterval(config, this.length.stepsPerEpoch) !== 0) return false;
    return config.training.checkpoint.everyEpochs !== "auto" || this.#checkpointTimeIsUp();
  }

  #checkpoint(): TrainerEvent {
    this.#lastCheckpoint = performance.now();
    this.#checkpointOwed = false;
    return { kind: "checkpoint", step: this.#step };
  }

  #isEvaluationDue(): boolean {
    if (!this.#hasValidation || this.#counters.evaluatedAt === this.#step || this.#step === 0) return false;
    return this.#step >= this.length.totalSteps || this.#step % evaluationInterval(this.problem.config, this.length.stepsPerEpoch) === 0;
  }

  /** An evaluation on the validation split, and what follows from it. */
  async #evaluateNow(): Promise<EvaluationDone> {
    await this.settle();
    const { validation } = this.problem.dataset.splits;
    const { metrics: served, confusion } = await this.use.measure(validation, this.#weights("current"));
    const metrics = { ...served, ...(await this.#liveMetrics(validation)) };
    const trainMetrics = this.#report();
    const counters = this.#counters;
    counters.evaluatedAt = this.#step;
    counters.validation = metrics;
    const isBest = this.#takeBest();
    const { schedule } = this.problem;
    const plateau = schedule.kind.plateau?.(schedule.arguments);
    if (plateau !== undefined) counters.plateau = afterEvaluation(counters.plateau, plateau, this.#valueOf(plateau.metric));
    if (this.#patience !== null) {
      counters.stoppedEarly = this.#patience.isExhaustedBy(this.#valueOf(this.problem.config.training.earlyStopping!.metric));
      counters.patience = { reference: this.#patience.reference, waited: this.#patience.waited };
    }
    return { kind: "evaluation", step: this.#step, epoch: epochOf(this.#step, this.length.stepsPerEpoch), split: "validation", metrics, confusion, trainMetrics, isBest };
  }

  /** Where the evaluated weights are an average: the metrics of those that are trained, as `live_loss` and so on. */
  async #liveMetrics(indices: Int32Array): Promise<Record<string, number>> {
    if (this.problem.config.training.polyak === null) return {};
    const { metrics } = await this.use.measure(indices, this.#carried);
    return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`live_${name}`, value]));
  }

  /** Keeps these weights where they are the best so far. */
  #takeBest(): boolean {
    if (this.#bestMetric === null) return false;
    const value = this.#valueOf(this.#bestMetric);
    if (!improves(this.#bestMetric, value, this.#counters.best?.value ?? null)) return false;
    this.#counters.best = { step: this.#step, value, train: { ...this.#counters.train, loss: this.#counters.lastLoss } };
    const weights = this.#weights("current");
    this.#bestWeights = Object.fromEntries(this.problem.tensors.map(({ fullName }) => [fullName, weights[fullName]]));
    return true;
  }

  /** A metric by its full name after an evaluation; NaN where it is not measured. */
  #valueOf(metric: string): number {
    const [split, name] = [metric.slice(0, metric.indexOf("/")), metric.slice(metric.indexOf("/") + 1)];
    return (split === "train" ? this.#counters.train : this.#counters.validation)[name] ?? Number.NaN;
  }

  /** The end: the weights that are kept, the test split, a last checkpoint. */
  async #finish(): Promise<TrainerEvent> {
    this.#ended = true;
    await this.#leaveDevice(this.#phase.runner);
    const { config, dataset } = this.problem;
    const restores = config.training.earlyStopping?.restoreBest === true && this.#bestWeights !== null;
    const which = restores ? "best" : "current";
    const metrics: Record<string, number> = {};
    const note = (split: string, values: Readonly<Record<string, number>>): void => {
      for (const [name, value] of Object.entries(values)) metrics[`${split}/${name}`] = value;
    };
    const sinceReport = this.#counters.totals.steps > 0 ? this.#trainMeans() : {};
    if (restores) note("train", this.#counters.best!.train);
    else if (this.#step > 0) note("train", { ...this.#counters.train, ...sinceReport, loss: this.#counters.lastLoss });
    if (this.#hasValidation) note("validation", restores ? (await this.evaluate("validation", "best")).metrics : this.#counters.validation);
    const events: TrainerEvent[] = [];
    const extraSplits = [...(this.#hasValidation ? [] : ["train" as const]), ...(dataset.splits.test.length > 0 ? ["test" as const] : [])];
    for (const split of extraSplits) {
      const evaluation = await this.evaluate(split, which);
      note(split, evaluation.metrics);
      events.push({ ...evaluation, trainMetrics: split === "train" ? sinceReport : {} });
    }
    if (restores) {
      const averages = averagedTensors(this.problem).map(({ fullName, name }) => [name, this.#bestWeights![fullName]] as const);
      this.#carried = { ...this.#carried, ...this.#bestWeights, ...Object.fromEntries(averages) };
    }
    const end: TrainingEnded = { kind: "end", status: this.#counters.stoppedEarly ? "early_stopped" : "completed", error: null, metrics, restoredStep: restores ? this.#counters.best!.step : null };
    this.#pending.push(...events, this.#checkpoint(), end);
    return this.#pending.shift()!;
  }

  #fail(loss: number): TrainingEnded {
    this.#ended = true;
    const message = `The loss of step ${this.#step} is ${Number.isNaN(loss) ? "not a number" : "infinite"}: the run cannot go on.`;
    return { kind: "end", status: "failed", error: { code: "non-finite-loss", message, step: this.#step }, metrics: { "train/loss": loss } };
  }

  setLearningRate(value: number): void {
    const scheduled = this.#scheduledRate(Math.min(this.#step, this.length.totalSteps - 1));
    if (scheduled === 0) this.options.log("warning", "The schedule's rate is 0 here, and no factor makes another of it.");
    else this.#counters.rateFactor = value / scheduled;
  }

  async settle(): Promise<void> {
    if (this.#behind === null) return;
    this.#carried = await this.#phase.runner.fetch(this.#onDevice!, this.#carried);
    this.#behind = null;
  }

  /** From here on everything is in memory alone. */
  async #leaveDevice(runner: ChunkRunner): Promise<void> {
    if (this.#onDevice === null) return;
    this.#carried = await runner.fetch(this.#onDevice, this.#carried);
    this.#behind = null;
    release(this.#onDevice);
    this.#onDevice = null;
  }

  state(): TrainingState {
    const tensors: Record<string, TrainingState["tensors"][string]> = {};
    const take = (prefix: string, carried: Readonly<Carried>): void => {
      for (const [name, { dims, data }] of Object.entries(carried)) tensors[`${prefix}${name}`] = { dims, data: data as Float32Array };
    };
    take("", this.#carried);
    if (this.#bestWeights !== null) take("best/", this.#bestWeights);
    const { step, counters } = this.#behind ?? { step: this.#step, counters: this.#counters };
    return { step, tensors, counters: toJson(counters) as Record<string, unknown>, tuning: this.options.tuning };
  }

  /** Takes a state over. Throws `checkpoint-mismatch` where it is another model's. */
  #resume(state: TrainingState): void {
    const phase = phaseAt(this.phases, state.step);
    if (phase.from > 0) this.#carried = withNewOptimizer(phase.problem, this.#carried);
    for (const [name, { dims }] of Object.entries(this.#carried)) {
      const stored = state.tensors[name];
      if (stored === undefined || stored.dims.join() !== dims.join()) {
        const found = stored === undefined ? "lacks it" : `has [${stored.dims.join(", ")}]`;
        throw new DescentError("checkpoint-mismatch", `The checkpoint is of another model: ${name} has shape [${dims.join(", ")}] here, and the checkpoint ${found}.`);
      }
    }
    const best: Carried = {};
    const current: Carried = {};
    for (const [name, { dims, data }] of Object.entries(state.tensors)) {
      const isBest = name.startsWith("best/");
      (isBest ? best : current)[isBest ? name.slice("best/".length) : name] = { type: "float32", dims, data };
    }
    this.#step = state.step;
    this.#carried = current;
    this.#bestWeights = Object.keys(best).length > 0 ? best : null;
    this.#counters = { ...this.#counters, ...(fromJson(state.counters) as Counters) };
    if (this.#patience !== null) [this.#patience.reference, this.#patience.waited] = [this.#counters.patience.reference, this.#counters.patience.waited];
  }

  async predict(indices: Int32Array, weights: "current" | "best"): Promise<Predictions> {
    await this.settle();
    return this.use.predict(indices, this.#weights(weights));
  }

  async pass(indices: Int32Array, weights: "current" | "best"): Promise<Pass> {
    await this.settle();
    return this.use.pass(indices, this.#weights(weights));
  }

  async evaluate(split: "validation" | "test" | "train", weights: "current" | "best"): Promise<EvaluationDone> {
    await this.settle();
    const { metrics, confusion } = await this.use.measure(this.problem.dataset.splits[split], this.#weights(weights));
    return { kind: "evaluation", step: this.#step, epoch: epochOf(this.#step, this.length.stepsPerEpoch), split, metrics, confusion, trainMetrics: {}, isBest: false };
  }

  activations(layer: string, indices: Int32Array): Promise<{ readonly data: Float32Array; readonly width: number }> {
    this.use.requireLayer(layer);
    return this.settle().then(() => this.use.activations(layer, indices, this.#weights("current")));
  }

  async anatomy(indices: Int32Array): Promise<Anatomy> {
    await this.settle();
    return this.use.anatomy(indices, this.#weights("current"));
  }

  curvature(options: CurvatureOptions): Promise<Curvature | null> {
    const { backend, provider, tuning: { threads } } = this.options;
    const { from, problem } = options.at === "start" ? this.phases[0] : this.#phase;
    // the optimizer's memory begins anew with a phase
    const place = options.at === "start"
      ? { problem, carried: initialCarried(problem, this.options.start), step: 0, moves: 0, rate: this.#scheduledRate(0) }
      : { problem, carried: this.#carried, step: this.#step, moves: this.#step - from, rate: this.#rateAt(Math.min(this.#step, this.length.totalSteps - 1)) };
    return measureCurvature(place, backend, { provider, threads }, options);
  }

  exportModel({ weights, ...options }: ExportOptions & { readonly weights: "current" | "best" }): Uint8Array {
    return exportModel(this.problem, this.#weights(weights), options);
  }

  async dispose(): Promise<void> {
    if (this.#onDevice !== null) release(this.#onDevice);
    this.#onDevice = null;
    for (const { runner } of this.phases) await runner.dispose();
    await this.inference.dispose();
  }

  #weights(which: "current" | "best"): Readonly<Carried> {
    return (which === "best" ? this.#bestWeights : null) ?? withAverages(this.problem, this.#carried);
  }
}

/** Counters as JSON, which lacks NaN and the infinities. */
function toJson(value: unknown): unknown {
  if (typeof value === "number") return toJsonNumber(value);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
}

function fromJson(value: unknown): unknown {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return fromJsonNumber(value as JsonNumber);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromJson(inner)]));
}
