/** What the host computes for a step, in float64, and the step's graph reads: everything that depends on the rate. */
import type { ModelTensor } from "./parameters.js";
import type { TrainingProblem } from "./problem.js";
import { isPenalised } from "./regularization.js";

/** By name; `step` counts from 1. The names are the same for every step. */
export function stepScalars(problem: TrainingProblem, rate: number, step: number): Readonly<Record<string, number>> {
  const { kind, arguments: args } = problem.optimizer;
  const decay = problem.config.regularization?.weightDecay ?? 0;
  const own = kind.scalars(args, rate, step);
  return decay > 0 ? { ...own, weight_decay_keep: 1 - rate * decay } : own;
}

/** Whether the file's decoupled weight decay touches a tensor: w *= 1 - lr weight_decay before the optimizer's step (Loshchilov and Hutter, 2017). */
export function decays({ config }: TrainingProblem, tensor: ModelTensor): boolean {
  return (config.regularization?.weightDecay ?? 0) > 0 && isPenalised(tensor, config.regularization);
}
