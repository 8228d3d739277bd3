import { defineLintRule } from "./defineLintRule.js";

const file = (sampling: string, weights: string): string => `data: { train: { generate: blobs }, sampling: ${sampling} }\nmodel: [dense: { units: 16, activation: relu }, dense: 3]\nloss: { cross_entropy: { class_weights: ${weights} } }\n`;

export const balancedTwice = defineLintRule({
  id: "balanced-twice",
  severity: "warning",
  problem: "predictions",
  category: "data",
  title: "Imbalance made up for twice",
  why: "sampling: weighted already shows rare classes as often as common ones; class_weights: balanced weighs them up once more. Together a rare class counts too much by as much as it counted too little, and the model predicts it far too often.",
  what: "Keep one of the two.",
  sources: ["He and Garcia, Learning from Imbalanced Data, 2009 (sampling and cost-sensitive learning as alternatives)"],
  examples: { bad: [file("weighted", "balanced")], good: [file("weighted", "none"), file("shuffle", "balanced")] },
  check({ config: { data, loss } }) {
    if (data.sampling !== "weighted" || loss?.arguments.class_weights !== "balanced") return null;
    const at = `loss.${loss.kind}.class_weights`;
    return {
      at,
      message: "Rare classes are drawn more often and weighed more as well: together they count too much.",
      confidence: 0.8,
      fixes: [
        { title: "Leave the weights out", safe: false, edits: [{ path: at, remove: true }] },
        { title: "Draw examples as they come", safe: false, edits: [{ path: "data.sampling", remove: true }] },
      ],
    };
  },
});
