/** From a model's outputs to what it says: the class it predicts and how sure it is. */
import { predictsClasses } from "../data/task.js";
import type { Dataset } from "../data/types.js";
import type { OutputReading } from "../losses/defineLoss.js";
import type { TrainingProblem } from "./problem.js";

/** What of a problem decides. */
export type Decision = Pick<TrainingProblem, "loss" | "lossProblem" | "positive" | "threshold">;

/** What the outputs mean, by the loss that they are trained with. */
export function outputReading({ loss, lossProblem }: Pick<TrainingProblem, "loss" | "lossProblem">): OutputReading {
  return loss.kind.reading(loss.arguments, lossProblem);
}

/**
 * The class that one row of outputs [offset, offset + width) predicts: the largest of the outputs that stand for a class, the first of
 * equal ones; of two classes the positive one above the file's threshold of its probability. A single output that is a number
 * is near the class's index.
 */
export function predictedClass(problem: Decision, outputs: Float32Array, offset: number): number {
  const { outputWidth, classes } = problem.lossProblem;
  const reading = outputReading(problem);
  if (isThresholded(problem, reading)) {
    const positive = probabilityOf(problem, outputs, offset, problem.positive);
    return positive > problem.threshold ? problem.positive : 1 - problem.positive;
  }
  if (outputWidth === 1) {
    const y = outputs[offset];
    if (reading === "number") return Math.min(Math.max(Math.round(y), 0), Math.max(classes.length - 1, 0)) || 0;
    return reading === "softmax" || reading === "log_probabilities" ? 0 : Number(y > (reading === "probabilities" ? 0.5 : 0));
  }
  let best = 0;
  for (let k = 1; k < Math.min(outputWidth, Math.max(classes.length, 2)); k++) if (outputs[offset + k] > outputs[offset + best]) best = k;
  return best;
}

/** Whether the file moved the threshold of a two-class problem whose outputs are read as probabilities. */
function isThresholded({ lossProblem, threshold }: Decision, reading: OutputReading): boolean {
  return threshold !== 0.5 && lossProblem.classes.length === 2 && lossProblem.outputWidth <= 2 && reading !== "number" && reading !== "margin";
}

/** The probability that one row gives its predicted class, within [0, 1]; NaN where the row says none. */
export function confidenceOf(problem: Decision, outputs: Float32Array, offset: number, predicted: number): number {
  const { outputWidth, task } = problem.lossProblem;
  if (!predictsClasses(task)) return Number.NaN;
  const reading = outputReading(problem);
  if (reading === "margin" || (outputWidth === 1 && (reading === "number" || reading === "softmax" || reading === "log_probabilities"))) return Number.NaN;
  return probabilityOf(problem, outputs, offset, predicted);
}

/** The logarithm of that probability: exact where the outputs are logits or logarithms, else of a probability clipped as the losses clip it. */
export function logProbabilityOf(problem: Pick<TrainingProblem, "loss" | "lossProblem">, outputs: Float32Array, offset: number, k: number): number {
  const { outputWidth } = problem.lossProblem;
  const reading = outputReading(problem);
  if (outputWidth === 1 && reading === "sigmoid") return -softplus(k === 1 ? -outputs[offset] : outputs[offset]);
  if (outputWidth > 1 && reading === "log_probabilities") return outputs[offset + k];
  if (outputWidth === 1 || reading !== "softmax") return Math.log(Math.max(probabilityOf(problem, outputs, offset, k), 1e-7));
  let largest = -Infinity;
  for (let j = 0; j < outputWidth; j++) largest = Math.max(largest, outputs[offset + j]);
  let sum = 0;
  for (let j = 0; j < outputWidth; j++) sum += Math.exp(outputs[offset + j] - largest);
  return outputs[offset + k] - largest - Math.log(sum);
}

/** log(1 + e^x). */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The probability that one row gives a class, by what its outputs mean; numbers are clipped to [0, 1]. */
export function probabilityOf(problem: Pick<TrainingProblem, "loss" | "lossProblem">, outputs: Float32Array, offset: number, k: number): number {
  const { outputWidth } = problem.lossProblem;
  const reading = outputReading(problem);
  if (outputWidth === 1 && reading !== "softmax" && reading !== "log_probabilities") {
    const yes = reading === "sigmoid" ? 1 / (1 + Math.exp(-outputs[offset])) : clip(outputs[offset]);
    return k === 1 ? yes : 1 - yes;
  }
  if (reading === "sigmoid") return 1 / (1 + Math.exp(-outputs[offset + k]));
  if (reading === "log_probabilities") return Math.exp(Math.min(outputs[offset + k], 0));
  if (reading !== "softmax") return clip(outputs[offset + k]);
  let sum = 0;
  let largest = -Infinity;
  for (let j = 0; j < outputWidth; j++) largest = Math.max(largest, outputs[offset + j]);
  for (let j = 0; j < outputWidth; j++) sum += Math.exp(outputs[offset + j] - largest);
  return Math.exp(outputs[offset + k] - largest) / sum;
}

/** Outputs as the numbers that they stand for: those that a loss reads as logits of each value are probabilities. */
export function numbersOf(problem: Pick<TrainingProblem, "loss" | "lossProblem">, outputs: Float32Array): Float32Array {
  return outputReading(problem) === "sigmoid" ? outputs.map((z) => 1 / (1 + Math.exp(-z))) : outputs;
}

/** The class of each of these examples, or, where each step has one, of their steps one after the other. */
export function classesOf(dataset: Dataset, indices: ArrayLike<number>): Int32Array {
  const labels = dataset.targets.data as BigInt64Array;
  const steps = labels.length / dataset.targets.dims[0];
  return Int32Array.from({ length: indices.length * steps }, (_, row) => Number(labels[indices[Math.floor(row / steps)] * steps + (row % steps)]));
}

function clip(p: number): number {
  return Math.min(Math.max(p, 0), 1);
}
