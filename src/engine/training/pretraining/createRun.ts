/** The trainer of a whole file: where it pretrains, one trainer a stage, then one that tunes everything, seen from outside as one run. */
import { DescentError } from "../../../common/errors.js";
import type { MoreData } from "../../data/readMore.js";
import { averagedTensors } from "../averaging.js";
import type { Carried } from "../chunkRunner.js";
import type { Curvature, CurvatureOptions } from "../curvature/measureCurvature.js";
import { epochOf, runLength } from "../plan.js";
import { exportModel, type ExportOptions } from "../exportModel.js";
import { type Anatomy, Inference, type Pass } from "../inference.js";
import { ModelUse } from "../modelUse.js";
import { initialValues, type TensorValues } from "../parameters.js";
import { describeProblem, type TrainingProblem } from "../problem.js";
import { withTunedBatch } from "../tunedBatch.js";
import { batchesOf, createTrainer, planOf } from "../trainer.js";
import type { BestSoFar, EvaluationDone, Predictions, PretrainingPhase, Trainer, TrainerEvent, TrainerOptions, TrainingPlan, TrainingState } from "../types.js";
import { planStages, type Stage } from "./stages.js";

export interface RunOptions extends TrainerOptions {
  /** For `training.pretrain.data`: further examples without labels. */
  readonly unlabelled: MoreData | null;
}

/**
 * Prepares a run of a file with everything that it says. Steps count through its stages, and a state says which of them it is of, so that a
 * resumed run goes on to the bit. Throws what `createTrainer` and `planStages` throw.
 */
export async function createRun(given: RunOptions): Promise<Trainer> {
  const whole = { ...given, config: withTunedBatch(given.config, given.tuning) };
  const stages = planStages(whole.config, whole.dataset, whole.unlabelled);
  if (stages.length === 0) return createTrainer(whole);
  const options = { ...whole, keepsOnDevice: false }; // a stage is asked for its weights at any time
  const parts: Part[] = [];
  let from = 0;
  for (const { config, dataset } of [...stages, { config: withoutPretraining(options.config), dataset: options.dataset }]) {
    const steps = runLength(config, batchesOf(describeProblem(config, dataset)).stepsPerEpoch).totalSteps;
    parts.push({ config, dataset, from, steps });
    from += steps;
  }
  const run = new StagedRun(options, stages, parts, describeProblem(parts.at(-1)!.config, options.dataset));
  await run.open();
  return run;
}

function withoutPretraining(config: RunOptions["config"]): RunOptions["config"] {
  return { ...config, training: { ...config.training, pretrain: null } };
}

/** A stretch of the run with a trainer of its own. */
interface Part extends Pick<Stage, "config" | "dataset"> {
  /** Steps of the run before it. */
  readonly from: number;
  readonly steps: number;
}

class StagedRun implements Trainer {
  readonly plan: TrainingPlan;
  #part = 0;
  #trainer!: Trainer;
  /** The whole model, for what is asked while a part of it trains: layers that had no turn yet are as they were drawn. */
  readonly #use: ModelUse;
  readonly #inference: Inference;
  /** What a file or a caller says that layers begin with. */
  readonly #given: TensorValues;
  readonly #fresh: TensorValues;

  constructor(
    private readonly options: RunOptions,
    private readonly stages: readonly Stage[],
    private readonly parts: readonly Part[],
    private readonly whole: TrainingProblem,
  ) {
    const last = parts.at(-1)!;
    const { stepsPerEpoch } = batchesOf(whole);
    const totalSteps = last.from + last.steps;
    this.plan = planOf(whole, { stepsPerEpoch, totalSteps, epochs: totalSteps / stepsPerEpoch });
    this.#inference = new Inference(whole, options.backend, { provider: options.provider, threads: options.tuning.threads });
    this.#use = new ModelUse(whole, this.#inference);
    this.#given = { ...whole.initial, ...options.start };
    this.#fresh = initialValues(whole.tensors, whole.config.seed, this.#given);
  }

  /** Makes the trainer of the part that the run begins, or goes on, with. */
  async open(): Promise<void> {
    const { resume } = this.options;
    if (resume === null) return this.#begin(0, {});
    const { part, counters } = resume.counters as { readonly part: number; readonly counters: TrainingState["counters"] };
    this.#part = part;
    this.#trainer = await createTrainer({ ...this.options, ...this.parts[part], resume: { ...resume, step: resume.step - this.parts[part].from, counters } });
  }

