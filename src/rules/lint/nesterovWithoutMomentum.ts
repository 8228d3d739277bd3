import { defineLintRule } from "./defineLintRule.js";

const file = (sgd: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: { sgd: { lr: 0.1${sgd} } }\n`;

export const nesterovWithoutMomentum = defineLintRule({
  id: "nesterov-without-momentum",
  severity: "warning",
  problem: "learning",
  category: "optimizer",
  title: "Nesterov without momentum",
  why: "Nesterov's step looks ahead along the momentum. Without momentum there is nothing to look along: this is plain gradient descent, ten times slower than with the 0.9 that was probably meant.",
  what: "Set momentum: 0.9, or leave nesterov out.",
  sources: ["Sutskever et al., On the importance of initialization and momentum in deep learning, 2013"],
  examples: { bad: [file(", nesterov: true")], good: [file(", nesterov: true, momentum: 0.9"), file("")] },
  check({ config: { optimizer } }) {
    if (optimizer.kind !== "sgd" || optimizer.arguments.nesterov !== true || Number(optimizer.arguments.momentum) > 0) return null;
    return {
      at: "optimizer.sgd.nesterov",
      message: "nesterov looks ahead along the momentum, and momentum is 0: it does nothing.",
      confidence: 0.7,
      fixes: [{ title: "Set momentum to 0.9", safe: false, edits: [{ path: "optimizer.sgd.momentum", value: 0.9 }] }, { title: "Leave nesterov out", safe: true, edits: [{ path: "optimizer.sgd.nesterov", remove: true }] }],
    };
  },
});
