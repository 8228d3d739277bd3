import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";
import { targetSummary } from "./figures.js";

const file = (scale: number, more = "", optimizer = "{ adam: 1e-3 }"): string =>
  `data: { train: { inputs: [${Array.from({ length: 40 }, (_, i) => `[${((i * 7) % 11) / 11}, ${((i * 5) % 13) / 13}]`).join(", ")}], targets: [${Array.from({ length: 40 }, (_, i) => (((i * 7) % 11) / 11 + ((i * 5) % 13) / 26) * scale).join(", ")}] }, task: regression${more} }\nmodel: [dense: { units: 8, activation: relu }, dense: 1]\nloss: mse\noptimizer: ${optimizer}\n`;

export const targetScale = defineDataRule({
  id: "target-scale",
  severity: "warning",
  problem: "learning",
  category: "preprocessing",
  title: "Targets of wild scale",
  why: "A fresh model answers about 0, in numbers of size 1. Targets in the thousands ask for outputs that the steps take ages to reach (Adam moves a weight by about the rate each), or give errors and gradients so large that plain gradient descent runs away.",
  what: "Scale the targets: data.target_scaling: standardize. Predictions and metrics stay in the original unit.",
  sources: ["LeCun et al., Efficient BackProp, 1998, 4.5 (target values)", "Measured on made-up house prices (mean 3e5), inputs scaled, Adam 1e-3, 50 epochs: an r2 of -7.4, of 0.98 with scaled targets after 30; Fahrenheit degrees (size 60) at Adam 0.3 and progression of diabetes (size 170) at Adam 1 learn well as they are"],
  options: z.strictObject({ high: z.number().gt(0).default(1000).describe("Largest root mean square of the targets.") }),
  examples: { bad: [file(1e5)], good: [file(1), file(100), file(1e5, ", target_scaling: standardize")] },
  check({ dataset, loss }, { high }) {
    const targets = targetSummary(dataset);
    if (targets === null || dataset.task !== "regression" || dataset.splits.train.length < 5 || loss === null || !["mse", "mae", "huber"].includes(loss.kind)) return null;
    const size = Math.sqrt(targets.meanSquare);
    if (!(size > high)) return null;
    return {
      at: "data.target_scaling",
      message: `The targets have a root mean square of ${Number(size.toPrecision(3))} (from ${Number(targets.min.toPrecision(3))} to ${Number(targets.max.toPrecision(3))}); outputs start near 0, at a size of 1.`,
      evidence: { rms: size, min: targets.min, max: targets.max },
      confidence: size > 10 * high ? 0.85 : 0.7,
      fixes: [{ title: "Standardize the targets", safe: false, edits: [{ path: "data.target_scaling", value: "standardize" }] }],
    };
  },
});
