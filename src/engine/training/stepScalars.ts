/** What the host computes for a step, in float64, and the step's graph reads: everything that depends on the rate. */
import type { ModelTensor } from "./parameters.js";
import type { TrainingProblem } from "./problem.js";
import { isPenalised } from "./regularization.js";

/** The scalar that decoupled decay multiplies by. */
const keep = "weight_decay_keep";

/** By name; `step` counts from 1. The names are the same for every step. A group's are found by `scalarsOf`. */
export function stepScalars(problem: TrainingProblem, rate: number, step: number): Readonly<Record<string, number>> {
  const { kind } = problem.optimizer;
  const scalars: Record<string, number> = {};
  problem.grouping.groups.forEach((group, i) => {
    const own = rate * group.rateFactor;
    for (const [name, value] of Object.entries(kind.scalars(group.arguments, own, step))) scalars[nameOf(name, i)] = value;
    if (group.weightDecay > 0) scalars[nameOf(keep, i)] = 1 - own * group.weightDecay;
  });
  return scalars;
}

/** The scalars of one group under their own names. */
export function scalarsOf<T>(all: Readonly<Record<string, T>>, group: number): Readonly<Record<string, T>> {
  const suffix = nameOf("", group);
  const own = Object.entries(all).filter(([name]) => (group === 0 ? !name.includes("@") : name.endsWith(suffix)));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(0, name.length - suffix.length), value]));
}

/**
 * What a tensor is multiplied by before the optimizer's step: decoupled decay, w *= 1 - lr weight_decay (Loshchilov and Hutter, 2017);
 * null where it does not decay.
 */
export function decayOf<T>(problem: TrainingProblem, tensor: ModelTensor, scalars: Readonly<Record<string, T>>): T | null {
  return isPenalised(tensor, problem.config.regularization) ? (scalars[keep] ?? null) : null;
}

function nameOf(name: string, group: number): string {
  return group === 0 ? name : `${name}@${group}`;
}
