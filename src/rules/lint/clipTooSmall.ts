import { z } from "zod";
import { defineLintRule } from "./defineLintRule.js";

const file = (optimizer: string, clip: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\ntraining: { clip: ${clip} }\n`;

export const clipTooSmall = defineLintRule({
  id: "clip-too-small",
  severity: "warning",
  problem: "learning",
  category: "optimizer",
  title: "Gradients clipped to nothing",
  why: "A bound far below the gradients' usual size clips every step: the step is then the rate times the bound, whatever the gradient. Optimizers that divide by the gradient's size make up for it; sgd does not, and stands still.",
  what: "Look at train/gradient_norm and take a bound above its usual values; 1 is common.",
  sources: ["Pascanu, Mikolov, Bengio, 2013 (the bound from statistics of the norm over a few hundred steps)", "Measured on the digits, sgd 0.1, 450 steps, three seeds: chance at a norm of 1e-3, 6 to 24 % right at 0.01, 79 to 84 % at 0.1, 95 to 97 % unclipped; Adam 3e-3 reaches 97 to 100 % at any of them"],
  options: z.strictObject({ low: z.number().gt(0).default(0.02).describe("Least bound of the norm with sgd.") }),
  examples: { bad: [file("{ sgd: 0.1 }", "{ norm: 1e-3 }")], good: [file("{ sgd: 0.1 }", "{ norm: 1 }"), file("{ adam: 1e-3 }", "{ norm: 1e-3 }")] },
  check({ config: { optimizer, training } }, { low }) {
    const { clip } = training;
    if (optimizer.kind !== "sgd" || clip === null || clip.kind === "value" || clip.limit >= low) return null;
    // a rate raised by as much makes up for it
    if (Number(optimizer.arguments.lr) * clip.limit >= 0.1 * low) return null;
    const at = `training.clip.${clip.kind}`;
    return {
      at,
      message: `With gradients cut to a norm of ${clip.limit} a step of sgd moves all weights together by ${Number((Number(optimizer.arguments.lr) * clip.limit).toPrecision(2))} at most.`,
      evidence: { clip: clip.limit, lr: Number(optimizer.arguments.lr) },
      confidence: 0.8,
      fixes: [{ title: "Clip at 1", safe: false, edits: [{ path: at, value: 1 }] }],
    };
  },
});
