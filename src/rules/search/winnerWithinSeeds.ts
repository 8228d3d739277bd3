import { defineSearchRule } from "./defineSearchRule.js";

/** Confirmations below which a spread is a guess. */
const leastConfirmations = 2;
/** A lead shorter than so many deviations of a difference of two runs is chance at about 95 %. */
const deviations = 1.96;

const file = (rates: string): string =>
  `data: { train: { generate: two_moons, examples: 600 } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: { adam: { lr: 0.01 } }\ntraining: { epochs: 10 }\nsearch: { strategy: grid, metric: validation/loss, space: { optimizer.adam.lr: [${rates}] } }\n`;

export const winnerWithinSeeds = defineSearchRule({
  id: "winner-within-seeds",
  severity: "warning",
  problem: "predictions",
  category: "system",
  title: "The winner's lead is within the spread of the seeds",
  why: "The same settings come to other figures from another seed. Where the best trial leads by less than that, it may have won by luck, and the trials behind it are as good.",
  what: "Take the simplest or cheapest of those trials, or train the first few from several seeds and compare their means.",
  sources: [
    "Bouthillier and others: Accounting for Variance in Machine Learning Benchmarks (MLSys 2021), 4: a single run's lead says little below the deviation of a difference",
    "The lead is compared with 1.96 x the square root of 2 x the deviation over the winner's seeds",
  ],
  examples: { bad: [file("0.005, 0.0051, 0.0052")], good: [file("1e-5, 0.01")] },
  check({ metric, trials, confirmations }) {
    if (confirmations.length < leastConfirmations || trials.length < 2) return null;
    const values = [trials[0].value, ...confirmations];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    const reach = deviations * Math.SQRT2 * deviation;
    const lead = Math.abs(trials[1].value - trials[0].value);
    if (!Number.isFinite(lead) || lead >= reach) return null;
    const within = trials.filter(({ value }) => Math.abs(value - trials[0].value) < reach).length;
    const short = (value: number): string => String(Number(value.toPrecision(3)));
    return {
      at: "search",
      message: `The best trial leads by ${short(lead)}, and its own ${metric} varies by ${short(deviation)} between ${values.length} seeds (${short(mean)} on average): ${within} of ${trials.length} trials cannot be told from it.`,
      evidence: { lead, deviation, mean, seeds: values.length, within },
      confidence: 0.8,
    };
  },
});
