import { optimizers } from "../../engine/optimizers/registry.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (optimizer: string, batch: number): string => `data: { train: { generate: two_moons, examples: 5000 } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\ntraining: { epochs: 20, batch_size: ${batch} }\n`;

export const rateForBatch = defineLintRule({
  id: "rate-for-batch",
  severity: "info",
  problem: "learning",
  category: "learning_rate",
  title: "Rate not moved with the batch size",
  why: "A batch k times larger makes k times fewer steps of an epoch, from gradients that are less noisy: sgd bears, and needs, a rate about k times larger. A default rate with a batch of a thousand learns as much as a thirtieth of it would at the default batch.",
  what: "With sgd multiply the rate by as much as the batch (by its root with Adam kinds), with a warm-up; or keep the batch small.",
  sources: ["Goyal et al., Accurate, Large Minibatch SGD, 2017 (linear scaling, 0.1 for 256)", "Krizhevsky, One weird trick for parallelizing convolutional neural networks, 2014 (root scaling)"],
  examples: { bad: [file("sgd", 1024)], good: [file("{ sgd: 0.1 }", 1024), file("sgd", 32), file("{ adam: 1e-3 }", 1024)] },
  check({ config: { optimizer, training } }) {
    if (optimizer.kind !== "sgd" || typeof training.batchSize !== "number") return null;
    const batch = training.batchSize * training.accumulate;
    const rate = Number(optimizer.arguments.lr) / (1 - Number(optimizer.arguments.momentum ?? 0));
    const standard = Number(optimizers.get("sgd")?.arguments.parse({}).lr);
    if (batch < 512 || rate > standard) return null;
    const wanted = Math.min(0.5, Number(((0.1 * batch) / 256).toPrecision(1)));
    return {
      at: "optimizer.sgd.lr",
      message: `A rate of ${Number(optimizer.arguments.lr)} is made for batches of about 32; a step here takes ${batch} examples.`,
      evidence: { lr: Number(optimizer.arguments.lr), batch_size: batch },
      confidence: 0.5,
      fixes: [{ title: `Set lr to ${wanted}`, safe: false, edits: [{ path: "optimizer.sgd.lr", value: wanted }] }],
    };
  },
});
