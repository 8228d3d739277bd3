import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";
import { runLength } from "./runLength.js";

const file = (momentum: number, steps = 1000): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, bias: false }, batch_norm: { momentum: ${momentum} }, relu, dense: 2]\nloss: cross_entropy\ntraining: { steps: ${steps} }\n`;

export const batchNormMomentum = defineLintRule({
  id: "batch-norm-momentum",
  severity: "warning",
  problem: "predictions",
  category: "architecture",
  title: "Running averages of batch_norm too slow or too fast",
  why: "At inference batch_norm uses running averages of mean and variance. momentum is the weight of the old average: too close to 1 for the run's steps, and they still hold the 0 and 1 they began with; near 0 (PyTorch's 0.1 means 0.9 here), and they are those of the last batch alone.",
  what: "Take 0.9, or up to 0.99 in runs of many steps.",
  sources: ["Ioffe and Szegedy, Batch Normalization, 2015", "PyTorch, BatchNorm (its momentum is the weight of the new value)", "Measured on the digits, 450 steps, three seeds: 91 to 95 % right with 0.999, 97 to 100 % with 0.9 and 0.99, 97 to 99 % with 0.1"],
  examples: { bad: [file(0.999, 300), file(0.1)], good: [file(0.9), file(0.99), file(0.999, 10_000)] },
  check(context) {
    const { totalSteps } = runLength(context);
    for (const layer of everyLayer(context.config.model)) {
      const momentum = Number(layer.arguments.momentum);
      if (layer.kind !== "batch_norm" || !Number.isFinite(momentum)) continue;
      const slow = momentum > 0.95 && totalSteps !== null && momentum ** totalSteps > 0.2;
      if (!slow && momentum > 0.3) continue;
      return {
        at: `${layer.path}.momentum`,
        message: slow ? `After ${totalSteps} steps the averages of ${layer.name} still hold ${Math.round(100 * momentum ** totalSteps)} % of the 0 and 1 that they began with.` : `The averages of ${layer.name} are those of the last batch or two: momentum is the weight of the old average here.`,
        evidence: { momentum, steps: totalSteps },
        severity: slow ? undefined : "info",
        confidence: slow ? 0.8 : 0.6,
        fixes: [{ title: "Set momentum to 0.9", safe: false, edits: [{ path: `${layer.path}.momentum`, value: 0.9 }] }],
      };
    }
    return null;
  },
});
