import { defineLintRule } from "./defineLintRule.js";

const file = (generate: string, loss: string, task = ""): string => `data: { train: { generate: ${generate} }${task} }\nmodel: [dense: { units: 16, activation: relu }, dense: 1]\nloss: ${loss}\n`;

/** Losses that compare classes that exclude each other. */
const classLosses = new Set(["cross_entropy", "nll", "focal"]);

export const lossAgainstTask = defineLintRule({
  id: "loss-against-task",
  severity: "error",
  problem: "learning",
  category: "loss",
  title: "Loss made for another task",
  why: "cross_entropy, nll and focal compare the probabilities of classes that exclude each other. Numbers are no probabilities, and of several labels an example may have more than one: such a loss then has no minimum at the right answer.",
  what: "Numbers take mse (or mae, huber); several labels an example take binary_cross_entropy.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.1.1 and 6.2.2"],
  examples: {
    bad: [file("sine", "cross_entropy", ", task: regression"), file("sine", "nll", ", task: regression")],
    good: [file("sine", "mse"), file("sine", "huber"), file("two_moons", "binary_cross_entropy")],
  },
  check({ task, loss }) {
    if (loss === null || !classLosses.has(loss.kind) || (task !== "regression" && task !== "autoencoder" && task !== "multi_label")) return null;
    const wanted = task === "multi_label" ? "binary_cross_entropy" : "mse";
    return {
      at: "loss",
      message: task === "multi_label" ? `${loss.kind} gives each example one class; these have several labels each.` : `${loss.kind} compares classes; the targets here are numbers.`,
      evidence: { task },
      confidence: 0.97,
      fixes: [{ title: `Use ${wanted}`, safe: true, edits: [{ path: "loss", value: wanted }] }],
    };
  },
});
