import { z } from "zod";
import { optimizers } from "../../engine/optimizers/registry.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (optimizer: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\n`;

export const momentumRange = defineLintRule({
  id: "momentum-range",
  severity: "info",
  problem: "learning",
  category: "optimizer",
  title: "Momentum out of range",
  why: "A momentum m averages over the last 1 / (1 - m) steps: at 0.999 a thousand of them, most from weights long left behind, and the run swings past its minimum again and again. A second-moment average shorter than the first (beta2 below beta1) lets single batches set the length of steps.",
  what: "Take 0.9 (0.8 to 0.99); for Adam kinds beta1 0.9 and beta2 0.999.",
  sources: ["Sutskever et al., On the importance of initialization and momentum in deep learning, 2013 (up to 0.99, late in training 0.999)", "Kingma and Ba, Adam, 2014 (beta1 < sqrt(beta2) for convergence)", "Measured on the digits, sgd 0.01, three seeds: momentum up to 0.99 ends at a loss of 0.01 to 0.3, 0.995 at 0.1 to 0.6, 0.999 jumps about at up to 1.2; Adam 3e-3 bears beta1 0.999 and beta2 0.5 (94 to 98 % right), therefore a hint"],
  options: z.strictObject({ high: z.number().gt(0).lt(1).default(0.99).describe("Largest momentum or beta1.") }),
  examples: {
    bad: [file("{ sgd: { lr: 1e-3, momentum: 0.999 } }"), file("{ adam: { lr: 1e-3, beta1: 0.999 } }"), file("{ adam: { lr: 1e-3, beta1: 0.9, beta2: 0.5 } }")],
    good: [file("{ sgd: { lr: 0.01, momentum: 0.9 } }"), file("{ adam: { lr: 1e-3, beta1: 0.9, beta2: 0.99 } }"), file("{ lion: { lr: 1e-4 } }"), file("{ sgd: { lr: 1e-3, momentum: 0.99 } }")],
  },
  check({ config: { optimizer } }, { high }) {
    const { kind, arguments: args } = optimizer;
    const standard = optimizers.get(kind)?.arguments.parse({}) ?? {};
    const key = "momentum" in args ? "momentum" : "beta1";
    const value = args[key];
    if (typeof value !== "number") return null;
    const first = `optimizer.${kind}.${key}`;
    // steps add up to lr / (1 - momentum): a rate that suits 0.9 runs away at 0.99
    const effective = Number(args.lr) / (1 - value);
    const runsAway = kind === "sgd" && key === "momentum" && value >= 0.98 && effective > 3;
    const usual = key === "momentum" && kind === "sgd" ? 0.9 : (standard[key] as number);
    if (value > high || runsAway) {
      return {
        at: first,
        message: `A ${key} of ${value} averages over the last ${Math.round(1 / (1 - value))} steps: most are from weights long left behind${runsAway ? `, and steps add up to a rate of ${Number(effective.toPrecision(3))}` : ""}.`,
        evidence: { [key]: value },
        confidence: runsAway ? 0.85 : value >= 0.999 && key === "momentum" ? 0.75 : 0.5,
        severity: runsAway || (value >= 0.999 && key === "momentum") ? "warning" : undefined,
        fixes: [
          { title: `Set ${key} to ${usual}${key === "beta1" && args.beta2 !== standard.beta2 ? `, beta2 to ${String(standard.beta2)}` : ""}`, safe: false, edits: [{ path: first, value: usual }, ...(key === "beta1" && args.beta2 !== standard.beta2 ? [{ path: `optimizer.${kind}.beta2`, value: standard.beta2 as number }] : [])] },
        ],
      };
    }
    // Lion takes the sign of one average: it divides by none
    const { beta2 } = args;
    if (typeof beta2 !== "number" || kind === "lion" || value ** 2 <= beta2) return null;
    return {
      at: `optimizer.${kind}.beta2`,
      message: `beta2 is ${beta2}: the mean of squares forgets faster than beta1 ${value} does the mean, and steps follow single batches.`,
      evidence: { beta1: value, beta2 },
      confidence: 0.5,
      fixes: [{ title: `Set beta2 to ${String(standard.beta2)}`, safe: false, edits: [{ path: `optimizer.${kind}.beta2`, value: standard.beta2 as number }] }],
    };
  },
});
