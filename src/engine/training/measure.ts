/** The metrics of a pass over a split. */
import type { Dataset, Task } from "../data/types.js";
import { accuracy, confusionMatrix, macroScores, scoresByClass, topKAccuracy } from "../metrics/classification.js";
import { binaryAccuracy, scoresByLabel } from "../metrics/multiLabel.js";
import { meanAbsoluteError, r2, rootMeanSquaredError } from "../metrics/regression.js";
import { macroRocAuc, rocAuc } from "../metrics/rocAuc.js";
import { classesOf, logProbabilityOf, numbersOf, outputReading, predictedClass, probabilityOf } from "./decide.js";
import type { TrainingConfig } from "./config.js";
import type { Pass } from "./inference.js";
import type { TrainingProblem } from "./problem.js";

export interface Measured {
  /** By tag: `loss`, `accuracy`, ... */
  readonly metrics: Readonly<Record<string, number>>;
  /** counts[actual * classes + predicted]; null without classes. */
  readonly confusion: Int32Array | null;
}

/** Metrics that are computed where the file lists none; the confusion matrix always is, where there are classes. */
const byTask: Readonly<Record<string, readonly string[]>> = {
  classification: ["accuracy"], multi_label: ["accuracy"], regression: ["mae", "rmse", "r2"], autoencoder: ["mae", "rmse"], language_model: ["perplexity", "accuracy"],
};

/** The file's metrics or the task's, and those by which the run is steered: the best weights, early stopping, a plateau. */
function wantedMetrics({ metrics, training, schedule }: TrainingConfig, task: Task): readonly string[] {
  const steering = [training.checkpoint.best, training.earlyStopping?.metric, schedule.arguments.metric];
  const named = steering.filter((name) => typeof name === "string").map((name) => name.slice(name.indexOf("/") + 1));
  return [...new Set([...(metrics ?? byTask[task]), ...named])];
}

/**
 * The loss, and the file's metrics or the task's, of these examples. Regression is measured in the targets' own unit, an autoencoder in that of
 * the scaled inputs, which columns of any unit share.
 */
export function measure(problem: TrainingProblem, indices: Int32Array, pass: Pass): Measured {
  const { dataset, config } = problem;
  const wanted = wantedMetrics(config, dataset.task);
  if (dataset.task === "classification") return measureClasses(problem, indices, pass, wanted);
  if (dataset.task === "language_model") return { metrics: measureTokens(problem, pass, wanted), confusion: null };
  const { outputWidth } = problem.lossProblem;
  const metrics: Record<string, number> = { loss: pass.loss };
  if (pass.errors !== undefined) {
    const { errors } = pass;
    if (wanted.includes("mae")) metrics.mae = errors.meanAbsoluteError();
    if (wanted.includes("rmse")) metrics.rmse = errors.rootMeanSquaredError();
    if (wanted.includes("r2")) metrics.r2 = errors.r2();
    return { metrics, confusion: null };
  }
  const targets = pass.streamedTargets ?? rowsOf(dataset, indices);
  if (dataset.task === "multi_label") return { metrics: { ...metrics, ...measureLabels(problem, targets, pass, wanted) }, confusion: null };
  // of an autoencoder the scaled values, of a regression the targets' own
  const inUnit = (rows: Float32Array): Float32Array | Float64Array => (dataset.task === "autoencoder" ? rows : unscaled(dataset, rows, outputWidth));
  const [actual, predicted] = [targets, numbersOf(problem, pass.outputs)].map((rows) => counted(inUnit(rows), pass.counts));
  const width = pass.counts === null ? outputWidth : (outputWidth * indices.length) / pass.counts.length;
  if (wanted.includes("mae")) metrics.mae = meanAbsoluteError(actual, predicted);
  if (wanted.includes("rmse")) metrics.rmse = rootMeanSquaredError(actual, predicted, width);
  if (wanted.includes("r2")) metrics.r2 = r2(actual, predicted, width);
  return { metrics, confusion: null };
}

function measureClasses(problem: TrainingProblem, indices: Int32Array, pass: Pass, wanted: readonly string[]): Measured {
  const { outputWidth, classes } = problem.lossProblem;
  const actual = counted(classesOf(problem.dataset, indices), pass.counts);
  const outputs = counted(pass.outputs, pass.counts);
  const predicted = actual.map((_, i) => predictedClass(problem, outputs, i * outputWidth));
  const confusion = confusionMatrix(actual, predicted, classes.length);
  const metrics: Record<string, number> = { loss: pass.loss };
  if (wanted.includes("accuracy")) metrics.accuracy = accuracy(actual, predicted);
  const { topK, positive: named } = problem.config.decision;
  if (wanted.includes("top_k_accuracy") && outputWidth >= classes.length) metrics.top_k_accuracy = topKAccuracy(actual, outputs, outputWidth, Math.min(topK, outputWidth));
  // of two classes one is the positive one; of more the file names one, or the mean over the classes counts
  const isBinary = classes.length === 2 || named !== null;
  const scores = isBinary ? scoresByClass(confusion, classes.length)[problem.positive] : macroScores(confusion, classes.length);
  for (const name of ["precision", "recall", "f1"] as const) if (wanted.includes(name)) metrics[name] = scores[name];
  const reading = outputReading(problem);
  const isProbable = reading !== "number" && reading !== "margin" && (outputWidth > 1 || classes.length === 2);
  if (wanted.includes("roc_auc")) {
    if (isBinary) metrics.roc_auc = rocAuc(actual.map((k) => Number(k === problem.positive)), Float64Array.from(actual, (_, i) => scoreOf(problem, outputs, i * outputWidth)));
    else if (isProbable) metrics.roc_auc = macroRocAuc(actual, probabilities(problem, outputs, classes.length), classes.length);
  }
  if (wanted.includes("perplexity") && isProbable) metrics.perplexity = perplexity(actual.length, (i) => logProbabilityOf(problem, outputs, i * outputWidth, actual[i]));
  return { metrics, confusion };
}

