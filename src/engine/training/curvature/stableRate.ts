/** How long a step may be before descent along the steepest curvature swings up instead of down. */
import type { TrainingProblem } from "../problem.js";
import { slotName } from "../chunkGraph.js";
import type { Carried } from "../chunkRunner.js";
import { movedTensors } from "../problem.js";

/**
 * On a quadratic form an optimizer is stable below rate = factor / (largest eigenvalue of D^-1/2 H D^-1/2), D its division of the gradient, element by element:
 * descent 2; with momentum rho 2 (1 + rho), Nesterov's 2 (1 + rho) / (1 + 2 rho); with a mean of gradients, weight b of the old one, 2 (1 + b) / (1 - b) (Cohen et al., "Adaptive Gradient Methods
 * at the Edge of Stability", 2022; Polyak 1964).
 */
export interface Stability {
  readonly factor: number;
  /** D of the moved tensors, one after another, times the base rate over the group's; null: 1 everywhere. */
  readonly divisor: Float64Array | null;
}

/** null where no bound is known: the update is no linear function of the gradient (lion, lamb, muon, ...), or the optimizer has not seen a gradient yet. `step`: moves that it has made. */
export function stabilityOf(problem: TrainingProblem, carried: Readonly<Carried>, step: number): Stability | null {
  const { kind: { kind }, arguments: args } = problem.optimizer;
  const number = (name: string): number => Number(args[name]);
  const divided = (slot: string, of: (value: number) => number): Float64Array | null => {
    const divisor = eachElement(problem, (name) => carried[slotName(name, slot)]?.data as Float32Array | undefined, of);
    return step === 0 || divisor === null || !divisor.some((value) => value > 0) ? null : divisor;
  };
  const withMean = (divisor: Float64Array | null): Stability | null => (divisor === null ? null : { factor: (2 * (1 + number("beta1"))) / (1 - number("beta1")), divisor });
  switch (kind) {
    case "sgd": {
      const rho = number("momentum");
      const factor = args.nesterov === true ? (2 * (1 + rho)) / (1 + 2 * rho) : 2 * (1 + rho);
      return { factor, divisor: isOneGroup(problem) ? null : eachElement(problem, null, () => 1) };
    }
    case "adam":
    case "adamw": {
      // kept as V = v / (1 - beta2)
      const correction = args.bias_correction === true ? 1 - number("beta2") ** step : 1;
      return withMean(divided(args.amsgrad === true ? "largest_square" : "square", (square) => Math.sqrt((square * (1 - number("beta2"))) / correction) + number("epsilon")));
    }
    case "adamax":
      return withMean(divided("largest", (largest) => largest));
    case "rmsprop": {
      const divisor = divided("square", (square) => Math.sqrt(square) + number("epsilon"));
      return divisor && { factor: 2, divisor };
    }
    case "adagrad": {
      const divisor = divided("squares", (sum) => Math.sqrt(sum) + number("epsilon"));
      return divisor && { factor: 2, divisor };
    }
    default:
      return null;
  }
}

function isOneGroup({ grouping }: TrainingProblem): boolean {
  return [...grouping.groupOf.values()].every((group) => grouping.groups[group].rateFactor === 1);
}

/** A value for each element of the moved tensors, by an element of a slot (`null`: of none), over the rate of its group as a share of the base rate; null where a slot is missing. */
function eachElement(problem: TrainingProblem, slotOf: ((name: string) => Float32Array | undefined) | null, of: (value: number) => number): Float64Array | null {
  const moved = movedTensors(problem.tensors, problem.grouping);
  const sizes = moved.map(({ shape }) => shape.reduce((product, dim) => product * dim, 1));
  const values = new Float64Array(sizes.reduce((a, b) => a + b, 0));
  let at = 0;
  for (const [i, { fullName }] of moved.entries()) {
    const slot = slotOf === null ? null : slotOf(fullName);
    if (slot === undefined) return null;
    const { rateFactor } = problem.grouping.groups[problem.grouping.groupOf.get(fullName)!];
    for (let k = 0; k < sizes[i]; k++) values[at++] = of(slot === null ? 0 : slot[k]) / rateFactor;
  }
  return values;
}
