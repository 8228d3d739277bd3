import { z } from "zod";
import { schedules } from "../../engine/schedules/registry.js";
import { defineLintRule } from "./defineLintRule.js";
import { runLength } from "./runLength.js";

const file = (schedule: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\nschedule: { ${schedule} }\ntraining: { epochs: 20 }\n`;

/** Steps an epoch where nobody knows yet: what is compared hardly depends on it. */
const someSteps = 50;

export const decaysTooEarly = defineLintRule({
  id: "decays-too-early",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "Rate decays before anything is learnt",
  why: "A rate that is next to nothing after a small part of the run leaves the rest of the steps without effect: the model stays where it was when the rate gave out.",
  what: "Let the rate fall to a hundredth at the run's end at the earliest, or take cosine, which does.",
  sources: ["Bengio, Practical recommendations for gradient-based training of deep architectures, 2012, 3.1.1", "Measured on the digits, sgd 0.1, 10 epochs, three seeds: a factor of 0.1 each epoch leaves 80 to 86 % right, 0.3 85 to 88 %, 0.7 92 to 93 %, a constant rate 95 to 97 %"],
  options: z.strictObject({
    part: z.number().gt(0).lt(1).default(0.25).describe("Part of the run after which the rate is looked at."),
    share: z.number().gt(0).lt(1).default(0.02).describe("Least share of the rate that must be left there."),
  }),
  examples: {
    bad: [file("step: { every_epochs: 1, factor: 0.1 }"), file("exponential: { factor: 0.3 }"), file("inverse_time: { decay: 10 }")],
    good: [file("step: { every_epochs: 8 }"), file("exponential: { factor: 0.9 }"), file("cosine: {}"), file("inverse_time: {}"), file("one_cycle: {}")],
  },
  check(context, { part, share }) {
    const { config: { schedule } } = context;
    const length = runLength(context);
    const stepsPerEpoch = length.stepsPerEpoch ?? someSteps;
    const totalSteps = length.totalSteps ?? (length.epochs === null ? null : length.epochs * stepsPerEpoch);
    const kind = schedules.get(schedule.kind);
    if (kind === undefined || totalSteps === null || totalSteps < 20 || kind.plateau !== undefined) return null;
    // a rate of cycles may be low just there
    const rateAt = (step: number): number => kind.rate(schedule.arguments, 1, { step, stepsPerEpoch, totalSteps });
    const samples = Array.from({ length: 20 }, (_, i) => rateAt(Math.round((totalSteps - 1) * (part + ((1 - part) * i) / 19))));
    const left = Math.max(...samples);
    const start = rateAt(Math.min(Number(schedule.arguments.warmup_steps ?? 0), totalSteps - 1));
    if (!(left < share * start)) return null;
    const at = `schedule.${schedule.kind}`;
    return {
      at: schedule.kind === "step" ? `${at}.every_epochs` : schedule.kind === "inverse_time" ? `${at}.decay` : `${at}.${schedule.kind === "polynomial" ? "power" : "factor"}`,
      message: `After ${Math.round(100 * part)} % of the run the rate is ${Number((left / start).toPrecision(2))} of what it was: what follows hardly moves anything.`,
      evidence: { share: left / start, part },
      confidence: left < 0.1 * share * start ? 0.85 : 0.7,
      fixes: [{ title: "Let the rate fall as a cosine", safe: false, edits: [{ path: "schedule", value: "cosine" }] }],
    };
  },
});