/** exp of the mean of -log p of what is right, whatever the loss adds to it. */
function perplexity(count: number, logProbability: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += logProbability(i);
  return Math.exp(-sum / count);
}

/** Metrics of the tokens that a language model was to predict. */
function measureTokens(problem: TrainingProblem, { loss, tokens, counts }: Pass, wanted: readonly string[]): Record<string, number> {
  const metrics: Record<string, number> = { loss };
  if (tokens === null) throw new Error("a pass over texts scores its tokens");
  const { outputWidth } = problem.lossProblem;
  const [logProbabilities, hits, larger] = [tokens.logProbabilities, tokens.hits, tokens.larger].map((values) => values && counted(values, counts)) as [Float32Array | null, Float32Array, Float32Array];
  const share = (is: (i: number) => boolean): number => hits.reduce((sum, _, i) => sum + Number(is(i)), 0) / hits.length;
  if (wanted.includes("perplexity") && logProbabilities !== null) metrics.perplexity = perplexity(logProbabilities.length, (i) => logProbabilities[i]);
  if (wanted.includes("accuracy")) metrics.accuracy = share((i) => hits[i] === 1);
  if (wanted.includes("top_k_accuracy")) metrics.top_k_accuracy = share((i) => larger[i] < Math.min(problem.config.decision.topK, outputWidth));
  return metrics;
}

/** A number that grows with the probability of the positive class: exact where the outputs are, without rounding near 0 and 1. */
function scoreOf(problem: TrainingProblem, outputs: Float32Array, offset: number): number {
  const { outputWidth, classes } = problem.lossProblem;
  const { positive } = problem;
  if (outputWidth === 1) return positive === 1 ? outputs[offset] : -outputs[offset];
  if (classes.length === 2) return outputs[offset + positive] - outputs[offset + 1 - positive];
  return outputReading(problem) === "softmax" ? probabilityOf(problem, outputs, offset, positive) : outputs[offset + positive];
}

/** Probabilities of all classes, [n, classes]. */
function probabilities(problem: TrainingProblem, outputs: Float32Array, classes: number): Float64Array {
  const { outputWidth } = problem.lossProblem;
  return Float64Array.from({ length: (outputs.length / outputWidth) * classes }, (_, i) => probabilityOf(problem, outputs, Math.floor(i / classes) * outputWidth, i % classes));
}

/** Metrics of several yes-or-no labels an example; scores are means over the labels, or those of the one that the file names. Accuracy is over all decisions. */
function measureLabels(problem: TrainingProblem, targets: Float32Array, pass: Pass, wanted: readonly string[]): Record<string, number> {
  const { threshold: probability } = problem;
  const labels = problem.lossProblem.outputWidth;
  const reading = outputReading(problem);
  const threshold = reading === "sigmoid" ? Math.log(probability / (1 - probability)) : reading === "margin" ? 0 : probability;
  const metrics: Record<string, number> = {};
  if (wanted.includes("accuracy")) metrics.accuracy = binaryAccuracy(targets, pass.outputs, threshold);
  const scores = scoresByLabel(targets, pass.outputs, labels, threshold);
  // the label that the file names, or the mean over all
  const chosen = scores.map((_, label) => label).filter((label) => problem.config.decision.positive === null || label === problem.positive);
  for (const name of ["precision", "recall", "f1"] as const) if (wanted.includes(name)) metrics[name] = chosen.reduce((sum, label) => sum + scores[label][name], 0) / chosen.length;
  if (wanted.includes("roc_auc")) {
    const column = (values: Float32Array, label: number): Float32Array => values.filter((_, i) => i % labels === label && !Number.isNaN(targets[i]));
    const areas = chosen.map((label) => rocAuc(column(targets, label), column(pass.outputs, label))).filter((area) => !Number.isNaN(area));
    metrics.roc_auc = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  }
  return metrics;
}

/** The rows of those steps that count; all of them where none is masked. */
function counted<A extends Float32Array | Float64Array | Int32Array>(rows: A, counts: Float32Array | null): A {
  if (counts === null) return rows;
  const width = rows.length / counts.length;
  return rows.filter((_, i) => counts[Math.floor(i / width)] === 1) as A;
}

/** Targets of these examples, [n, width]. */
function rowsOf(dataset: Dataset, indices: Int32Array): Float32Array {
  const all = dataset.targets.data as Float32Array | Uint8Array;
  const width = all.length / dataset.targets.dims[0];
  const rows = new Float32Array(indices.length * width);
  indices.forEach((index, i) => rows.set(all.subarray(index * width, (index + 1) * width), i * width));
  return dataset.task === "autoencoder" && dataset.inputDivisor !== 1 ? rows.map((value) => value / dataset.inputDivisor) : rows;
}

/** Values in the targets' own unit. */
function unscaled(dataset: Dataset, values: Float32Array, width: number): Float64Array {
  const { offset, divisor } = dataset.targetScaling;
  const at = (list: readonly number[], i: number): number => list[list.length === 1 ? 0 : i % width];
  return Float64Array.from(values, (value, i) => (offset.length === 0 ? value : value * at(divisor, i) + at(offset, i)));
}
