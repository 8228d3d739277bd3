/** What predictions say of one class, or of one column of numbers, beside what is true: the material of curves and scatters. */
import { predictsClasses } from "../data/task.js";
import { numbersOf, outputReading, probabilityOf } from "./decide.js";
import type { TrainingProblem } from "./problem.js";
import type { Predictions } from "./types.js";

/** One class, or label, against all others; an entry for each row of the predictions whose target counts. */
export interface ClassScores {
  /** 1 where the row is of the class. */
  readonly positive: Uint8Array;
  /** Probability of the class. */
  readonly probability: Float64Array;
  /** 1 where the prediction is right, whatever was predicted, and its probability. */
  readonly right: Uint8Array;
  readonly confidence: Float64Array;
}

/** Whether outputs stand for probabilities, so that a threshold of them decides. */
export function givesProbabilities(problem: TrainingProblem): boolean {
  const reading = outputReading(problem);
  const { task, outputWidth, classes } = problem.lossProblem;
  if (task === "multi_label") return reading !== "margin" && reading !== "number";
  return task === "classification" && reading !== "number" && reading !== "margin" && (outputWidth > 1 || classes.length === 2);
}

/** @param of a class's index, or a label's */
export function classScores(problem: TrainingProblem, { indices, steps, outputs, width, predicted, confidence }: Predictions, of: number): ClassScores {
  const { targets } = problem.dataset;
  const classes = predictsClasses(problem.lossProblem.task);
  const positive: number[] = [];
  const probability: number[] = [];
  const right: number[] = [];
  const sure: number[] = [];
  for (let row = 0; row < indices.length * steps; row++) {
    const target = Number(targets.data[classes ? indices[Math.floor(row / steps)] * steps + (row % steps) : indices[row] * width + of]);
    if (classes ? target < 0 : Number.isNaN(target)) continue;
    const p = probabilityOf(problem, outputs, row * width, of);
    positive.push(Number(classes ? target === of : target >= 0.5));
    probability.push(p);
    if (classes) {
      right.push(Number(predicted[row] === target));
      sure.push(confidence[row]);
    } else {
      const says = p > problem.threshold;
      right.push(Number(says === target >= 0.5));
      sure.push(says ? p : 1 - p);
    }
  }
  return { positive: Uint8Array.from(positive), probability: Float64Array.from(probability), right: Uint8Array.from(right), confidence: Float64Array.from(sure) };
}

/** A column of targets and predictions in the targets' own unit; rows whose target is NaN are left out. `rows` says which rows these are. */
export function columnValues(problem: TrainingProblem, { indices, outputs, width }: Predictions, column: number): { readonly actual: Float64Array; readonly predicted: Float64Array; readonly rows: Int32Array } {
  const { targets, targetScaling: { offset, divisor } } = problem.dataset;
  const at = <T>(list: readonly T[]): T => list[list.length === 1 ? 0 : column];
  const unscale = (value: number) => (offset.length === 0 ? value : value * at(divisor) + at(offset));
  const said = numbersOf(problem, outputs);
  const rows = Int32Array.from(indices.keys()).filter((row) => !Number.isNaN(Number(targets.data[indices[row] * width + column])));
  return {
    actual: Float64Array.from(rows, (row) => unscale(Number(targets.data[indices[row] * width + column]))),
    predicted: Float64Array.from(rows, (row) => unscale(said[row * width + column])),
    rows,
  };
}
