import { defineLintRule } from "./defineLintRule.js";

const file = (data: string): string => `data: ${data}\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\n`;

export const noValidationData = defineLintRule({
  id: "no-validation-data",
  severity: "info",
  problem: "generalisation",
  category: "data",
  title: "No validation data",
  why: "The training loss says nothing about examples that the model has not seen: without validation data nobody notices overfitting, and no best checkpoint can be kept.",
  what: "Keep a share of the examples aside: data.split.validation, or give a file as data.validation.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 5.3"],
  examples: {
    bad: [file("{ train: { generate: two_moons }, split: { validation: 0 } }")],
    good: [file("{ train: { generate: two_moons } }"), file("{ train: { generate: two_moons }, validation: { generate: two_moons, examples: 200 }, split: { validation: 0 } }")],
  },
  check({ config: { data, training } }) {
    if (data.validation !== null || data.split.validation > 0) return null;
    if (training.earlyStopping?.metric.startsWith("validation/") === true) return null; // early-stopping-without-validation
    return {
      at: "data.split.validation",
      message: "No examples are kept for validation: overfitting will not show.",
      fixes: [{ title: "Keep 10 % for validation", safe: false, edits: [{ path: "data.split.validation", value: 0.1 }] }],
    };
  },
});
