/** Targets as the losses compare with them: one-hot rows, indices as numbers, columns. */
import { DescentError } from "../../common/errors.js";
import { predictsClasses } from "../data/task.js";
import type { Tensor } from "../graph/builder.js";
import type { LossProblem, LossSum } from "./defineLoss.js";

export type ClassWeights = "none" | "balanced" | Readonly<Record<string, number>>;

/** How label smoothing spreads a target: evenly over the outputs, or between each output's yes and no. */
export type Smoothing = { readonly share: number; readonly over: "outputs" | "yes_and_no" };

/**
 * The weight of each class, or null where all weigh the same. balanced: n / (classes * count), so that every class counts
 * alike (scikit-learn's form); a class without examples weighs 1. Throws `class-weights-need-classes`, `unknown-class`.
 */
export function classWeightsOf(weights: ClassWeights, problem: LossProblem): readonly number[] | null {
  if (weights === "none") return null;
  const { classes, classCounts } = problem;
  if (!predictsClasses(problem.task)) throw new DescentError("class-weights-need-classes", `class_weights weigh classes, and the task is ${problem.task}.`);
  if (weights === "balanced") {
    const total = classCounts.reduce((a, b) => a + b, 0);
    return classes.map((_, k) => (classCounts[k] > 0 ? total / (classes.length * classCounts[k]) : 1));
  }
  const unknown = Object.keys(weights).find((name) => !classes.includes(name));
  if (unknown !== undefined) throw new DescentError("unknown-class", `class_weights names the class ${unknown}; the data has ${classes.join(", ")}.`);
  return classes.map((name) => weights[name] ?? 1);
}

/** Throws `label-smoothing-needs-classes` where there is nothing to spread over. */
export function checkSmoothing(share: number, problem: LossProblem): void {
  if (share > 0 && !predictsClasses(problem.task) && problem.task !== "multi_label") {
    throw new DescentError("label-smoothing-needs-classes", `label_smoothing spreads a target over classes, and the task is ${problem.task}.`);
  }
}

/**
 * Targets as float32 [batch, outputWidth]. A class is its one-hot row where the model has several outputs, its index as a
 * number where it has one: rows of a table, so that smoothing and `outputWeights` (one an output) cost nothing at run time.
 */
export function targetRows(problem: LossProblem, targets: Tensor, smoothing: Smoothing, outputWeights: readonly number[] | null = null): Tensor {
  const graph = targets.builder;
  const width = problem.outputWidth;
  const spread = smoothing.over === "outputs" ? smoothing.share / width : smoothing.share / 2;
  if (!predictsClasses(problem.task)) {
    if (smoothing.share === 0) return targets;
    return graph.op("Add", [graph.op("Mul", [targets, graph.scalar(1 - smoothing.share)]), graph.scalar(spread)]);
  }
  const table = new Float32Array(problem.classes.length * width);
  for (let k = 0; k < problem.classes.length; k++) {
    for (let j = 0; j < width; j++) {
      const plain = width === 1 ? k : Number(j === k);
      const weight = outputWeights?.[width === 1 ? k : j] ?? 1;
      table[k * width + j] = weight * ((1 - smoothing.share) * plain + spread);
    }
  }
  return graph.op("Gather", [graph.constant({ type: "float32", dims: [problem.classes.length, width], data: table }), targets], { axis: 0 });
}

/** The weight of each example by its class, [batch]. */
function exampleWeights(weights: readonly number[], targets: Tensor): Tensor {
  const graph = targets.builder;
  return graph.op("Gather", [graph.constant({ type: "float32", dims: [weights.length], data: Float32Array.from(weights) }), targets], { axis: 0 });
}

/** The weight of each example, [batch]: its class's, 0 where it does not count; null: all weigh the same. */
export function weightOf(classWeights: readonly number[] | null, targets: Tensor, counts: Tensor | null): Tensor | null {
  if (classWeights === null) return counts;
  const byClass = exampleWeights(classWeights, targets);
  return counts === null ? byClass : byClass.builder.op("Mul", [byClass, counts]);
}

/** -sum of log p [batch, outputs] times targets (weighted by class already) [batch, outputs], over the examples that count, and the sum of their weights. */
export function crossEntropySum(products: Tensor, classWeights: readonly number[] | null, targets: Tensor, counts: Tensor | null): LossSum {
  const graph = products.builder;
  const counted = counts === null ? products : graph.op("Mul", [products, graph.op("Unsqueeze", [counts, graph.ints([1])])]);
  const weight = weightOf(classWeights, targets, counts);
  return { sum: graph.op("Neg", [total(counted)]), weight: weight === null ? null : total(weight) };
}

/** Sum of all elements, as a scalar. */
export function total(x: Tensor): Tensor {
  return x.builder.op("ReduceSum", [x], { keepdims: 0 });
}

/** Probabilities kept within [1e-7, 1 - 1e-7], so that their logarithms are finite. */
export function clipped(probabilities: Tensor): Tensor {
  const graph = probabilities.builder;
  return graph.op("Clip", [probabilities, graph.scalar(1e-7), graph.scalar(1 - 1e-7)]);
}
