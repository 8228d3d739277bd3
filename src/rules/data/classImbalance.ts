import { z } from "zod";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Report } from "../rule.js";
import { defineDataRule } from "./defineDataRule.js";
import { classCounts, takesNumbersForClasses } from "./figures.js";

const file = (rare: number, more = "", loss = "cross_entropy"): string => {
  const targets = Array.from({ length: 60 }, (_, i) => (i % 60 < rare ? 1 : 0));
  return `data: { train: { inputs: [${targets.map((_, i) => i / 60).join(", ")}], targets: [${targets.join(", ")}] }, split: { validation: 0.1, test: 0 }${more} }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nloss: ${loss}\n`;
};

export const classImbalance = defineDataRule({
  id: "class-imbalance",
  severity: "warning",
  problem: "predictions",
  category: "data",
  title: "Classes of very different size",
  why: "When one class is rare the model does well by never predicting it: accuracy looks good and says little.",
  what: "Draw rare classes more often (data.sampling: weighted) or weigh them more (loss.cross_entropy.class_weights: balanced), and look at the confusion matrix rather than at accuracy.",
  sources: ["He and Garcia, Learning from Imbalanced Data, 2009; 10 : 1 as in SageMaker Debugger's ClassImbalance"],
  options: z.strictObject({ ratio: z.number().gt(1).default(10).describe("Examples of the largest class for one of the smallest.") }),
  examples: {
    bad: [file(4)],
    good: [file(20), file(4, ", sampling: weighted"), file(4, "", "{ cross_entropy: { class_weights: balanced } }")],
  },
  check({ config, dataset, outline, loss }, { ratio }) {
    if (takesNumbersForClasses({ dataset, outline })) return null; // targets-not-probabilities
    if (dataset.task !== "classification") return null; // rare letters and words are what a language is like
    const counts = classCounts(dataset);
    const names = dataset.classes ?? [];
    const largest = Math.max(...counts);
    if (counts.filter((count) => count > 0).length === 1) return oneClass(names[counts.indexOf(largest)], largest);
    if (counts.length < 2 || isCured(config)) return null;
    // a class that the training split lacks altogether is another trouble
    const smallest = Math.min(...counts.filter((count) => count > 0));
    if (!(largest >= ratio * smallest)) return null;
    const name = (count: number): string => names[counts.indexOf(count)];
    const kind = loss?.kind ?? "cross_entropy";
    return {
      at: "data.sampling",
      message: `Class ${name(largest)} has ${largest} training examples, class ${name(smallest)} has ${smallest}: ${Math.round(largest / smallest)} to 1, and nothing makes up for it.`,
      evidence: { largest, smallest, ratio: largest / smallest },
      confidence: largest >= 3 * ratio * smallest ? 0.9 : 0.75,
      fixes: [
        { title: "Draw rare classes more often", safe: false, edits: [{ path: "data.sampling", value: "weighted" }] },
        { title: "Weigh classes by their frequency", safe: false, edits: [{ path: `loss.${kind}.class_weights`, value: "balanced" }] },
      ],
    };
  },
});

/** No weight and no sampling makes up for a class that is not there. */
function oneClass(name: string, examples: number): Report {
  return {
    at: "data.train",
    message: `All ${examples} training examples are of one class, ${name}: the model learns to say ${name} whatever it sees.`,
    evidence: { classes: 1, examples },
    confidence: 0.95,
    severity: "error",
    fixes: [],
  };
}

function isCured({ data, loss }: TrainingConfig): boolean {
  return data.sampling === "weighted" || (loss !== null && loss.arguments.class_weights !== undefined && loss.arguments.class_weights !== "none");
}
