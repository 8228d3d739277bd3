import { defineLintRule } from "./defineLintRule.js";

const file = (optimizer: string, more = ""): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\n${more}`;

export const biasCorrectionOff = defineLintRule({
  id: "bias-correction-off",
  severity: "info",
  problem: "learning",
  category: "optimizer",
  title: "Adam without bias correction",
  why: "Both averages start at zero, the mean of squares staying small for about 1 / (1 - beta2) steps. Without the correction the first steps are (1 - beta1) / sqrt(1 - beta2) times too long: about three times at the defaults.",
  what: "Leave bias_correction on, or warm the rate up over the first steps.",
  sources: ["Kingma and Ba, Adam, 2014, 3 (initialization bias correction)"],
  examples: {
    bad: [file("{ adam: { bias_correction: false } }")],
    good: [file("{ adam: { bias_correction: true } }"), file("{ adam: { bias_correction: false } }", "schedule: { constant: { warmup_steps: 100 } }\n")],
  },
  check({ config: { optimizer, schedule } }) {
    if (optimizer.arguments.bias_correction !== false || Number(schedule.arguments.warmup_steps) > 0) return null;
    const [beta1, beta2] = [Number(optimizer.arguments.beta1), Number(optimizer.arguments.beta2)];
    const times = (1 - beta1) / Math.sqrt(1 - beta2);
    const at = `optimizer.${optimizer.kind}.bias_correction`;
    return {
      at,
      message: `Without bias correction the first steps are about ${Number(times.toPrecision(2))} times as long as meant.`,
      evidence: { times },
      confidence: 0.5,
      fixes: [{ title: "Correct the bias", safe: false, edits: [{ path: at, remove: true }] }],
    };
  },
});
