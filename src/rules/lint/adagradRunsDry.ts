import { z } from "zod";
import { defineLintRule } from "./defineLintRule.js";
import { runLength } from "./runLength.js";

const file = (optimizer: string, steps: number): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\ntraining: { steps: ${steps} }\n`;

export const adagradRunsDry = defineLintRule({
  id: "adagrad-runs-dry",
  severity: "info",
  problem: "learning",
  category: "optimizer",
  title: "AdaGrad's steps vanish in long runs",
  why: "AdaGrad divides by the root of the sum of all squared gradients so far, which only grows: under steady gradients step t is 1 / sqrt(t) of the first, after 10,000 steps a hundredth of it.",
  what: "Take rmsprop or adam, whose averages forget; adagrad is at its best on sparse features and short runs.",
  sources: ["Duchi, Hazan, Singer, Adaptive Subgradient Methods, 2011", "Goodfellow, Bengio, Courville: Deep Learning, 8.5.1 (premature and excessive decrease)"],
  options: z.strictObject({ steps: z.int().min(1).default(10_000).describe("Steps from which it is told.") }),
  examples: { bad: [file("{ adagrad: { lr: 0.05 } }", 20_000)], good: [file("{ adagrad: { lr: 0.05 } }", 2000), file("{ adam: 1e-3 }", 20_000)] },
  check(context, { steps }) {
    const { totalSteps } = runLength(context);
    if (context.config.optimizer.kind !== "adagrad" || totalSteps === null || totalSteps < steps) return null;
    return {
      at: "optimizer",
      message: `After ${totalSteps} steps adagrad's are about ${Math.round(Math.sqrt(totalSteps))} times shorter than at the start.`,
      evidence: { steps: totalSteps },
      confidence: 0.4,
      fixes: [{ title: "Use adam", safe: false, edits: [{ path: "optimizer", value: { adam: { lr: 1e-3 } } }] }],
    };
  },
});
