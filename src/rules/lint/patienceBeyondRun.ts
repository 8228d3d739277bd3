import { defineLintRule } from "./defineLintRule.js";
import { evaluationsOf } from "./runLength.js";

const file = (patience: number, training = "epochs: 10"): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\ntraining: { ${training}, early_stopping: { patience: ${patience} } }\n`;

export const patienceBeyondRun = defineLintRule({
  id: "patience-beyond-run",
  severity: "info",
  problem: "generalisation",
  category: "epochs",
  title: "Patience longer than the run",
  why: "The run stops after so many evaluations in a row without an improvement. With a patience of as many evaluations as there are it can never stop early (the best weights are kept all the same).",
  what: "Take a patience of a tenth to a third of the evaluations, or let the run be longer and leave its end to early stopping.",
  sources: ["Prechelt, Early Stopping - But When?, 1998"],
  examples: { bad: [file(20), file(5, "epochs: 20, evaluate: { every_epochs: 5 }")], good: [file(3), file(5, "epochs: 50")] },
  check(context) {
    const stopping = context.config.training.earlyStopping;
    const evaluations = evaluationsOf(context);
    const { data } = context.config;
    if (stopping === null || evaluations === null || evaluations < 4 || stopping.patience < evaluations || (data.validation === null && data.split.validation === 0)) return null;
    const fitting = Math.max(1, Math.round(evaluations / 4));
    return {
      at: "training.early_stopping.patience",
      message: `A patience of ${stopping.patience} evaluations never ends a run that has ${evaluations}.`,
      evidence: { patience: stopping.patience, evaluations },
      confidence: 0.7,
      fixes: [{ title: `Set patience to ${fitting}`, safe: false, edits: [{ path: "training.early_stopping.patience", value: fitting }] }],
    };
  },
});
