import { defineLintRule } from "./defineLintRule.js";
import { runLength } from "./runLength.js";

const file = (warmup: number, steps: number): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\nschedule: { cosine: { warmup_steps: ${warmup} } }\ntraining: { steps: ${steps} }\n`;

export const warmupBeyondRun = defineLintRule({
  id: "warmup-beyond-run",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "Warm-up that takes the run",
  why: "During warm-up the rate rises in a line from nearly nothing. Where it lasts as long as the run, the rate that was set is never reached, and the steps together are worth half of what they seem.",
  what: "Warm up over 1 to 10 % of the steps.",
  sources: ["Goyal et al., Accurate, Large Minibatch SGD, 2017 (5 of 90 epochs)"],
  examples: { bad: [file(1000, 500), file(400, 500)], good: [file(50, 500), file(0, 500)] },
  check(context) {
    const { schedule } = context.config;
    const warmup = Number(schedule.arguments.warmup_steps ?? 0);
    const { totalSteps } = runLength(context);
    if (totalSteps === null || warmup === 0 || warmup <= 0.6 * totalSteps) return null;
    const fitting = Math.max(1, Math.round(totalSteps / 20));
    const at = `schedule.${schedule.kind}.warmup_steps`;
    return {
      at,
      message: warmup >= totalSteps ? `Warm-up takes ${warmup} steps and the run has ${totalSteps}: the rate never reaches what was set.` : `Warm-up takes ${warmup} of the run's ${totalSteps} steps.`,
      evidence: { warmup_steps: warmup, steps: totalSteps },
      confidence: warmup >= totalSteps ? 0.9 : 0.7,
      fixes: [{ title: `Warm up over ${fitting} steps`, safe: false, edits: [{ path: at, value: fitting }] }],
    };
  },
});
