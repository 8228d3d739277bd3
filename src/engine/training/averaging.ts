/** Polyak averaging: a running average of the weights beside them (Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992). */
import type { Tensor } from "../graph/builder.js";
import type { Carried } from "./chunkRunner.js";
import { movedTensors, type TrainingProblem } from "./problem.js";

/** The name of a tensor's average among what is carried. */
export function averageName(parameter: string): string {
  return `${parameter}/polyak_average`;
}

/** Names of the averages that a run keeps, with their tensors'. */
export function averagedTensors(problem: TrainingProblem): readonly { readonly fullName: string; readonly name: string; readonly shape: readonly number[] }[] {
  if (problem.config.training.polyak === null) return [];
  return movedTensors(problem.tensors, problem.grouping).map(({ fullName, shape }) => ({ fullName, name: averageName(fullName), shape }));
}

/** decay average + (1 - decay) weights */
export function nextAverage(average: Tensor, weights: Tensor, decay: number): Tensor {
  const graph = weights.builder;
  return graph.op("Add", [graph.op("Mul", [average, graph.scalar(decay)]), graph.op("Mul", [weights, graph.scalar(1 - decay)])]);
}

/** The weights with the averages in their places: what is evaluated and exported. */
export function withAverages(problem: TrainingProblem, carried: Readonly<Carried>): Readonly<Carried> {
  const averages = averagedTensors(problem);
  return averages.length === 0 ? carried : { ...carried, ...Object.fromEntries(averages.map(({ fullName, name }) => [fullName, carried[name]])) };
}
