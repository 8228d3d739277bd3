import { optimizers } from "../../engine/optimizers/registry.js";
import { schedules } from "../../engine/schedules/registry.js";
import { decaysTooEarly } from "./decaysTooEarly.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (optimizer: string, schedule: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\nschedule: ${schedule}\n`;

/** Schedules whose numbers must be found by trying. */
const tuned = new Set(["step", "exponential", "inverse_time"]);

export const decayBeforeRate = defineLintRule({
  id: "decay-before-rate",
  severity: "info",
  problem: "learning",
  category: "learning_rate",
  title: "Decay tuned before the rate",
  why: "How fast a rate should fall depends on where it begins: numbers of a decay found at one rate do not hold at another. The rate itself matters more than any schedule.",
  what: "Find the rate first, with schedule: constant (the learning-rate range test suggests one), then the decay.",
  sources: ["Bengio, Practical recommendations for gradient-based training of deep architectures, 2012 (the initial rate is the single most important hyper-parameter)"],
  examples: { bad: [file("adam", "{ exponential: { factor: 0.93 } }")], good: [file("{ adam: 3e-3 }", "{ exponential: { factor: 0.93 } }"), file("adam", "cosine"), file("adam", "{ step: { every_epochs: 5 } }")] },
  check(context) {
    const { optimizer, schedule } = context.config;
    if (!tuned.has(schedule.kind) || Number(optimizer.arguments.lr) !== optimizers.get(optimizer.kind)?.arguments.parse({}).lr) return null;
    const key = schedule.kind === "inverse_time" ? "decay" : "factor";
    if (schedule.arguments[key] === schedules.get(schedule.kind)?.arguments.parse({})[key]) return null;
    // numbers that are wrong at any rate have rules of their own
    const wrong = Number(schedule.arguments.factor ?? 0) > 1 || decaysTooEarly.check(context, decaysTooEarly.options.parse({})) !== null;
    if (wrong) return null;
    return {
      at: `schedule.${schedule.kind}.${key}`,
      message: `The ${key} of the decay is tuned, and the rate is still ${optimizer.kind}'s default.`,
      confidence: 0.3,
      fixes: [{ title: "Keep the rate constant at first", safe: false, edits: [{ path: "schedule", remove: true }] }],
    };
  },
});
