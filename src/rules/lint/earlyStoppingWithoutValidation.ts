import { defineLintRule } from "./defineLintRule.js";

const file = (validation: number, training: string): string => `data: { train: { generate: two_moons }, split: { validation: ${validation} } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\ntraining: { ${training} }\n`;

export const earlyStoppingWithoutValidation = defineLintRule({
  id: "early-stopping-without-validation",
  severity: "warning",
  problem: "generalisation",
  category: "data",
  title: "Nothing to stop by",
  why: "Early stopping watches a figure of the validation split, and there are no validation examples: the run goes on to its end, overfitting or not, and no best weights are kept.",
  what: "Keep examples for validation: data.split.validation, or a file as data.validation.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 7.8 (early stopping requires a validation set)"],
  examples: { bad: [file(0, "early_stopping: { patience: 3 }")], good: [file(0.1, "early_stopping: { patience: 3 }")] },
  check({ config: { data, training } }) {
    const stopping = training.earlyStopping;
    if (stopping === null || !stopping.metric.startsWith("validation/") || data.validation !== null || data.split.validation > 0) return null;
    return {
      at: "training.early_stopping",
      message: `Early stopping watches ${stopping.metric}, and no examples are kept for validation.`,
      confidence: 0.95,
      fixes: [{ title: "Keep 10 % for validation", safe: false, edits: [{ path: "data.split.validation", value: 0.1 }] }],
    };
  },
});
