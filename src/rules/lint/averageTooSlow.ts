import { defineLintRule } from "./defineLintRule.js";
import { runLength } from "./runLength.js";

const file = (polyak: number, steps: number): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\ntraining: { steps: ${steps}, average: { polyak: ${polyak} } }\n`;

export const averageTooSlow = defineLintRule({
  id: "average-too-slow",
  severity: "warning",
  problem: "predictions",
  category: "optimizer",
  title: "Average that still holds the first weights",
  why: "polyak: p keeps the share p of the old average at each step. After n steps the weights that the run began with still count for p to the n: with 0.9999 and a thousand steps for nine tenths. That average is what is evaluated and exported.",
  what: "Take a polyak of at most 1 - 5 / steps, or leave the average out of a short run.",
  sources: ["Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992", "Measured on the digits, Adam 3e-3, 225 steps, three seeds: 89 to 92 % right with 0.995 (its start counts for a third), 96 to 100 % of the live weights"],
  examples: { bad: [file(0.9999, 1000)], good: [file(0.995, 2000), file(0.9, 100)] },
  check(context) {
    const { polyak } = context.config.training;
    const { totalSteps } = runLength(context);
    if (polyak === null || totalSteps === null || polyak ** totalSteps <= 0.2) return null;
    const fitting = Number(Math.max(0, 1 - 5 / totalSteps).toPrecision(3));
    return {
      at: "training.average.polyak",
      message: `After ${totalSteps} steps the weights at the start still are ${Math.round(100 * polyak ** totalSteps)} % of the average that is evaluated.`,
      evidence: { share_of_start: polyak ** totalSteps, steps: totalSteps },
      confidence: 0.85,
      fixes: [{ title: `Set polyak to ${fitting}`, safe: false, edits: [{ path: "training.average.polyak", value: fitting }] }],
    };
  },
});
