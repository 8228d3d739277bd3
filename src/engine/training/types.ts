/** What a trainer takes and gives: the seam between the engine and whatever drives it (runtime process, browser, tests). */
import type { Dataset } from "../data/types.js";
import type { Backend, Provider } from "./backend.js";
import type { TrainingConfig } from "./config.js";
import type { Curvature, CurvatureOptions } from "./curvature/measureCurvature.js";
import type { Anatomy, Pass } from "./inference.js";
import type { TensorValues } from "./parameters.js";

/** What the short measurement before a model's first run decided. Kept for the same model on the same machine: the last bit of a loss depends on it. */
export interface Tuning {
  readonly threads: number;
  /** Steps a chunk, to begin with. */
  readonly chunkSteps: number;
  /** Examples a batch, where the file leaves that to memory (`batch_size: auto`). */
  readonly batchSize?: number;
  /** Name of a lowering in the table `engine/lowering`: `plain` or `blocked`. */
  readonly lowering: string;
}

export interface TrainerOptions {
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly backend: Backend;
  readonly provider: Provider;
  readonly tuning: Tuning;
  /** Keeps to `tuning.chunkSteps`; else chunks become longer or shorter with the time that they take, which changes no bit. */
  readonly fixedChunks?: boolean;
  /** Leaves weights and optimizer state on the device from chunk to chunk, where that can be: `state` and `exportModel` then need `settle` before them. Default false. */
  readonly keepsOnDevice?: boolean;
  /** State to go on from; null starts at step 0. */
  readonly resume: TrainingState | null;
  /** Tensors to begin with, by full name; those of another shape or name are not taken. */
  readonly start?: TensorValues;
  readonly log: (level: "debug" | "info" | "warning", text: string) => void;
}

/** A stage of greedy pretraining: the layer that is trained, its place among so many stages (from 0). */
export interface PretrainingPhase {
  readonly layer: string;
  readonly index: number;
  readonly count: number;
}

/** Known once the model is built, before the first step. */
export interface TrainingPlan {
  readonly parameters: number;
  /** Multiply-adds of one example's forward pass. */
  readonly operations: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly totalSteps: number;
  readonly layers: readonly { readonly name: string; readonly kind: string; readonly path: string; readonly outputShape: readonly number[]; readonly parameters: number }[];
}

