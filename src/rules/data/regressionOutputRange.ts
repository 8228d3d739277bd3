import { z } from "zod";
import { outputActivation, withoutActivation } from "../modelView.js";
import { defineDataRule } from "./defineDataRule.js";
import { excessSquare, shareOutside, targetSummary } from "./figures.js";

const file = (activation: string, targets: string, more = ""): string =>
  `data: { train: { inputs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], targets: [${targets}] }, scaling: standardize, task: regression${more} }\nmodel: [dense: { units: 8, activation: tanh }, dense: { units: 1, activation: ${activation} }]\nloss: mse\n`;

/** Values that an activation can give. */
const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
  sigmoid: [0, 1], softmax: [0, 1], tanh: [-1, 1], relu: [0, Infinity], softplus: [0, Infinity], elu: [-1, Infinity],
  silu: [-0.2785, Infinity], gelu: [-0.17, Infinity], selu: [-1.7581, Infinity], log_softmax: [-Infinity, 0],
};

export const regressionOutputRange = defineDataRule({
  id: "regression-output-range",
  severity: "error",
  problem: "learning",
  category: "activation",
  title: "Output cannot reach the targets",
  why: "The activation at the model's end bounds what it can answer. Targets beyond the bound are never reached, and towards it gradients vanish.",
  what: "End a regression with a linear output (no activation), or scale the targets into the range: data.target_scaling: minmax for sigmoid.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2.1"],
  options: z.strictObject({ share: z.number().min(0).max(1).default(0.01).describe("Share of the targets that may lie out of reach.") }),
  examples: {
    bad: [file("sigmoid", "3, 5, 7, 9, 11, 13, 15, 17, 19, 21"), file("relu", "-3.5, 2, -1, 0.5, 4, -2, 1, 3, -4, 2"), file("tanh", "0.1, 1.5, 2.2, 0.3, -1.7, 0.9, 2.8, -2.5, 1.1, 0.2")],
    good: [file("linear", "3, 5, 7, 9, 11, 13, 15, 17, 19, 21"), file("sigmoid", "0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1"), file("relu", "3, 5, 7, 9, 11, 13, 15, 17, 19, 21"), file("sigmoid", "3, 5, 7, 9, 11, 13, 15, 17, 19, 21", ", target_scaling: minmax")],
  },
  check({ config, dataset, task, loss }, { share }) {
    const last = outputActivation(config);
    const range = last === null ? undefined : ranges[last.kind];
    const targets = targetSummary(dataset);
    if ((task !== "regression" && task !== "autoencoder") || loss?.kind === "binary_cross_entropy" || last === null || range === undefined || targets === null) return null;
    const [low, high] = range;
    const slack = 1e-6 * Math.max(Math.abs(targets.min), Math.abs(targets.max), 1); // float32 scaling
    const outside = shareOutside(dataset, low - slack, high + slack);
    // targets just beyond a bound cost little: what is lost is compared with what there is to explain
    const lost = excessSquare(dataset, low, high) / Math.max(targets.variance, 1e-12);
    if (outside <= share || lost <= 0.01) return null;
    const bounds = high === Infinity ? `above ${low}` : low === -Infinity ? `below ${high}` : `between ${low} and ${high}`;
    return {
      at: last.path,
      message: `${last.kind} gives values ${bounds}, and ${percent(outside)} of the targets lie outside: they range from ${short(targets.min)} to ${short(targets.max)}.`,
      evidence: { low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null, target_min: targets.min, target_max: targets.max, share_outside: outside, variance_lost: lost },
      confidence: 0.95,
      fixes: [{ title: `Remove the ${last.kind}`, safe: true, edits: [withoutActivation(last)] }],
    };
  },
});

function percent(share: number): string {
  return `${share < 0.1 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;
}

function short(x: number): string {
  return String(Number(x.toPrecision(4)));
}