  /** Makes the trainer of a part: layers that had their turn go on with what they learnt, others begin. */
  async #begin(part: number, trained: TensorValues): Promise<void> {
    this.#part = part;
    this.#trainer = await createTrainer({ ...this.options, ...this.parts[part], resume: null, start: { ...this.#given, ...trained } });
  }

  get step(): number {
    return this.#from + this.#trainer.step;
  }

  get best(): BestSoFar | null {
    const { best } = this.#trainer;
    return best === null || this.#phase !== null ? null : { ...best, step: this.#from + best.step };
  }

  get isDone(): boolean {
    return this.#part === this.parts.length - 1 && this.#trainer.isDone;
  }

  get #from(): number {
    return this.parts[this.#part].from;
  }

  /** The stage that is trained; null while everything is tuned. */
  get #phase(): PretrainingPhase | null {
    const stage = this.stages[this.#part] as Stage | undefined;
    return stage === undefined ? null : { layer: stage.layer, index: this.#part, count: this.stages.length };
  }

  async next(): Promise<TrainerEvent> {
    for (;;) {
      const phase = this.#phase;
      const event = await this.#trainer.next();
      if (phase === null) return this.#placed(event, null);
      // what a stage says at its end of its training split and for its own sake is no news of the run
      if (event.kind === "evaluation" && event.split !== "validation") continue;
      if (event.kind !== "end" || event.status === "failed") return this.#placed(event, phase);
      const { kept } = this.stages[this.#part];
      const trained = weightsOf(this.#trainer);
      const names = this.whole.tensors.filter(({ layer }) => kept.has(layer)).map(({ fullName }) => fullName);
      await this.#trainer.dispose();
      await this.#begin(this.#part + 1, Object.fromEntries(names.map((name) => [name, trained[name]])));
    }
  }

  /** An event of a part as one of the run. */
  #placed(event: TrainerEvent, phase: PretrainingPhase | null): TrainerEvent {
    const from = this.#from;
    const epochAt = (step: number): number => epochOf(step, this.plan.stepsPerEpoch);
    switch (event.kind) {
      case "steps": {
        const firstStep = from + event.firstStep;
        const statistics = event.statistics.map(({ step, values }) => ({ step: from + step, values }));
        return { ...event, firstStep, statistics, epoch: epochAt(firstStep + event.losses.length - 1), phase };
      }
      case "evaluation":
        // a matrix and a best are of the whole model
        return { ...event, step: from + event.step, epoch: epochAt(from + event.step), phase, ...(phase === null ? {} : { confusion: null, isBest: false }) };
      case "checkpoint":
        return { ...event, step: from + event.step };
      case "end":
        return event.error === null ? event : { ...event, error: { ...event.error, step: from + event.error.step, message: event.error.message.replace(`step ${event.error.step} `, `step ${from + event.error.step} `) } };
    }
  }

  setLearningRate(value: number): void {
    this.#trainer.setLearningRate(value);
  }

  settle(): Promise<void> {
    return this.#trainer.settle();
  }

  state(): TrainingState {
    const state = this.#trainer.state();
    return { ...state, step: this.#from + state.step, counters: { part: this.#part, counters: state.counters } };
  }

  predict(indices: Int32Array, weights: "current" | "best"): Promise<Predictions> {
    return this.#phase === null ? this.#trainer.predict(indices, weights) : this.#use.predict(indices, this.#merged());
  }

  pass(indices: Int32Array, weights: "current" | "best"): Promise<Pass> {
    return this.#phase === null ? this.#trainer.pass(indices, weights) : this.#use.pass(indices, this.#merged());
  }

  async evaluate(split: "validation" | "test" | "train", weights: "current" | "best"): Promise<EvaluationDone> {
    if (this.#phase === null) return this.#placed(await this.#trainer.evaluate(split, weights), null) as EvaluationDone;
    const { metrics, confusion } = await this.#use.measure(this.whole.dataset.splits[split], this.#merged());
    return { kind: "evaluation", step: this.step, epoch: epochOf(this.step, this.plan.stepsPerEpoch), split, metrics, confusion, trainMetrics: {}, isBest: false };
  }

  async curvature(options: CurvatureOptions): Promise<Curvature | null> {
    if (this.#phase !== null) throw new DescentError("pretraining", `The run is still pretraining ${this.#phase.layer}: the file's own loss is not trained yet, and has no curvature to speak of.`, { path: "training.pretrain" });
    const measured = await this.#trainer.curvature(options);
    return measured && { ...measured, step: options.at === "start" ? this.#from : this.step };
  }

  anatomy(indices: Int32Array): Promise<Anatomy> {
    return this.#phase === null ? this.#trainer.anatomy(indices) : this.#use.anatomy(indices, this.#merged());
  }

  activations(layer: string, indices: Int32Array): Promise<{ readonly data: Float32Array; readonly width: number }> {
    return this.#phase === null ? this.#trainer.activations(layer, indices) : this.#use.activations(layer, indices, this.#merged());
  }

  exportModel({ weights, ...form }: ExportOptions & { readonly weights: "current" | "best" }): Uint8Array {
    return this.#phase === null ? this.#trainer.exportModel({ weights, ...form }) : exportModel(this.whole, this.#merged(), form);
  }

  async dispose(): Promise<void> {
    await this.#trainer.dispose();
    await this.#inference.dispose();
  }

  /** The whole model as it stands: what the stages have trained where it fits, else as drawn. */
  #merged(): Carried {
    const trained = weightsOf(this.#trainer);
    const entries = this.whole.tensors.map(({ fullName, shape }) => {
      const { dims, data } = fits(trained[fullName], shape) ? trained[fullName] : this.#fresh[fullName];
      return [fullName, { type: "float32" as const, dims, data }] as const;
    });
    const merged = Object.fromEntries(entries);
    return { ...merged, ...Object.fromEntries(averagedTensors(this.whole).map(({ fullName, name }) => [name, merged[fullName]])) };
  }
}

/** What a trainer's part of the model has come to, by full name, its optimizer's memory included. */
function weightsOf(trainer: Trainer): TensorValues {
  return { ...trainer.state().tensors };
}

function fits(value: TensorValues[string] | undefined, shape: readonly number[]): boolean {
  return value !== undefined && value.dims.join() === shape.join();
}
