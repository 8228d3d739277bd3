import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";

/** Schedules whose end is what they are taken for. */
const endsLow = new Set(["cosine", "polynomial", "one_cycle"]);

export const scheduleNotReached = defineLiveRule({
  id: "schedule-not-reached",
  severity: "info",
  problem: "learning",
  category: "learning_rate",
  title: "The run ended before its schedule",
  why: "cosine, polynomial and one_cycle bring the rate down towards the end of the planned run, and much of what they gain is gained there. Early stopping ended this one while the rate was still high.",
  what: "Plan fewer epochs, so that the rate falls before early stopping would end the run; or leave early stopping out and keep the best weights.",
  sources: ["Smith, A disciplined approach to neural network hyper-parameters, 2018 (the loss falls most while the rate comes down)"],
  watch(context) {
    const { schedule, training } = context.config;
    if (training.earlyStopping === null || !endsLow.has(schedule.kind)) return {};
    let highest = 0;
    return {
      onSteps({ learningRates }) {
        for (const rate of learningRates) if (rate > highest) highest = rate;
        return "unchanged";
      },
      onEnd(history) {
        const early = history.lastStep < 0.8 * context.totalSteps;
        if (!early || !(history.learningRate > 0.3 * highest)) return "unchanged";
        const epochs = Math.max(1, Math.ceil(history.lastStep / context.stepsPerEpoch));
        return {
          step: history.lastStep, level: 1, at: "training.epochs", confidence: 0.5,
          message: `The run ended at step ${history.lastStep} of ${context.totalSteps} with a rate of ${short(history.learningRate)}; ${schedule.kind} would have brought it down.`,
          evidence: { steps: history.lastStep, planned: context.totalSteps, learning_rate: history.learningRate },
          fixes: training.epochs === null ? [] : [{ title: `Plan ${epochs} epochs`, safe: false, edits: [{ path: "training.epochs", value: epochs }] }],
        };
      },
    };
  },
});
