import { defineLintRule } from "./defineLintRule.js";
import { meantBy } from "./typingSlip.js";

const file = (schedule: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: { adam: { lr: 1e-3 } }\nschedule: { ${schedule} }\n`;

export const rateGrows = defineLintRule({
  id: "rate-grows",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "Schedule that raises the rate",
  why: "Steps should become shorter as the run comes near a minimum. A factor above 1, or an end above the start, makes them longer from epoch to epoch: sooner or later the loss jumps away.",
  what: "Take a factor below 1 (0.1 at a step, 0.95 each epoch), an end below lr.",
  sources: ["Robbins and Monro, A Stochastic Approximation Method, 1951 (rates must fall)"],
  examples: {
    bad: [file("exponential: { factor: 1.2 }"), file("step: { every_epochs: 2, factor: 10 }"), file("cosine: { end: 0.1 }")],
    good: [file("exponential: { factor: 0.9 }"), file("cosine: { end: 1e-5 }"), file("step: { every_epochs: 4 }")],
  },
  check({ config: { schedule, optimizer } }) {
    const { factor, end } = schedule.arguments;
    const rate = Number(optimizer.arguments.lr);
    const grows = typeof factor === "number" && factor > 1;
    if (!grows && !(typeof end === "number" && rate > 0 && end > rate && meantBy("end", end) === null)) return null;
    const at = `schedule.${schedule.kind}.${grows ? "factor" : "end"}`;
    const fitting = !grows ? 0 : schedule.kind === "exponential" ? 0.95 : 0.1;
    return {
      at,
      message: grows ? `A factor of ${factor} makes the rate grow ${schedule.kind === "exponential" ? "with every epoch" : "at every step of the schedule"}.` : `The rate rises from ${rate} to ${String(end)} at the run's end.`,
      evidence: { lr: rate, ...(grows ? { factor } : { end: Number(end) }) },
      confidence: 0.8,
      fixes: [{ title: `Set ${grows ? "factor" : "end"} to ${fitting}`, safe: false, edits: [{ path: at, value: fitting }] }],
    };
  },
});
