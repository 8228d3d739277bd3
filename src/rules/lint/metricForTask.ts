import type { Task } from "../../engine/data/types.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (metrics: string, more = ""): string => `data: { train: { generate: two_moons, examples: 200 }, task: classification${more} }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nmetrics: [${metrics}]\n`;

const ofClasses = ["accuracy", "top_k_accuracy", "precision", "recall", "f1", "roc_auc", "confusion_matrix", "perplexity"];
const ofNumbers = ["mae", "rmse", "r2"];

/** Metrics that are defined for what a task predicts. */
const byTask: Readonly<Record<Task, readonly string[]>> = {
  classification: ofClasses, multi_label: ["accuracy", "precision", "recall", "f1", "roc_auc"], regression: ofNumbers, autoencoder: ofNumbers, language_model: ["perplexity", "accuracy", "top_k_accuracy"],
};

export const metricForTask = defineLintRule({
  id: "metric-for-task",
  severity: "warning",
  problem: "predictions",
  category: "data",
  title: "A metric that this task does not have",
  why: "An error in units is measured between numbers, accuracy and its like between classes. A metric of the other kind is not computed: its curve stays empty.",
  what: "Take it out of metrics, or set data.task to what the targets are.",
  sources: ["scikit-learn's user guide, Metrics and scoring: classification and regression metrics"],
  examples: { bad: [file("accuracy, mae"), file("r2")], good: [file("accuracy, f1, perplexity")] },
  check({ config, task }) {
    if (task === null || config.metrics === null) return null;
    const index = config.metrics.findIndex((name) => !byTask[task].includes(name));
    if (index < 0) return null;
    return {
      at: `metrics[${index}]`,
      message: `${config.metrics[index]} is not measured where the task is ${task}; there are ${byTask[task].join(", ")}.`,
      confidence: 0.95,
      fixes: [{ title: `Take ${config.metrics[index]} out`, safe: config.metrics.length === 1, edits: [config.metrics.length === 1 ? { path: "metrics", remove: true as const } : { path: `metrics[${index}]`, remove: true as const }] }],
    };
  },
});
