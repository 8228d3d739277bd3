import { defineLintRule, type LintContext } from "./defineLintRule.js";
import { evaluationsOf, runLength } from "./runLength.js";

const file = (schedule: string, training = "epochs: 10"): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\nschedule: { ${schedule} }\ntraining: { ${training} }\n`;

export const scheduleBeyondRun = defineLintRule({
  id: "schedule-beyond-run",
  severity: "info",
  problem: "learning",
  category: "learning_rate",
  title: "Schedule longer than the run",
  why: "The run ends before the schedule does anything (or, in a cycle, before it comes back): the rate stays as it is, and what the schedule is there for does not happen.",
  what: "Fit the schedule to the run, train longer, or take cosine, which ends with the run whatever its length.",
  sources: ["Bengio, Practical recommendations for gradient-based training of deep architectures, 2012, 3.1.1", "Smith, Cyclical Learning Rates, 2017 (cycles of 4 to 20 epochs, and at least three of them)"],
  examples: {
    bad: [file("step: { every_epochs: 30 }"), file("cyclical: { period_steps: 100000 }"), file("reduce_on_plateau: { patience: 20 }")],
    good: [file("step: { every_epochs: 4 }"), file("cosine: {}"), file("reduce_on_plateau: { patience: 3 }"), file("step: { every_epochs: 30 }", "epochs: 90")],
  },
  check(context) {
    const found = beyond(context);
    if (found === null) return null;
    const { schedule } = context.config;
    return {
      at: `schedule.${schedule.kind}.${found.key}`,
      message: found.message,
      evidence: found.evidence,
      confidence: 0.6,
      fixes: [{ title: `Set ${found.key} to ${found.fitting}`, safe: false, edits: [{ path: `schedule.${schedule.kind}.${found.key}`, value: found.fitting }] }],
    };
  },
});

interface Beyond {
  readonly key: string;
  readonly fitting: number;
  readonly message: string;
  readonly evidence: Readonly<Record<string, number>>;
}

/** The number of a schedule by which it is longer than the run, and one that fits. */
function beyond(context: LintContext): Beyond | null {
  const { kind, arguments: args } = context.config.schedule;
  const { epochs, totalSteps } = runLength(context);
  const evaluations = evaluationsOf(context);
  if (kind === "step" && epochs !== null && Number(args.every_epochs) >= epochs && epochs >= 2) {
    return { key: "every_epochs", fitting: Math.max(1, Math.floor(epochs / 3)), message: `The rate drops after ${Number(args.every_epochs)} epochs for the first time, and the run has ${round(epochs)}.`, evidence: { epochs } };
  }
  if (kind === "cyclical" && totalSteps !== null && Number(args.period_steps) > totalSteps && totalSteps >= 8) {
    return { key: "period_steps", fitting: Math.floor(totalSteps / 4), message: `A cycle takes ${Number(args.period_steps)} steps, and the run has ${totalSteps}.`, evidence: { steps: totalSteps } };
  }
  if (kind === "reduce_on_plateau" && evaluations !== null && Number(args.patience) >= evaluations && evaluations >= 3) {
    return { key: "patience", fitting: Math.max(1, Math.floor(evaluations / 5)), message: `The rate falls after ${Number(args.patience)} evaluations without an improvement, and the run has ${evaluations}.`, evidence: { evaluations } };
  }
  return null;
}

function round(x: number): number {
  return Number(x.toPrecision(3));
}
