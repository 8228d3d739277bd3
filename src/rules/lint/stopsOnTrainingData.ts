import { defineLintRule } from "./defineLintRule.js";

const file = (training: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\ntraining: { ${training} }\n`;

export const stopsOnTrainingData = defineLintRule({
  id: "stops-on-training-data",
  severity: "warning",
  problem: "generalisation",
  category: "regularization",
  title: "The best is chosen by training data",
  why: "What a model reaches on the examples that it learns from goes on improving while it learns them by heart: neither early stopping nor the best checkpoint can see overfitting by it.",
  what: "Watch a metric of the validation split: validation/loss.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 5.3 and 7.8"],
  examples: {
    bad: [file("early_stopping: { metric: train/loss }"), file("checkpoint: { best: train/accuracy }")],
    good: [file("early_stopping: { metric: validation/loss }"), file("checkpoint: { best: validation/accuracy }")],
  },
  check({ config: { data, training } }) {
    if (data.validation === null && data.split.validation === 0) return null; // no-validation-data
    const stops = training.earlyStopping?.metric.startsWith("train/") === true;
    const best = training.checkpoint.best?.startsWith("train/") === true;
    if (!stops && !best) return null;
    const at = stops ? "training.early_stopping.metric" : "training.checkpoint.best";
    const metric = stops ? training.earlyStopping?.metric : training.checkpoint.best;
    return {
      at,
      message: `${stops ? "Early stopping" : "The best checkpoint"} goes by ${String(metric)}, which improves while the model learns by heart.`,
      evidence: { metric: String(metric) },
      confidence: 0.8,
      fixes: [{ title: "Go by validation", safe: false, edits: [...(stops ? [{ path: "training.early_stopping.metric", value: "validation/loss" }] : []), ...(best ? [{ path: "training.checkpoint.best", value: "validation/loss" }] : [])] }],
    };
  },
});
