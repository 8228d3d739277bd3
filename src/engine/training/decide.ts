/** From a model's outputs to what it says: the class it predicts and how sure it is. */
import type { Dataset } from "../data/types.js";
import type { TrainingProblem } from "./problem.js";

/** How outputs are read as probabilities. */
export type OutputReading = "softmax" | "sigmoid" | "as_they_are";

/** What turns the outputs into probabilities, by the loss that they are trained with. */
export function outputReading(problem: Pick<TrainingProblem, "loss">): OutputReading {
  const { kind, arguments: args } = problem.loss;
  if (args.from !== "logits") return "as_they_are";
  return kind.kind === "cross_entropy" ? "softmax" : "sigmoid";
}

/**
 * The class that one row of outputs [offset, offset + width) predicts: the largest of the outputs that stand for a class, the first of
 * equal ones. A single output says yes above probability 1/2; under mse it is a number near the class's index.
 */
export function predictedClass(problem: Pick<TrainingProblem, "loss" | "lossProblem">, outputs: Float32Array, offset: number): number {
  const { outputWidth, classes } = problem.lossProblem;
  if (outputWidth === 1) {
    const y = outputs[offset];
    if (problem.loss.kind.kind === "mse") return Math.min(Math.max(Math.round(y), 0), Math.max(classes.length - 1, 0)) || 0;
    const reading = outputReading(problem);
    return reading === "softmax" ? 0 : Number(y > (reading === "sigmoid" ? 0 : 0.5));
  }
  let best = 0;
  for (let k = 1; k < Math.min(outputWidth, Math.max(classes.length, 2)); k++) if (outputs[offset + k] > outputs[offset + best]) best = k;
  return best;
}

/** The probability that one row gives its predicted class, within [0, 1]; NaN where the row says none. */
export function confidenceOf(problem: Pick<TrainingProblem, "loss" | "lossProblem">, outputs: Float32Array, offset: number, predicted: number): number {
  const { outputWidth, task } = problem.lossProblem;
  if (task !== "classification") return Number.NaN;
  const reading = outputReading(problem);
  if (outputWidth === 1) {
    if (problem.loss.kind.kind === "mse" || reading === "softmax") return Number.NaN;
    const yes = reading === "sigmoid" ? 1 / (1 + Math.exp(-outputs[offset])) : clip(outputs[offset]);
    return predicted === 1 ? yes : 1 - yes;
  }
  if (reading === "sigmoid") return 1 / (1 + Math.exp(-outputs[offset + predicted]));
  if (reading === "as_they_are") return clip(outputs[offset + predicted]);
  let sum = 0;
  let largest = -Infinity;
  for (let k = 0; k < outputWidth; k++) largest = Math.max(largest, outputs[offset + k]);
  for (let k = 0; k < outputWidth; k++) sum += Math.exp(outputs[offset + k] - largest);
  return Math.exp(outputs[offset + predicted] - largest) / sum;
}

/** The class of each of these examples. */
export function classesOf(dataset: Dataset, indices: ArrayLike<number>): Int32Array {
  const labels = dataset.targets.data as BigInt64Array;
  return Int32Array.from(indices, (i) => Number(labels[i]));
}

function clip(p: number): number {
  return Math.min(Math.max(p, 0), 1);
}
