/** What is known of a run before its first step: the file, and what chance would give. */
import { predictsClasses } from "../../engine/data/task.js";
import { streamsTargets } from "../../engine/data/stream/exampleStream.js";
import type { Dataset } from "../../engine/data/types.js";
import type { Chosen } from "../../engine/defineKind.js";
import { defaultLoss } from "../../engine/losses/registry.js";
import { examplesOfStep } from "../../engine/training/tunedBatch.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { TrainingPlan } from "../../engine/training/types.js";
import { classCounts, inputScales, targetDivisor, targetSummary, targetWidth } from "../data/figures.js";
import { sample } from "../data/rows.js";
import { type NeighbourQuality, neighbourQuality } from "../data/neighbours.js";

export interface LiveContext {
  readonly config: TrainingConfig;
  readonly loss: Chosen;
  readonly optimizer: { readonly kind: string; readonly lr: number; readonly lrPath: string };
  /** Loss of the best constant answer: what a model that learned nothing from its inputs comes to. null: not known for this loss. */
  readonly chance: number | null;
  /** Loss of a model that answers 0 for everything, as one fresh from its initialisers nearly does. null: not known. */
  readonly start: number | null;
  /** Largest root mean square of an input column, after scaling. */
  readonly inputRms: number;
  readonly trainExamples: number;
  readonly validationExamples: number;
  /** Class names by index; null where numbers are predicted. */
  readonly classes: readonly string[] | null;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** How well the nearest training examples answer (`neighbourQuality`); found when it is first asked for. */
  readonly neighbours: () => NeighbourQuality | null;
}

export function liveContext(config: TrainingConfig, dataset: Dataset, plan: Pick<TrainingPlan, "stepsPerEpoch" | "totalSteps" | "layers">): LiveContext {
  const loss = config.loss ?? defaultLoss(dataset.task);
  const output = plan.layers.at(-1)?.outputShape ?? [1];
  const width = predictsClasses(dataset.task) ? output[output.length - 1] : output.reduce((product, dim) => product * dim, 1);
  const { kind, arguments: args } = config.optimizer;
  const expected = expectedLosses(config, streamsTargets(dataset) ? dataset.sample ?? dataset : dataset, loss, width);
  return {
    config,
    loss,
    optimizer: { kind, lr: Number(args.lr), lrPath: `optimizer.${kind}.lr` },
    ...expected,
    // weights that were trained before answer as they were taught
    start: beginsTrained(config) ? null : expected.start,
    inputRms: Math.max(0, ...inputScales(dataset).map(({ rms }) => rms).filter(Number.isFinite)),
    trainExamples: dataset.splits.train.length,
    classes: dataset.classes,
    validationExamples: dataset.splits.validation.length,
    batchSize: examplesOfStep(config, dataset.splits.train.length),
    stepsPerEpoch: plan.stepsPerEpoch,
    totalSteps: plan.totalSteps,
    neighbours: () => neighbourQuality(dataset.sample ?? dataset),
  };
}

/** Whether the layers that make the outputs come from a file. */
function beginsTrained({ imported, initFrom, model }: TrainingConfig): boolean {
  return initFrom !== null || (imported !== null && !model.some(({ path }) => path.startsWith("model.head")));
}

/**
 * cross_entropy: the entropy of the classes, and ln K. binary_cross_entropy: the mean entropy of the outputs, and ln 2.
 * mse: the targets' variance, and their mean square; mae, huber: likewise about their median. focal: that of answering the classes' shares. Weighing classes alike makes them equally likely.
 */
function expectedLosses(config: TrainingConfig, dataset: Dataset, loss: Chosen, width: number): { chance: number | null; start: number | null } {
  const weights = loss.arguments.class_weights ?? "none";
  if (typeof weights === "object" || dataset.splits.train.length === 0) return { chance: null, start: null };
  const balanced = weights === "balanced" || config.data.sampling === "weighted";
  const counts = classCounts(dataset);
  const total = counts.reduce((a, b) => a + b, 0);
  const present = counts.filter((count) => count > 0).length;
  const shares = counts.map((count) => (balanced ? (count > 0 ? 1 / present : 0) : count / total));
  if (predictsClasses(dataset.task)) {
    const entropy = shares.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
    // one output is the second class (or, under mse, the index of the class)
    const outputs = width === 1 ? [shares[1] ?? 0] : shares;
    if (loss.kind === "cross_entropy") return { chance: entropy, start: Math.log(width) };
    if (loss.kind === "binary_cross_entropy") return { chance: mean(outputs.map(binaryEntropy)), start: Math.LN2 };
    if (loss.kind === "focal") return focalLosses(shares, Number(loss.arguments.gamma), width);
    if (loss.kind !== "mse") return { chance: null, start: null };
    if (width > 1) return { chance: mean(shares.map((p) => p * (1 - p))), start: 1 / width };
    const index = shares.reduce((sum, p, i) => sum + p * i, 0);
    const square = shares.reduce((sum, p, i) => sum + p * i * i, 0);
    return { chance: square - index * index, start: square };
  }
  if (loss.kind === "mse") {
    const targets = targetSummary(dataset);
    return targets === null ? { chance: null, start: null } : { chance: targets.variance, start: targets.meanSquare };
  }
  if (loss.kind === "mae") return distanceLosses(dataset, Math.abs);
  if (loss.kind === "huber") {
    const delta = Number(loss.arguments.delta);
    return distanceLosses(dataset, (x) => (Math.abs(x) <= delta ? 0.5 * x * x : delta * (Math.abs(x) - 0.5 * delta)));
  }
  return loss.kind === "binary_cross_entropy" ? { chance: mean(labelShares(dataset).map(binaryEntropy)), start: Math.LN2 } : { chance: null, start: null };
}

/** Mean of a distance of the targets from their median, column by column, and from 0; at most 5,000 examples are looked at. */
function distanceLosses(dataset: Dataset, distance: (x: number) => number): { chance: number | null; start: number | null } {
  const width = targetWidth(dataset);
  const examples = sample(dataset.splits.train, 5000);
  if (dataset.task !== "regression") return { chance: null, start: null };
  const columns = Array.from({ length: width }, (_, column) => Float64Array.from(examples, (example) => Number(dataset.targets.data[example * width + column])).filter((value) => !Number.isNaN(value)).sort());
  const from = (center: (values: Float64Array) => number): number => mean(columns.map((values) => mean(Array.from(values, (value) => distance(value - center(values))))));
  return { chance: from((values) => values[values.length >> 1]), start: from(() => 0) };
}

/** focal_gamma of the classes' own shares, and of equal ones. */
function focalLosses(shares: readonly number[], gamma: number, width: number): { chance: number | null; start: number | null } {
  const focal = (p: number): number => (p > 0 ? (1 - p) ** gamma * -Math.log(p) : 0);
  return { chance: shares.reduce((sum, p) => sum + p * focal(p), 0), start: focal(1 / width) };
}

/** Mean target of each output, where every output is a yes or no of its own: several labels an example (those that count), the points of an image. */
function labelShares(dataset: Dataset): number[] {
  const width = targetWidth(dataset);
  const divisor = targetDivisor(dataset);
  const sums = Array.from({ length: width }, () => 0);
  const known = Array.from({ length: width }, () => 0);
  for (const example of dataset.splits.train) {
    for (let label = 0; label < width; label += 1) {
      const target = Number(dataset.targets.data[example * width + label]);
      if (Number.isNaN(target)) continue;
      sums[label] += target;
      known[label] += 1;
    }
  }
  return sums.map((sum, label) => sum / divisor / Math.max(known[label], 1));
}

function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}
