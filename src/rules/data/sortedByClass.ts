import { defineDataRule } from "./defineDataRule.js";

const file = (target: (i: number) => number, sampling: string): string =>
  `data: { train: { inputs: [${Array.from({ length: 60 }, (_, i) => `[${(i * 7) % 11}, ${(i * 5) % 13}]`).join(", ")}], targets: [${Array.from({ length: 60 }, (_, i) => target(i)).join(", ")}] }, sampling: ${sampling} }\nmodel: [dense: { units: 8, activation: relu }, dense: 3]\nloss: cross_entropy\ntraining: { batch_size: 8 }\n`;

export const sortedByClass = defineDataRule({
  id: "sorted-by-class",
  severity: "warning",
  problem: "learning",
  category: "data",
  title: "Examples in the order of their classes",
  why: "With sampling: sequential the batches come in the order of the data. Sorted by class they are of one class for a long time: the model learns to say that class, then the next, and forgets the one before.",
  what: "Draw in random order: data.sampling: shuffle (the default).",
  sources: ["Bengio, Practical recommendations for gradient-based training of deep architectures, 2012, 3.1 (shuffle; examples of one class in a row slow learning down)"],
  examples: { bad: [file((i) => Math.floor(i / 20), "sequential")], good: [file((i) => Math.floor(i / 20), "shuffle"), file((i) => (i * 7) % 3, "sequential")] },
  check({ config, dataset }) {
    const { train } = dataset.splits;
    const classes = dataset.classes?.length ?? 0;
    const { batchSize } = config.training;
    if (config.data.sampling !== "sequential" || dataset.task !== "classification" || classes < 2 || typeof batchSize !== "number" || train.length < 2 * batchSize || train.length < 20) return null;
    let changes = 0;
    for (let i = 1; i < train.length; i += 1) if (dataset.targets.data[train[i]] !== dataset.targets.data[train[i - 1]]) changes += 1;
    const longest = train.length / (changes + 1);
    // runs of one class that fill whole batches; in random order a run is one to two examples long
    if (longest < 2 * batchSize && changes > 2 * classes) return null;
    return {
      at: "data.sampling",
      message: `The training examples come in ${changes + 1} runs of one class each, and nothing shuffles them.`,
      evidence: { runs: changes + 1, classes },
      confidence: 0.9,
      fixes: [{ title: "Shuffle", safe: true, edits: [{ path: "data.sampling", value: "shuffle" }] }],
    };
  },
});
