import { z } from "zod";
import { defineLintRule } from "./defineLintRule.js";
import { runLength } from "./runLength.js";

const file = (data: string, training: string): string => `data: { train: { generate: two_moons, examples: 300000 }, ${data} }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\ntraining: { ${training} }\n`;

/** Examples of a first run that show whether a file learns at all, and passes over them. */
const first = { examples: 10_000, epochs: 3 };
/** Of fewer examples a part saves little: an epoch is short, and a run is watched and stopped. */
const fewest = 10 * first.examples;

export const longFirstRun = defineLintRule({
  id: "long-first-run",
  severity: "info",
  problem: "learning",
  category: "epochs",
  title: "A long run before a short one",
  why: "What keeps a model from learning shows within minutes on a part of the data: a wrong loss, a rate that is too high, labels that do not fit. A run of hours tells it no better, and later.",
  what: "For a first run take part of the data and few epochs; when the loss falls, let both grow, and take the limit away for the run that counts.",
  sources: ["Karpathy, A Recipe for Training Neural Networks, 2019 (begin small, overfit a part, then grow)", "Goodfellow, Bengio and Courville, Deep Learning, 2016, 11.5"],
  options: z.strictObject({ examples: z.number().min(1).default(20_000_000).describe("Examples shown in all, every epoch's counted, from which a run is long.") }),
  examples: {
    bad: [file("split: { validation: 0.1 }", "epochs: 100")],
    good: [file("limit: 10000", "epochs: 100"), file("split: { validation: 0.1 }", "epochs: 3"), file("split: { validation: 0.1 }", "epochs: 100").replace("300000", "30000"), file("split: { validation: 0.1 }", "epochs: 100000").replace("300000", "3000")],
  },
  check(context, { examples }) {
    const { data, training, initFrom } = context.config;
    const { totalSteps, examplesPerStep } = runLength(context);
    // weights of an earlier run: this is not the first
    if (totalSteps === null || examplesPerStep === null || (context.trainExamples ?? 0) < fewest || data.limit !== null || initFrom !== null || totalSteps * examplesPerStep < examples) return null;
    const shown = Math.round(totalSteps * examplesPerStep);
    return {
      at: training.steps !== null ? "training.steps" : "training.epochs",
      message: `The run shows ${shown.toLocaleString("en-US")} examples. For a first run ${first.examples.toLocaleString("en-US")} of them and ${first.epochs} epochs tell whether it learns; then let both grow.`,
      evidence: { examples_shown: shown },
      confidence: 0.5,
      fixes: [{ title: `Read ${first.examples.toLocaleString("en-US")} examples for now`, safe: false, edits: [{ path: "data.limit", value: first.examples }] }],
    };
  },
});
