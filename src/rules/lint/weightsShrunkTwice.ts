import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (optimizer: string, more: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\n${more}`;

export const weightsShrunkTwice = defineLintRule({
  id: "weights-shrunk-twice",
  severity: "info",
  problem: "generalisation",
  category: "regularization",
  title: "Weight decay and l2 together",
  why: "l2 in the loss and decoupled weight decay both pull weights to zero, the one divided by Adam's root and the other not: which of the two a result comes from nobody can tell, and tuning one moves the other.",
  what: "Keep one: weight decay with adamw and its like, l2 with sgd.",
  sources: ["Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019"],
  examples: {
    bad: [file("{ adamw: { lr: 1e-3, weight_decay: 0.01 } }", "regularization: { l2: 1e-4 }\n"), file("{ sgd: 0.1 }", "regularization: { l2: 1e-4, weight_decay: 1e-3 }\n")],
    good: [file("{ adamw: { lr: 1e-3, weight_decay: 0.01 } }", ""), file("{ adam: 1e-3 }", "regularization: { l2: 1e-4 }\n"), file("{ adamw: { lr: 1e-3, weight_decay: 0 } }", "regularization: { l2: 1e-4 }\n")],
  },
  check({ config: { model, optimizer, regularization } }) {
    const own = Number(optimizer.arguments.weight_decay ?? 0) > 0 ? `optimizer.${optimizer.kind}.weight_decay` : null;
    const decay = (regularization?.weightDecay ?? 0) > 0 ? "regularization.weight_decay" : own;
    const layer = everyLayer(model).find(({ arguments: args }) => Number(args.l2 ?? 0) > 0);
    const l2 = (regularization?.l2 ?? 0) > 0 ? "regularization.l2" : layer === undefined ? null : `${layer.path}.l2`;
    if (decay === null || l2 === null) return null;
    return {
      at: l2,
      message: `${l2} and ${decay} both shrink the weights.`,
      confidence: 0.6,
      fixes: [{ title: "Leave the l2 out", safe: false, edits: [{ path: l2, remove: true }] }],
    };
  },
});
