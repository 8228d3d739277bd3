import { defineLintRule } from "./defineLintRule.js";

const file = (repeat: string): string => `data: { train: { generate: two_moons, examples: 1000 } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\nrepeat: ${repeat}\n`;

/** Half the width of a 95 % interval in standard errors, Student's t at 0.975, by seeds: with 1 and 2 degrees of freedom. */
const halfWidth: Readonly<Record<number, number>> = { 2: 12.71, 3: 4.3 };

export const tooFewSeeds = defineLintRule({
  id: "too-few-seeds",
  severity: "info",
  problem: "predictions",
  category: "system",
  title: "Too few seeds for an interval",
  why: "How far seeds lie apart is estimated from the seeds themselves. From two the 95 % interval reaches 12.7 standard errors to either side, from five 2.8: with two, hardly any difference is more than chance.",
  what: "Repeat with five seeds or more where two files are compared.",
  sources: ["Student, The Probable Error of a Mean, 1908 (t at 0.975: 12.71, 4.30, 3.18, 2.78 with 1 to 4 degrees of freedom)", "Bouthillier et al., Accounting for Variance in Machine Learning Benchmarks, MLSys 2021"],
  examples: { bad: [file("2"), file("{ seeds: 3 }")], good: [file("5"), file("{ folds: 3 }")] },
  check({ group }) {
    const repeat = group?.repeat ?? null;
    if (repeat === null || repeat.kind !== "seeds" || halfWidth[repeat.count] === undefined) return null;
    return {
      at: "repeat",
      message: `From ${repeat.count} seeds the 95 % interval of a metric reaches ${halfWidth[repeat.count]} standard errors to either side; from five 2.78.`,
      evidence: { seeds: repeat.count, half_width: halfWidth[repeat.count] },
      confidence: 0.7,
      fixes: [{ title: "Repeat with 5 seeds", safe: false, edits: [{ path: "repeat", value: 5 }] }],
    };
  },
});
