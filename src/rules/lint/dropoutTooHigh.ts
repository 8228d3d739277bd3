import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { behindOutput } from "../modelView.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Report } from "../rule.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (rate: number): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 64, activation: relu }, dropout: ${rate}, dense: 2]\nloss: cross_entropy\n`;
const several = (rate: number): string => `data: { train: { generate: two_moons } }\nmodel: [${`dense: { units: 64, activation: relu }, dropout: ${rate}, `.repeat(3)}dense: 2]\nloss: cross_entropy\n`;

/** Dropouts from which their number counts. */
const high = 0.5;

export const dropoutTooHigh = defineLintRule({
  id: "dropout-too-high",
  severity: "warning",
  problem: "learning",
  category: "regularization",
  title: "Dropout too high",
  why: "`dropout: p` drops with probability p. At 0.9 nine values in ten are missing: what remains is too little to learn from. A p that was meant as the probability of keeping a value does the opposite of what was wanted.",
  what: "Take 0.1 to 0.5.",
  sources: ["Srivastava et al., Dropout, 2014, 6.1 (keeping 0.4 to 0.8 of hidden units works; below, the error rises)", "Measured on the digits, one hidden layer, Adam 3e-3, 10 epochs, three seeds: 0.8 still reaches 92 to 94 %, 0.9 87 to 92 % at a training loss of 1.8; 0.9 twice stays at chance", "Measured likewise, dropout behind each of several layers of 64: 0.5 four times (6 % kept) leaves 87 to 91 % right, 0.7 three times (2.7 %) 55 to 78 %, 0.6 four times (2.6 %) 43 to 51 %, 0.8 three times (0.8 %) chance"],
  options: z.strictObject({ high: z.number().gt(0).lt(1).default(0.8).describe("Largest rate."), kept: z.number().gt(0).lt(1).default(0.03).describe("Least share of values that is left behind several dropouts of 0.5 and more, each behind the other.") }),
  examples: { bad: [file(0.9), several(0.8)], good: [file(0.5), file(0.7), several(0.5)] },
  check({ config }, { high: highest, kept: least }) {
    const behind = behindOutput(config);
    const layer = everyLayer(config.model).find((candidate) => candidate.kind === "dropout" && Number(candidate.arguments.rate) > highest && !behind.includes(candidate));
    if (layer === undefined) return togetherTooHigh(config, least);
    const rate = Number(layer.arguments.rate);
    const kept = Number((1 - rate).toPrecision(3));
    return {
      at: layer.path,
      message: `${layer.name} drops ${Math.round(100 * rate)} % of its inputs; what remains is hardly enough to learn from.`,
      evidence: { rate },
      confidence: 0.85,
      fixes: [{ title: `Drop ${kept} instead`, safe: false, edits: [{ path: layer.path, value: kept }] }],
    };
  },
});

/** Dropouts that are usual one by one, and together leave next to nothing. */
function togetherTooHigh(config: TrainingConfig, least: number): Report | null {
  const behind = behindOutput(config);
  const layers = config.model.filter((layer) => layer.kind === "dropout" && Number(layer.arguments.rate) >= high && !behind.includes(layer));
  const left = layers.reduce((product, { arguments: { rate } }) => product * (1 - Number(rate)), 1);
  if (layers.length < 2 || left >= least) return null;
  return {
    at: layers[0].path,
    message: `${layers.length} dropouts, of ${layers.map(({ arguments: { rate } }) => String(rate)).join(", ")}, leave ${Number((100 * left).toPrecision(2))} % of what comes in.`,
    evidence: { dropouts: layers.length, kept: left },
    confidence: 0.8,
    fixes: [{ title: "Drop 0.2 in each", safe: false, edits: layers.map(({ path }) => ({ path, value: 0.2 })) }],
  };
}
