/** The memory of `reduce_on_plateau`. */
import type { PlateauRule } from "../schedules/defineSchedule.js";
import { improves } from "./best.js";

export interface Plateau {
  /** What the rate is multiplied by. */
  readonly factor: number;
  /** The best value so far; null before the first evaluation. */
  readonly reference: number | null;
  /** Evaluations since the best, or since the last drop. */
  readonly waited: number;
}

/** After an evaluation with this value: more than `patience` evaluations without an improvement by `minDelta` multiply the rate (PyTorch's ReduceLROnPlateau). */
export function afterEvaluation(plateau: Plateau, rule: PlateauRule, value: number): Plateau {
  if (improves(rule.metric, value, plateau.reference, plateau.reference === null ? 0 : rule.minDelta)) return { factor: plateau.factor, reference: value, waited: 0 };
  const waited = plateau.waited + 1;
  return waited > rule.patience ? { ...plateau, factor: plateau.factor * rule.factor, waited: 0 } : { ...plateau, waited };
}
