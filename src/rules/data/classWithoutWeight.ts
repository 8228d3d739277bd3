import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";
import { classCounts } from "./figures.js";

const file = (weights: string, rare = 30): string => {
  const targets = Array.from({ length: 60 }, (_, i) => (i % 60 < rare ? 1 : 0));
  return `data: { train: { inputs: [${targets.map((_, i) => i / 60).join(", ")}], targets: [${targets.join(", ")}] }, split: { validation: 0.1, test: 0 } }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nloss: { cross_entropy: { class_weights: ${weights} } }\n`;
};

export const classWithoutWeight = defineDataRule({
  id: "class-without-weight",
  severity: "warning",
  problem: "predictions",
  category: "loss",
  title: "Class weights leave a class without a say",
  why: "A class counts for its weight times its examples. Weights are there to even that out; where they make one class count a hundred times as much as another, the model learns to answer the first whatever it sees.",
  what: "Take class_weights: balanced, which makes all classes count alike, or weights within a factor of ten of it.",
  sources: ["King and Zeng, Logistic Regression in Rare Events Data, 2001 (weights by the inverse of a class's share)", "Measured on two moons with a noise of 0.25, three seeds: the recall of a class is 0.92 to 0.95 at a weight of 1, 0.80 to 0.87 at 0.1, 0.35 to 0.60 at 0.02, 0.08 to 0.39 at 0.005"],
  options: z.strictObject({ ratio: z.number().gt(1).default(50).describe("Largest weight times examples of a class, for one of the smallest.") }),
  examples: {
    bad: [file("{ 0: 0.001, 1: 10 }"), file("{ 0: 100, 1: 1 }")],
    good: [file("balanced"), file("{ 0: 1, 1: 5 }"), file("{ 0: 1, 1: 60 }", 1)],
  },
  check({ dataset, loss }, { ratio }) {
    const weights = loss?.arguments.class_weights;
    const names = dataset.classes ?? [];
    if (loss === null || typeof weights !== "object" || weights === null || dataset.task !== "classification") return null;
    const counts = classCounts(dataset);
    const present = names.map((name, index) => ({ name, count: counts[index], say: counts[index] * Number((weights as Record<string, number>)[name] ?? 1) })).filter(({ count }) => count > 0);
    if (present.length < 2) return null;
    const [least, most] = [present.reduce((a, b) => (b.say < a.say ? b : a)), present.reduce((a, b) => (b.say > a.say ? b : a))];
    const uneven = Math.max(...present.map(({ count }) => count)) / Math.min(...present.map(({ count }) => count));
    // a class of weight 0 is left out on purpose; imbalance that weights make no worse is class-imbalance's matter
    if (least.say === 0 || !(most.say >= ratio * least.say) || most.say / least.say <= uneven) return null;
    const at = `loss.${loss.kind}.class_weights`;
    return {
      at,
      message: `With these weights class ${most.name} counts ${Math.round(most.say / least.say).toLocaleString("en-US")} times as much as class ${least.name}; by their examples it is ${most.count} to ${least.count}.`,
      evidence: { ratio: most.say / least.say, largest: most.name, smallest: least.name },
      confidence: most.say >= 10 * ratio * least.say ? 0.9 : 0.8,
      fixes: [{ title: "Weigh classes by their frequency", safe: false, edits: [{ path: at, value: "balanced" }] }],
    };
  },
});
