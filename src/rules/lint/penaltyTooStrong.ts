import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";
import { meantBy } from "./typingSlip.js";

const file = (penalty: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\nregularization: { ${penalty} }\n`;
const weights = (penalty: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu, ${penalty} }, dense: 2]\nloss: cross_entropy\n`;

export const penaltyTooStrong = defineLintRule({
  id: "penalty-too-strong",
  severity: "warning",
  problem: "learning",
  category: "regularization",
  title: "Penalty on the weights too strong",
  why: "l1 and l2 are added to the loss and summed over all weights: from some strength on, keeping weights near 0 pays more than being right, and the model answers the same for every input.",
  what: "Start with an l2 of 1e-4 and raise it only while validation improves.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 7.1", "Measured on the digits: l2 0.01 leaves 93 to 96 % right, 0.03 87 to 89 %, 0.1 31 to 47 %, 0.5 chance; l1 0.01 88 to 91 %, 0.03 chance (three seeds)"],
  options: z.strictObject({
    l1: z.number().gt(0).default(0.02).describe("Largest l1."),
    l2: z.number().gt(0).default(0.05).describe("Largest l2."),
  }),
  examples: { bad: [file("l2: 0.5"), file("l1: 0.1"), weights("l2: 1")], good: [file("l2: 1e-4"), weights("l2: 0.01"), file("l1: 1e-4")] },
  check({ config }, limits) {
    const places = [
      ...(config.regularization === null ? [] : [{ at: "regularization", values: config.regularization as unknown as Readonly<Record<string, unknown>> }]),
      ...everyLayer(config.model).map((layer) => ({ at: layer.path, values: layer.arguments })),
    ];
    for (const { at, values } of places) {
      for (const kind of ["l1", "l2"] as const) {
        const value = values[kind];
        if (typeof value !== "number" || value <= limits[kind] || meantBy(kind, value) !== null) continue;
        return {
          at: `${at}.${kind}`,
          message: `An ${kind} of ${value} outweighs the loss: the weights shrink to nothing. Usual are 1e-5 to 0.01.`,
          evidence: { [kind]: value },
          confidence: value > 5 * limits[kind] ? 0.9 : 0.75,
          fixes: [{ title: `Set ${kind} to 1e-4`, safe: false, edits: [{ path: `${at}.${kind}`, value: 1e-4 }] }],
        };
      }
    }
    return null;
  },
});
