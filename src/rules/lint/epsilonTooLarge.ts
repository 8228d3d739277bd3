import { z } from "zod";
import { optimizers } from "../../engine/optimizers/registry.js";
import { defineLintRule } from "./defineLintRule.js";
import { meantBy } from "./typingSlip.js";

const file = (optimizer: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\n`;

export const epsilonTooLarge = defineLintRule({
  id: "epsilon-too-large",
  severity: "warning",
  problem: "learning",
  category: "optimizer",
  title: "Epsilon of the optimizer too large",
  why: "Epsilon keeps a division from failing. Where it is larger than the gradients' size, it is the divisor: steps shrink with the gradient, and the optimizer is a slow gradient descent.",
  what: "Leave epsilon out, or take 1e-8 to 1e-4.",
  sources: ["Kingma and Ba, Adam, 2014", "Measured on the digits: with Adam 1e-3 and epsilon 1 the loss is 2.27 after 8 epochs (2.30 is chance), 0.2 to 0.35 with 1e-3"],
  options: z.strictObject({ high: z.number().gt(0).default(0.01).describe("Largest epsilon.") }),
  examples: { bad: [file("{ adam: { lr: 1e-3, epsilon: 1 } }")], good: [file("{ adam: { lr: 1e-3, epsilon: 1e-7 } }"), file("{ rmsprop: { lr: 1e-3, epsilon: 1e-6 } }")] },
  check({ config: { optimizer } }, { high }) {
    const { epsilon } = optimizer.arguments;
    if (typeof epsilon !== "number" || epsilon <= high || meantBy("epsilon", epsilon) !== null) return null;
    const at = `optimizer.${optimizer.kind}.epsilon`;
    const standard = optimizers.get(optimizer.kind)?.arguments.parse({}).epsilon as number;
    return {
      at,
      message: `An epsilon of ${epsilon} is larger than most gradients: ${optimizer.kind} hardly moves.`,
      evidence: { epsilon },
      confidence: 0.85,
      fixes: [{ title: `Set epsilon to ${standard}`, safe: false, edits: [{ path: at, value: standard }] }],
    };
  },
});
