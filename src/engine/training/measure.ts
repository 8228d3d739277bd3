/** The metrics of a pass over a split. */
import type { Dataset } from "../data/types.js";
import { accuracy, confusionMatrix, macroScores, scoresByClass, topKAccuracy } from "../metrics/classification.js";
import { binaryAccuracy } from "../metrics/multiLabel.js";
import { meanAbsoluteError, r2, rootMeanSquaredError } from "../metrics/regression.js";
import { rocAuc } from "../metrics/rocAuc.js";
import { classesOf, outputReading, predictedClass } from "./decide.js";
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
  classification: ["accuracy"], multi_label: ["accuracy"], regression: ["mae", "rmse", "r2"], autoencoder: ["mae", "rmse"], language_model: ["accuracy"],
};

/** The loss, and the file's metrics or the task's, of these examples. Regression is measured in the targets' own unit. */
export function measure(problem: TrainingProblem, indices: Int32Array, pass: Pass): Measured {
  const { dataset, config } = problem;
  const wanted = config.metrics ?? byTask[dataset.task];
  if (dataset.task === "classification") return measureClasses(problem, indices, pass, wanted);
  const { outputWidth } = problem.lossProblem;
  const metrics: Record<string, number> = { loss: pass.loss };
  const targets = rowsOf(dataset, indices);
  if (dataset.task === "multi_label") {
    // decisions by outputs: a logit says yes above 0, a probability above 1/2
    const threshold = outputReading(problem) === "sigmoid" ? 0 : 0.5;
    if (wanted.includes("accuracy")) metrics.accuracy = binaryAccuracy(targets, pass.outputs, threshold);
    return { metrics, confusion: null };
  }
  const [actual, predicted] = [unscaled(dataset, targets, outputWidth), unscaled(dataset, pass.outputs, outputWidth)];
  if (wanted.includes("mae")) metrics.mae = meanAbsoluteError(actual, predicted);
  if (wanted.includes("rmse")) metrics.rmse = rootMeanSquaredError(actual, predicted, outputWidth);
  if (wanted.includes("r2")) metrics.r2 = r2(actual, predicted, outputWidth);
  return { metrics, confusion: null };
}

function measureClasses(problem: TrainingProblem, indices: Int32Array, pass: Pass, wanted: readonly string[]): Measured {
  const { outputWidth, classes } = problem.lossProblem;
  const actual = classesOf(problem.dataset, indices);
  const predicted = Int32Array.from(indices, (_, i) => predictedClass(problem, pass.outputs, i * outputWidth));
  const confusion = confusionMatrix(actual, predicted, classes.length);
  const metrics: Record<string, number> = { loss: pass.loss };
  if (wanted.includes("accuracy")) metrics.accuracy = accuracy(actual, predicted);
  if (wanted.includes("top_k_accuracy") && outputWidth >= classes.length) metrics.top_k_accuracy = topKAccuracy(actual, pass.outputs, outputWidth, Math.min(5, outputWidth));
  // two classes: the second is the positive one; more: the mean over the classes
  const scores = classes.length === 2 ? scoresByClass(confusion, 2)[1] : macroScores(confusion, classes.length);
  for (const name of ["precision", "recall", "f1"] as const) if (wanted.includes(name)) metrics[name] = scores[name];
  if (wanted.includes("roc_auc") && classes.length === 2) {
    const score = (i: number): number => (outputWidth === 1 ? pass.outputs[i] : pass.outputs[i * outputWidth + 1] - pass.outputs[i * outputWidth]);
    metrics.roc_auc = rocAuc(actual, Float64Array.from(indices, (_, i) => score(i)));
  }
  return { metrics, confusion };
}

/** Targets of these examples, [n, width]. */
function rowsOf(dataset: Dataset, indices: Int32Array): Float32Array {
  const all = dataset.targets.data as Float32Array;
  const width = all.length / dataset.targets.dims[0];
  const rows = new Float32Array(indices.length * width);
  indices.forEach((index, i) => rows.set(all.subarray(index * width, (index + 1) * width), i * width));
  return rows;
}

/** Values in the targets' own unit. */
function unscaled(dataset: Dataset, values: Float32Array, width: number): Float64Array {
  const { offset, divisor } = dataset.targetScaling;
  const at = (list: readonly number[], i: number): number => list[list.length === 1 ? 0 : i % width];
  return Float64Array.from(values, (value, i) => (offset.length === 0 ? value : value * at(divisor, i) + at(offset, i)));
}
