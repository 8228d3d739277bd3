/** Which fault brings forth which symptoms: the knowledge that joins findings to causes. */
import type { Category } from "../../protocol/finding.js";

/** One relation. `by`: a fault's category, or ids of rules where only those faults do it. `symptoms`: ids of live rules and of checks. */
export interface Explanation {
  readonly by: Category | { readonly rules: readonly string[] };
  readonly symptoms: readonly string[];
  readonly because: string;
}

/** Read as "a fault of this kind is reason enough for these symptoms". A symptom without a row here stands for itself. */
export const explanations: readonly Explanation[] = [
  {
    by: "learning_rate",
    symptoms: ["non-finite-loss", "non-finite-layer", "exploding-gradient", "gradient-spikes", "oscillating-loss", "update-ratio", "always-clipped", "unstable-curvature"],
    because: "Steps beyond the curvature overshoot, each further than the last: the loss swings, gradients grow, numbers overflow.",
  },
  { by: "learning_rate", symptoms: ["dead-units", "saturated-units"], because: "One step that is too long moves biases so far that units are off, or at their flat ends, for every example." },
  { by: "learning_rate", symptoms: ["weights-unchanged", "too-few-steps", "loss-not-decreasing", "loss-falls", "overfit-batch", "underfitting", "worse-than-neighbours"], because: "Steps that are too short get nowhere in the time that the run has; steps that are too long get nowhere either." },
  { by: "learning_rate", symptoms: ["class-never-predicted", "vanishing-gradient", "uneven-activations"], because: "A model that was thrown off by long steps answers the same for everything, through units that no longer respond." },

  { by: "preprocessing", symptoms: ["initial-loss", "uneven-activations"], because: "Outputs are as large as inputs and targets are: the first loss is far from what chance gives." },
  { by: "preprocessing", symptoms: ["non-finite-loss", "non-finite-layer", "exploding-gradient", "gradient-spikes", "oscillating-loss", "update-ratio", "always-clipped", "unstable-curvature"], because: "The curvature grows with the square of the inputs: a rate that suits inputs of size 1 is too high for large ones." },
  { by: "preprocessing", symptoms: ["saturated-units", "dead-units", "vanishing-gradient"], because: "Large inputs drive units to where their slope is zero." },
  { by: "preprocessing", symptoms: ["loss-not-decreasing", "too-few-steps", "underfitting", "worse-than-neighbours", "loss-falls", "overfit-batch", "class-never-predicted", "overfitting"], because: "Inputs of unlike sizes make a long, narrow valley, in which descent is slow." },

  { by: "activation", symptoms: ["vanishing-gradient", "saturated-units", "dead-units", "weights-unchanged", "uneven-activations"], because: "Backpropagation multiplies by the slope of every activation that it passes." },
  { by: "activation", symptoms: ["loss-not-decreasing", "too-few-steps", "underfitting", "worse-than-neighbours", "loss-falls", "overfit-batch", "class-never-predicted", "zeroed-input", "no-gap-between-curves"], because: "Outputs cannot take the values that the loss asks for, or hidden layers pass on too little to learn from." },
  { by: "activation", symptoms: ["initial-loss", "negative-loss", "non-finite-loss", "non-finite-layer"], because: "The loss is computed from values outside the range that it is made for." },

  { by: "loss", symptoms: ["loss-not-decreasing", "too-few-steps", "underfitting", "worse-than-neighbours", "loss-falls", "overfit-batch", "class-never-predicted", "initial-loss", "negative-loss", "no-gap-between-curves"], because: "What the loss measures is not what is to be learned: its minimum, if it has any, is elsewhere." },
  { by: "loss", symptoms: ["non-finite-loss", "non-finite-layer", "exploding-gradient"], because: "A loss without a lower bound, or a logarithm of what is no probability, runs away." },

  { by: "initialisation", symptoms: ["initial-loss", "dead-units", "saturated-units", "uneven-activations", "vanishing-gradient", "exploding-gradient", "non-finite-loss", "non-finite-layer", "weights-unchanged", "unstable-curvature"], because: "Weights that are drawn too large, too small or alike shape signals and gradients from the first step on." },
  { by: "initialisation", symptoms: ["loss-not-decreasing", "too-few-steps", "underfitting", "worse-than-neighbours", "loss-falls", "overfit-batch", "class-never-predicted", "seeds"], because: "Units that begin alike stay alike; signals that begin at zero pass nothing." },

  { by: "optimizer", symptoms: ["loss-not-decreasing", "too-few-steps", "weights-unchanged", "always-clipped", "loss-falls", "overfit-batch", "update-ratio", "underfitting", "worse-than-neighbours"], because: "What is left of a gradient by clipping, epsilon or a decaying step no longer moves the weights." },
  { by: "optimizer", symptoms: ["oscillating-loss", "exploding-gradient", "non-finite-loss", "non-finite-layer", "gradient-spikes", "unstable-curvature"], because: "Momentum near 1 lengthens every step by 1 / (1 - momentum)." },

  { by: "regularization", symptoms: ["loss-not-decreasing", "too-few-steps", "underfitting", "worse-than-neighbours", "no-gap-between-curves", "overfit-batch", "loss-falls", "train-eval", "class-never-predicted", "dead-units", "batch-too-noisy"], because: "Restraint that outweighs the loss keeps weights or signals too small to fit anything." },
  { by: "architecture", symptoms: ["loss-not-decreasing", "underfitting", "worse-than-neighbours", "too-few-steps", "overfit-batch", "loss-falls", "vanishing-gradient", "dead-units", "class-never-predicted", "train-eval", "zeroed-input"], because: "What does not fit through the model cannot be learned." },
  { by: "batch_size", symptoms: ["oscillating-loss", "batch-too-noisy", "gradient-spikes", "too-few-steps", "loss-not-decreasing", "train-eval", "underfitting", "worse-than-neighbours"], because: "A small batch gives noisy steps, a large one few of them." },
  { by: "epochs", symptoms: ["too-few-steps", "loss-not-decreasing", "schedule-not-reached", "underfitting", "worse-than-neighbours", "class-never-predicted"], because: "The run ends before it gets anywhere." },

  { by: "data", symptoms: ["loss-not-decreasing", "underfitting", "worse-than-neighbours", "too-few-steps", "zeroed-input", "overfit-batch", "oscillating-loss", "class-never-predicted"], because: "Labels that contradict the inputs, or come in the order of their classes, teach nothing that lasts." },
  {
    by: { rules: ["examples-in-two-splits", "same-data-in-two-splits", "shift-between-splits", "split-misses-class", "column-is-the-label", "contradictory-labels", "validation-at-chance"] },
    symptoms: ["too-good-to-be-true", "overfitting", "shuffled-labels", "initial-loss", "validation-at-chance"],
    because: "Splits that share examples or differ in kind, or inputs that tell the answer, make validation measure something else.",
  },
  { by: { rules: ["too-many-parameters"] }, symptoms: ["overfitting"], because: "More parameters than numbers in the targets can learn every example by heart." },
  { by: { rules: ["class-without-weight"] }, symptoms: ["class-never-predicted", "worse-than-neighbours", "validation-at-chance", "loss-not-decreasing"], because: "A class that hardly counts in the loss is never answered." },
  { by: { rules: ["validation-at-chance"] }, symptoms: ["worse-than-neighbours"], because: "What it knows it learned by heart." },
  { by: { rules: ["few-examples-of-class", "class-imbalance"] }, symptoms: ["class-never-predicted"], because: "A handful of examples of a class is soon learned by heart, and says little of others." },
];

/** The reason why a fault brings forth a symptom; null where it does not. */
export function whyExplains(fault: { readonly rule: string; readonly category: Category }, symptom: string): string | null {
  const row = explanations.find(({ by, symptoms }) => (typeof by === "string" ? by === fault.category : by.rules.includes(fault.rule)) && symptoms.includes(symptom));
  return row?.because ?? null;
}

/** Whether a row names this very rule as the reason of a symptom: what it tells is news beside the symptom, and leads it. */
export function isRootOf(rule: string, symptom: string): boolean {
  return explanations.some(({ by, symptoms }) => typeof by !== "string" && by.rules.includes(rule) && symptoms.includes(symptom));
}
