import type { Task } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (metrics: string, more = ""): string => `data: { train: { generate: two_moons, examples: 200 }, task: classification${more} }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nmetrics: [${metrics}]\n`;

const ofClasses = ["accuracy", "top_k_accuracy", "precision", "recall", "f1", "roc_auc", "confusion_matrix", "perplexity"];
const ofNumbers = ["mae", "rmse", "r2"];

/** Metrics that are defined for what a task predicts. */
const byTask: Readonly<Record<Task, readonly string[]>> = {
  classification: ofClasses, multi_label: ["accuracy", "precision", "recall", "f1", "roc_auc"], regression: ofNumbers, autoencoder: ofNumbers, language_model: ["perplexity", "accuracy", "top_k_accuracy"],
};

/** What a run is steered by, without its split, and where the file says so. */
function steeringMetrics({ training, schedule }: TrainingConfig): readonly { readonly path: string; readonly name: string }[] {
  const named: readonly [string, unknown][] = [
    ["training.early_stopping.metric", training.earlyStopping?.metric],
    ["training.checkpoint.best", training.checkpoint.best],
    [`schedule.${schedule.kind}.metric`, schedule.arguments.metric],
  ];
  return named.flatMap(([path, metric]) => (typeof metric === "string" ? [{ path, name: metric.slice(metric.indexOf("/") + 1) }] : []));
}

export const metricForTask = defineLintRule({
  id: "metric-for-task",
  severity: "warning",
  problem: "predictions",
  category: "data",
  title: "A metric that this task does not have",
  why: "An error in units is measured between numbers, accuracy and its like between classes. A metric of the other kind is not computed: its curve stays empty, and what watches it (early stopping, the best weights, a plateau) never sees it improve.",
  what: "Take it out, watch validation/loss instead, or set data.task to what the targets are.",
  sources: ["scikit-learn's user guide, Metrics and scoring: classification and regression metrics"],
  examples: { bad: [file("accuracy, mae"), file("r2"), `${file("accuracy")}training: { early_stopping: { metric: validation/r2 } }\n`], good: [file("accuracy, f1, perplexity"), `${file("accuracy")}training: { early_stopping: { metric: validation/f1 } }\n`] },
  check({ config, task }) {
    if (task === null) return null;
    const watched = steeringMetrics(config).find(({ name }) => name !== "loss" && name !== "live_loss" && !byTask[task].includes(name));
    if (watched !== undefined) {
      return {
        at: watched.path,
        message: `${watched.name} is not measured where the task is ${task}, so it never improves; there are loss, ${byTask[task].filter((name) => name !== "confusion_matrix").join(", ")}.`,
        confidence: 0.95,
        fixes: [{ title: "Watch validation/loss", safe: false, edits: [{ path: watched.path, value: "validation/loss" }] }],
      };
    }
    if (config.metrics === null) return null;
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
