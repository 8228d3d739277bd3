import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { median } from "./runHistory.js";

export const gradientSpikes = defineLiveRule({
  id: "gradient-spikes",
  severity: "info",
  problem: "learning",
  category: "learning_rate",
  title: "Gradient spikes that undo learning",
  why: "Now and then one batch's gradient is many times the usual, and its step throws the weights away from where they had come: the loss jumps up and takes long to come back.",
  what: "Clip the gradient's norm a little above its usual size: training: { clip: { norm: 1 } }.",
  sources: ["Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, 2013", "SageMaker Debugger (10 times the median); only spikes after which the loss is 1.5 times higher count, and three of them: single hard batches do no harm"],
  options: z.strictObject({ times: z.number().gt(1).default(10).describe("Norm of a spike, in medians of the last 64 measured.") }),
  watch(context, { times }) {
    let harmful = 0;
    let told = false;
    /** Loss before the last spike, and the step from which the one after counts. */
    let spike: { readonly step: number; readonly norm: number; readonly before: number } | null = null;
    return {
      onSteps({ losses, firstStep, statistics }, history) {
        // a chunk without a measured norm matters only behind one with a spike
        if (told || context.config.training.clip !== null || (statistics.length === 0 && spike === null)) return "unchanged";
        const usual = history.gradientNorms.length < 20 ? null : median(history.gradientNorms);
        const large = statistics.find(({ values }) => usual !== null && values.gradient_norm > times * usual);
        if (spike === null && large === undefined) return "unchanged";
        const level = median([...losses]);
        if (spike !== null && firstStep > spike.step && losses.length >= 5) {
          if (level > 1.5 * spike.before && level > 0.05 * (context.chance ?? level)) harmful += 1;
          spike = null;
        }
        if (large !== undefined && losses.length >= 5) spike = { step: large.step, norm: large.values.gradient_norm, before: level };
        if (harmful < 3 || usual === null) return "unchanged";
        told = true;
        return {
          step: history.lastStep, level: 1, at: "training.clip", confidence: 0.6,
          message: `Three times so far a gradient of more than ${times} times the usual norm (${short(usual)}) was followed by a higher loss.`,
          evidence: { usual, spikes: harmful },
          fixes: [{ title: `Clip the norm at ${short(3 * usual)}`, safe: false, edits: [{ path: "training.clip.norm", value: Number((3 * usual).toPrecision(2)) }] }],
        };
      },
    };
  },
});
