import { z } from "zod";
import { defineLintRule } from "./defineLintRule.js";
import { meantBy } from "./typingSlip.js";

const file = (optimizer: string, more = ""): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\n${more}`;

/** Optimizers whose steps do not depend on the gradient's size: they hold their own against far more decay. */
const scaleFree = new Set(["adam", "adamw", "adamax", "nadam", "yogi", "rmsprop", "lion", "lamb", "muon"]);

export const weightDecayTooStrong = defineLintRule({
  id: "weight-decay-too-strong",
  severity: "warning",
  problem: "learning",
  category: "regularization",
  title: "Weight decay too strong",
  why: "Each step takes the share rate x decay of every weight away. Weights settle where gradients make up for it: too strong, and that is near 0, where the model answers the same for every input.",
  what: "Take 0.01 to 0.1 with adamw and its like, 1e-4 to 1e-3 with sgd.",
  sources: ["Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019", "Measured on the digits, three seeds: adamw 3e-3 reaches 94 to 97 % with a decay of 1, 90 to 94 % with 3, 71 to 78 % with 10, 42 to 48 % with 30; sgd 0.1 79 % with 0.1 (95 to 97 % without), chance with 1"],
  options: z.strictObject({
    high: z.number().gt(0).default(5).describe("Largest decay of optimizers whose steps do not depend on the gradient's size."),
    sgd: z.number().gt(0).default(0.1).describe("Largest decay of the others."),
  }),
  examples: {
    bad: [file("{ adamw: { lr: 1e-3, weight_decay: 10 } }"), file("{ sgd: 0.1 }", "regularization: { weight_decay: 1 }\n")],
    good: [file("{ adamw: { lr: 1e-3, weight_decay: 0.1 } }"), file("{ sgd: 0.1 }", "regularization: { weight_decay: 1e-3 }\n")],
  },
  check({ config: { optimizer, regularization } }, { high, sgd }) {
    const written = regularization?.weightDecay ?? 0;
    const at = written > 0 ? "regularization.weight_decay" : `optimizer.${optimizer.kind}.weight_decay`;
    const decay = written > 0 ? written : Number(optimizer.arguments.weight_decay ?? 0);
    const free = scaleFree.has(optimizer.kind);
    const bound = free ? high : sgd;
    if (decay <= bound || meantBy("weight_decay", decay) !== null) return null;
    const usual = free ? 0.01 : 1e-4;
    return {
      at,
      message: `A weight decay of ${decay} pulls the weights to nothing faster than ${optimizer.kind} moves them; usual is ${usual}.`,
      evidence: { weight_decay: decay, lr: Number(optimizer.arguments.lr) },
      confidence: decay > 5 * bound ? 0.9 : 0.75,
      fixes: [{ title: `Set weight_decay to ${usual}`, safe: false, edits: [{ path: at, value: usual }] }],
    };
  },
});
