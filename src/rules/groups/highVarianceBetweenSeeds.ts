import { z } from "zod";
import { summarize } from "../../common/statistics/sample.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Fix } from "../../protocol/finding.js";
import type { Reports } from "../rule.js";
import { short } from "../live/lowerRate.js";
import { ratePath } from "../checks/shortRun.js";
import { defineGroupRule, type GroupRun } from "./defineGroupRule.js";

/** What is compared, the first that the runs have: errors, which are to be 0. */
const measures: readonly { readonly metric: string; readonly error: (value: number) => number; readonly words: string }[] = [
  { metric: "validation/accuracy", error: (accuracy) => 1 - accuracy, words: "validation accuracy" },
  { metric: "validation/rmse", error: (rmse) => rmse, words: "validation RMSE" },
  { metric: "validation/loss", error: (loss) => loss, words: "validation loss" },
  { metric: "train/loss", error: (loss) => loss, words: "training loss" },
];

const file = (rate: number, epochs: number): string =>
  `data: { train: { generate: spirals, examples: 600, noise: 0.02 }, split: { validation: 0.4, test: 0 } }\nmodel: [dense: { units: 32, activation: relu }, dense: { units: 32, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: { adam: { lr: ${rate} } }\ntraining: { epochs: ${epochs} }\nrepeat: 4\n`;

export const highVarianceBetweenSeeds = defineGroupRule({
  id: "high-variance-between-seeds",
  severity: "warning",
  problem: "predictions",
  category: "learning_rate",
  title: "High variance between seeds",
  why: "Runs that differ in nothing but their seed end far apart, so that a single run says little about the file: its figure is luck to this extent, and so are the predictions of its model. Two files compared by one run each may come out either way.",
  what: "Average the predictions of several models (ensemble: 5), which takes most of this variance away. Lower the rate, or let it fall to the end (schedule: cosine), average the weights (training.average), train longer, or give more data. Compare files by several seeds each: descent compare says whether they differ by more than chance.",
  sources: [
    "Bouthillier et al., Accounting for Variance in Machine Learning Benchmarks, MLSys 2021",
    "Lakshminarayanan et al., Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles, NeurIPS 2017",
    "Few validation examples alone spread accuracies with the deviation sqrt(p (1 - p) / n); what is told of goes beyond twice that",
  ],
  examples: { bad: [file(0.2, 30)], good: [file(0.01, 40)] },
  options: z.strictObject({ spread: z.number().gt(0).default(0.25).describe("Deviation between seeds, as a share of the mean error, from which on it is told.") }),
  check({ config, runs, kind }, { spread }): Reports {
    if (kind === "snapshot" || runs.length < 3) return null;
    const failed = runs.filter((run) => run.failed).length;
    const ended = runs.filter((run) => !run.failed);
    const measure = measures.find(({ metric }) => ended.length > 0 && ended.every((run) => Number.isFinite(run.metrics[metric])));
    if (failed > 0 && failed < runs.length) {
      return { at: "repeat", message: `${failed} of ${runs.length} runs that differ in their ${differ[kind]} alone broke, and the others did not: whether this file trains is luck.`, evidence: { runs: runs.length, failed }, confidence: 0.9, fixes: remedies(config, kind) };
    }
    if (measure === undefined || ended.length < 3) return null;
    const values = ended.map(({ metrics }) => metrics[measure.metric]);
    const { mean, deviation, smallest, largest } = summarize(values);
    const error = summarize(values.map(measure.error)).mean;
    const relative = deviation / Math.abs(error);
    if (!(relative > spread) || deviation <= 2 * chanceOf(measure.metric, error, ended) || isNothing(measure.metric, deviation)) return null;
    return {
      at: "repeat",
      message: `${ended.length} ${kind === "folds" ? "folds" : "seeds"} end at a ${measure.words} of ${short(mean)} ± ${short(deviation)} (${short(smallest)} to ${short(largest)}): a deviation of ${Math.round(100 * relative)} % of the mean error. What one run shows depends on its ${differ[kind]}.`,
      evidence: { metric: measure.metric, runs: ended.length, mean, deviation, smallest, largest, relative },
      confidence: 0.8,
      fixes: remedies(config, kind),
    };
  },
});

const differ = { seeds: "seed", folds: "fold", independent: "seed", snapshot: "cycle" } as const;

/** The deviation of accuracies that the number of validation examples alone brings: that of a share of n draws. */
function chanceOf(metric: string, error: number, runs: readonly GroupRun[]): number {
  const examples = runs.map(({ validationExamples }) => validationExamples).filter((count) => count !== null);
  if (metric !== "validation/accuracy" || examples.length === 0) return 0;
  return Math.sqrt(Math.max(error * (1 - error), 0) / Math.max(Math.min(...examples), 1));
}

/** Half a percent of accuracy is nothing to speak of. */
function isNothing(metric: string, deviation: number): boolean {
  return metric === "validation/accuracy" && deviation < 0.005;
}

function remedies(config: TrainingConfig, kind: string): Fix[] {
  const rate = config.optimizer.arguments.lr;
  const lower = typeof rate === "number" ? Number((rate / 3).toPrecision(2)) : null;
  const fixes: Fix[] = [];
  if (kind !== "independent") fixes.push({ title: "Train an ensemble of 5", safe: false, edits: [{ path: "repeat", remove: true }, { path: "ensemble", value: { members: 5 } }] });
  if (lower !== null) fixes.push({ title: `Set lr to ${lower}`, safe: false, edits: [{ path: ratePath(config), value: lower }] });
  if (config.training.polyak === null) fixes.push({ title: "Average the weights", safe: false, edits: [{ path: "training.average.polyak", value: 0.995 }] });
  return fixes;
}
