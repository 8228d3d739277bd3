import { z } from "zod";
import { optimizers } from "../../engine/optimizers/registry.js";
import { hiddenLayers, isLinearModel, widthOf } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";
import { meantBy } from "./typingSlip.js";

const file = (optimizer: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\noptimizer: ${optimizer}\n`;

/**
 * Rates beyond which an optimizer hardly ever works. Adam, AdamW and RMSProp move every weight by about the rate each step,
 * whatever the gradient: at 0.03 a weight of a layer of usual width changes by its own size in a few steps. SGD's range is Bengio's, 1e-6 to 1.
 * Small networks bear more (see `swing`): between `high` and that the rate is a hint, and the cause only if the run shows trouble.
 */
const ranges: Readonly<Record<string, { readonly low: number; readonly high: number }>> = {
  sgd: { low: 1e-6, high: 1 },
  adagrad: { low: 1e-5, high: 1 },
  adam: { low: 1e-6, high: 0.03 },
  adamw: { low: 1e-6, high: 0.03 },
  rmsprop: { low: 1e-6, high: 0.03 },
  nadam: { low: 1e-6, high: 0.03 },
  adamax: { low: 1e-6, high: 0.05 },
  yogi: { low: 1e-6, high: 0.05 },
  // every weight moves by the rate in full: a third to a tenth of Adam's
  lion: { low: 1e-7, high: 0.01 },
  // its own steps are in the weights' unit: 1 is as its paper has it, the 1e-3 of a habit a thousandth of that
  adadelta: { low: 0.02, high: 10 },
};
/** Optimizers whose steps do not depend on the gradient's size. */
const scaleFree = new Set(["adam", "adamw", "rmsprop", "nadam", "adamax", "yogi"]);
/**
 * A step of such an optimizer moves the input of a unit by up to rate x width of the layer before it. Measured: networks of 8 to 16 hidden
 * units learn xor and two moons at 0.05 to 0.1 (swing 0.4 to 1.6); 16 units at rate 1, 32 at 0.5 and 64 at 0.1 (6 to 16) do not settle.
 */
const highestSwing = 2;
/** Momentum multiplies SGD's rate by 1 / (1 - momentum) along a steady gradient; common recipes reach 1 (0.1 with 0.9). */
const highWithMomentum = 3;
/** On whole gradients, which no batch makes noisy: toy networks of sigmoids are taught so, with 0.5 and 0.9. */
const highOnWholeGradients = 10;
/** Momentum that nobody means to use with a rate that suits 0.9. */
const extremeMomentum = 0.98;

export const learningRateRange = defineLintRule({
  id: "learning-rate-range",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "Learning rate out of range",
  why: "Above a rate that depends on the optimizer the loss jumps about or grows without bound; far below it nothing moves in the steps that there are.",
  what: "Start from the optimizer's default, or let the learning-rate range test suggest a value.",
  sources: ["Bengio, Practical recommendations for gradient-based training of deep architectures, 2012 (1e-6 to 1)", "Schoop et al., UMLAUT, 2021 (Adam above 0.01 or below 1e-7; widened here, because small networks still train at 0.03; a hint only while rate x hidden width is at most 2)", "Chen et al., Symbolic Discovery of Optimization Algorithms, 2023 (lion: a rate 3 to 10 times smaller than AdamW's); Zeiler, ADADELTA, 2012"],
  options: z.strictObject({
    low: z.number().min(0).optional().describe("Least rate. Default: 1e-6 (adagrad 1e-5, lion 1e-7, adadelta 0.02)."),
    high: z.number().gt(0).optional().describe("Largest rate. Default: 0.03 for adam, adamw and rmsprop, 1 for sgd and adagrad, 0.05 for adamax and yogi, 0.01 for lion, 10 for adadelta; with momentum lr / (1 - momentum) up to 3."),
  }),
  examples: {
    bad: [file("{ adam: { lr: 0.5 } }"), file("{ sgd: { lr: 10 } }"), file("{ sgd: { lr: 0.9, momentum: 0.9 } }"), file("{ adam: { lr: 1e-9 } }"), file("{ adadelta: { lr: 1e-3 } }"), file("{ lion: { lr: 0.1 } }")],
    good: [file("{ adam: { lr: 1e-3 } }"), file("{ adam: 0.01 }"), file("{ sgd: { lr: 0.1, momentum: 0.9 } }"), file("{ sgd: 1 }"), file("{ adam: 0.05 }"), file("{ adam: 0.3 }").replace("dense: { units: 16, activation: relu }, ", ""), `${file("{ sgd: { lr: 0.5, momentum: 0.9 } }")}training: { batch_size: full }\n`],
  },
  check({ config }, options) {
    const { optimizer } = config;
    const range = ranges[optimizer.kind];
    const rate = optimizer.arguments.lr;
    if (range === undefined || typeof rate !== "number" || meantBy("lr", rate) !== null) return null;
    const low = options.low ?? range.low;
    const high = options.high ?? range.high;
    const momentum = typeof optimizer.arguments.momentum === "number" ? optimizer.arguments.momentum : 0;
    const effective = rate / (1 - momentum);
    // a rate that momentum alone makes too long is momentum's fault: momentum-range
    const tooHigh = rate > high || (momentum > 0 && momentum < extremeMomentum && effective > Math.max(highWithMomentum, high));
    if (!tooHigh && rate >= low) return null;
    const swing = rate * Math.max(0, ...hiddenLayers(config).map(widthOf));
    // without hidden layers the problem is convex as a rule, and rates up to 1 only cost smoothness
    const convex = swing === 0 && isLinearModel(config);
    const small = scaleFree.has(optimizer.kind) && rate <= 1 && swing <= highestSwing && (swing > 0 || convex);
    const whole = config.training.batchSize === "full" && rate <= high && effective <= highOnWholeGradients;
    const bearable = tooHigh && options.high === undefined && (small || whole);
    if (bearable && small && convex) return null;
    const at = `optimizer.${optimizer.kind}.lr`;
    const standard = optimizers.get(optimizer.kind)?.arguments.parse({}).lr as number;
    const cause = !tooHigh ? "nothing will move" : small && bearable ? "small networks bear it, larger ones do not settle" : rate > high ? "training will not settle" : `with momentum ${momentum} steps add up to a rate of ${Number(effective.toPrecision(3))}`;
    return {
      at,
      message: `A learning rate of ${plain(rate)} is ${tooHigh ? "high" : "low"} for ${optimizer.kind}: ${cause}. Usual are ${plain(low)} to ${plain(high)}.`,
      evidence: { lr: rate, low, high, effective },
      confidence: rate > 10 * high || rate < low / 10 ? 0.9 : 0.7,
      severity: rate === 0 ? "error" : bearable ? "info" : undefined,
      fixes: [{ title: `Set lr to ${standard}`, safe: false, edits: [{ path: at, value: standard }] }],
    };
  },
});

/** 1e-6 rather than 0.000001. */
function plain(x: number): string {
  return x !== 0 && x < 1e-3 ? x.toExponential().replace("+", "") : String(x);
}