/** Scalars of one step, by tag without sub-folder; only steps that have something beyond loss and rate. */
export interface StepStatistics {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Steps first..first+losses.length-1 (from 1) are done. */
export interface ChunkDone {
  readonly kind: "steps";
  readonly firstStep: number;
  /** Mean loss of each step's batch before its update, without penalties. */
  readonly losses: Float32Array;
  /** As the schedule gives them; the step computes in float32. */
  readonly learningRates: Float64Array;
  /** With penalties, where the file has any; else null. */
  readonly lossesWithPenalty: Float32Array | null;
  readonly statistics: readonly StepStatistics[];
  readonly epoch: number;
  readonly seconds: number;
  /** Of these, seconds that the chunk waited for its examples to be read. */
  readonly waited: number;
  /** Bytes that went to the device and came back for these steps; null or absent on the processor. */
  readonly copies?: { readonly in: number; readonly out: number } | null;
  /** Of pretraining: losses are of its stage, not of the file's model. */
  readonly phase?: PretrainingPhase | null;
}

export interface EvaluationDone {
  readonly kind: "evaluation";
  readonly step: number;
  readonly epoch: number;
  /** `train` only at the end of a run without validation data: its figures are of the whole split, not of the last step's batch. */
  readonly split: "validation" | "test" | "train";
  /** `loss`, `accuracy`, ...; without sub-folder. With Polyak averaging those of the average, and `live_loss`, ... of the weights that are trained. */
  readonly metrics: Readonly<Record<string, number>>;
  /** For classification: counts[actual * classes + predicted]. */
  readonly confusion: Int32Array | null;
  /** `train/accuracy` over the batches since the last report, where measured. */
  readonly trainMetrics: Readonly<Record<string, number>>;
  /** Whether this is the best so far by the run's metric. */
  readonly isBest: boolean;
  /** Of pretraining: metrics are of its stage. */
  readonly phase?: PretrainingPhase | null;
}

/** A checkpoint is due by the file's `checkpoint` section; the driver stores `trainer.state()` and says so. */
export interface CheckpointDue {
  readonly kind: "checkpoint";
  readonly step: number;
}

export interface TrainingEnded {
  readonly kind: "end";
  readonly status: "completed" | "early_stopped" | "failed";
  /** For failed: code and sentence, such as `non-finite-loss`. */
  readonly error: { readonly code: string; readonly message: string; readonly step: number } | null;
  /** Final metrics with sub-folders, of the weights kept: `train/loss`, `validation/accuracy`, `test/accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The step whose weights were restored; null or absent: the last ones are kept. */
  readonly restoredStep?: number | null;
}

export type TrainerEvent = ChunkDone | EvaluationDone | CheckpointDue | TrainingEnded;

export interface BestSoFar {
  readonly step: number;
  readonly metric: string;
  readonly value: number;
}

/** Everything that a resumed run needs to go on to the bit. Plain data; `encodeState`/`decodeState` make bytes of it. */
export interface TrainingState {
  readonly step: number;
  /** Name to elements: parameters, optimizer state, running statistics, best weights (prefixed `best/`). */
  readonly tensors: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>;
  /** Early stopping, plateau, best, live changes of the rate: JSON. */
  readonly counters: Readonly<Record<string, unknown>>;
  readonly tuning: Tuning;
}

/** Result of a pass over examples in inference mode. Rows follow `indices`: one an example, or one for each of its steps where each has a class. */
export interface Predictions {
  readonly indices: Int32Array;
  /** Rows an example: 1, or the steps of a sequence. A language model has one row, what follows the example. */
  readonly steps: number;
  /** Model outputs as the loss sees them, [n x steps, width]; of an autoencoder, reconstructions of the scaled inputs. */
  readonly outputs: Float32Array;
  readonly width: number;
  /** Class index, else -1. [n x steps]. */
  readonly predicted: Int32Array;
  /** Probability of the predicted class, NaN where none. [n x steps]. */
  readonly confidence: Float32Array;
}

export interface Trainer {
  readonly plan: TrainingPlan;
  readonly best: BestSoFar | null;
  readonly step: number;
  /** Every step is taken and evaluated, or the run has failed: only its last words are to come. */
  readonly isDone: boolean;
  /** Does the next piece of work, at most a chunk or an evaluation, and says what came of it. After `end` it throws. */
  next(): Promise<TrainerEvent>;
  /** From the next chunk on, the schedule is multiplied so that the rate now is `value`. */
  setLearningRate(value: number): void;
  /** Brings what the device holds to memory. Throws as a chunk does: `device-lost`. */
  settle(): Promise<void>;
  /** As of the last step, or, where weights are kept on the device, of the last one that was brought to memory: at a `settle`, an evaluation, a checkpoint. */
  state(): TrainingState;
  /** Forward pass in inference mode. `weights`: live, or the best kept. */
  predict(indices: Int32Array, weights: "current" | "best"): Promise<Predictions>;
  evaluate(split: "validation" | "test" | "train", weights: "current" | "best"): Promise<EvaluationDone>;
  /** Outputs as the loss reads them, and the loss. */
  pass(indices: Int32Array, weights: "current" | "best"): Promise<Pass>;
  /** Activations of a layer (by name) in inference mode, flattened: [n, width]. `inputs` gives the scaled inputs. */
  activations(layer: string, indices: Int32Array): Promise<{ readonly data: Float32Array; readonly width: number }>;
  /** Outputs of every watched layer and gradients of every learned tensor for these examples, with the weights as they are, in inference mode. */
  anatomy(indices: Int32Array): Promise<Anatomy>;
  /**
   * Largest and smallest curvature of the training loss at the weights as they are, and the largest stable rate; null where it was ended. Throws
   * `pretraining` while a stage of pretraining is trained, whose loss is not the file's.
   */
  curvature(options: CurvatureOptions): Promise<Curvature | null>;
  /** A plain ONNX model with a symbolic batch dimension. `softmax`: probabilities out; `scaling`: raw inputs in. */
  exportModel(options: { readonly weights: "current" | "best"; readonly softmax: boolean; readonly scaling: boolean }): Uint8Array;
  dispose(): Promise<void>;
}
