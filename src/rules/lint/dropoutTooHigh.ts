import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { behindOutput } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (rate: number): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 64, activation: relu }, dropout: ${rate}, dense: 2]\nloss: cross_entropy\n`;

export const dropoutTooHigh = defineLintRule({
  id: "dropout-too-high",
  severity: "warning",
  problem: "learning",
  category: "regularization",
  title: "Dropout too high",
  why: "`dropout: p` drops with probability p. At 0.9 nine values in ten are missing: what remains is too little to learn from. A p that was meant as the probability of keeping a value does the opposite of what was wanted.",
  what: "Take 0.1 to 0.5.",
  sources: ["Srivastava et al., Dropout, 2014, 6.1 (keeping 0.4 to 0.8 of hidden units works; below, the error rises)", "Measured on the digits, one hidden layer, Adam 3e-3, 10 epochs, three seeds: 0.8 still reaches 92 to 94 %, 0.9 87 to 92 % at a training loss of 1.8; 0.9 twice stays at chance"],
  options: z.strictObject({ high: z.number().gt(0).lt(1).default(0.8).describe("Largest rate.") }),
  examples: { bad: [file(0.9)], good: [file(0.5), file(0.7)] },
  check({ config }, { high }) {
    const behind = behindOutput(config);
    const layer = everyLayer(config.model).find((candidate) => candidate.kind === "dropout" && Number(candidate.arguments.rate) > high && !behind.includes(candidate));
    if (layer === undefined) return null;
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
