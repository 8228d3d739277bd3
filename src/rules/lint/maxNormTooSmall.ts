import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (more: string, layer = ""): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu${layer} }, dense: 2]\nloss: cross_entropy\n${more}`;

export const maxNormTooSmall = defineLintRule({
  id: "max-norm-too-small",
  severity: "warning",
  problem: "learning",
  category: "regularization",
  title: "Max-norm too small",
  why: "max_norm bounds the length of the vector of weights into each unit. Where the bound is far below 1 no unit can tell its inputs apart clearly, and the outputs stay near chance whatever the steps.",
  what: "Take 1 to 4.",
  sources: ["Srivastava et al., Dropout, 2014, 5.1 (max-norm of 3 to 4)", "Measured on the digits, Adam 3e-3, three seeds: chance at 0.01 and 0.03, 25 to 32 % right at 0.1, 57 to 65 % at 0.3, 91 to 94 % at 1"],
  options: z.strictObject({ low: z.number().gt(0).default(0.2).describe("Least bound.") }),
  examples: { bad: [file("regularization: { max_norm: 0.01 }\n"), file("", ", max_norm: 0.05")], good: [file("regularization: { max_norm: 3 }\n"), file("regularization: { max_norm: 0.5 }\n")] },
  check({ config: { model, regularization } }, { low }) {
    const layer = everyLayer(model).find(({ arguments: args }) => typeof args.max_norm === "number" && args.max_norm < low);
    const section = regularization?.maxNorm ?? null;
    const [at, bound] = layer !== undefined ? [`${layer.path}.max_norm`, Number(layer.arguments.max_norm)] : section !== null && section < low ? ["regularization.max_norm", section] : [null, 0];
    if (at === null) return null;
    return {
      at,
      message: `A max_norm of ${bound} keeps every unit's weights near 0; usual are 1 to 4.`,
      evidence: { max_norm: bound },
      confidence: 0.8,
      fixes: [{ title: "Set max_norm to 3", safe: false, edits: [{ path: at, value: 3 }] }],
    };
  },
});
