import { isLinear, isWeighted, sequences, widthOf } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string): string => `data: { train: { generate: two_moons } }\nmodel: ${model}\nloss: cross_entropy\n`;

export const missingNonlinearity = defineLintRule({
  id: "missing-nonlinearity",
  severity: "warning",
  problem: "learning",
  category: "activation",
  title: "No activation between two layers",
  why: "A linear function of a linear function is linear: without an activation between them two layers can do no more than one, whatever their width.",
  what: "Give the first of the two an activation such as relu.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.1 (XOR)"],
  examples: {
    bad: [file("[dense: 16, dense: 2]"), file("[dense: 16, dropout: 0.2, dense: 2]")],
    good: [file("[dense: { units: 16, activation: relu }, dense: 2]"), file("[dense: 16, tanh, dense: 2]"), file("[dense: 2]"), file("[dense: { units: 32, activation: relu }, dense: 4, dense: { units: 32, activation: relu }, dense: 2]")],
  },
  check({ config: { model } }) {
    const places = sequences(model).flatMap((sequence) => sequence.flatMap((layer, index) => {
      if (!isWeighted(layer) || !isLinear(layer)) return [];
      const next = sequence.slice(index + 1).find((candidate) => isWeighted(candidate) || !isLinear(candidate));
      if (next === undefined || !isWeighted(next)) return [];
      // a narrow layer before a wider one is a low-rank factorisation, which is meant to be linear
      return widthOf(layer) < widthOf(next) ? [] : [{ layer, next }];
    }));
    const [first] = places;
    if (first === undefined) return null;
    const others = places.length > 1 ? ` The same holds for ${places.length - 1} more.` : "";
    return {
      at: `${first.layer.path}.activation`,
      message: `Nothing nonlinear stands between ${first.layer.name} and ${first.next.name}: together they are one linear layer.${others}`,
      evidence: { pairs: places.length },
      fixes: [{ title: "Add relu", safe: false, edits: places.map(({ layer }) => ({ path: `${layer.path}.activation`, value: "relu" })) }],
    };
  },
});
