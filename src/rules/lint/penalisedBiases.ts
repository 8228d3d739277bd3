import { defineLintRule } from "./defineLintRule.js";

const file = (penalty: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\nregularization: { ${penalty} }\n`;

export const penalisedBiases = defineLintRule({
  id: "penalised-biases",
  severity: "info",
  problem: "generalisation",
  category: "regularization",
  title: "Penalty on biases",
  why: "A bias moves a unit and binds it to no input: there are few of them, they need few examples, and pulling them to zero keeps the model from fitting the mean of what it sees.",
  what: "Leave include_biases out: penalties then are on weights alone.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 7.1 (regularizing the bias parameters can introduce a significant amount of underfitting)"],
  examples: { bad: [file("l2: 1e-4, include_biases: true")], good: [file("l2: 1e-4"), file("l2: 0, include_biases: true")] },
  check({ config: { regularization } }) {
    if (regularization === null || !regularization.includeBiases || (regularization.l1 === 0 && regularization.l2 === 0)) return null;
    return {
      at: "regularization.include_biases",
      message: "l1 and l2 pull biases to zero as well.",
      confidence: 0.5,
      fixes: [{ title: "Penalise weights alone", safe: false, edits: [{ path: "regularization.include_biases", remove: true }] }],
    };
  },
});
