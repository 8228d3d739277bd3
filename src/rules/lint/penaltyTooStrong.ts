import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { defineLintRule } from "./defineLintRule.js";
import { meantBy } from "./typingSlip.js";

const file = (penalty: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\nregularization: { ${penalty} }\n`;
const weights = (penalty: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu, ${penalty} }, dense: 2]\nloss: cross_entropy\n`;

const usual = { l1: 1e-4, l2: 1e-4, activity_l1: 1e-5, activity_l2: 1e-5 } as const;

export const penaltyTooStrong = defineLintRule({
  id: "penalty-too-strong",
  severity: "warning",
  problem: "learning",
  category: "regularization",
  title: "Penalty too strong",
  why: "l1 and l2 are added to the loss and summed over all weights: from some strength on, keeping weights near 0 pays more than being right; activity_l1 and activity_l2 do the same to what layers give. The model then answers the same for every input.",
  what: "Start with an l2 of 1e-4 (on activities 1e-5) and raise it only while validation improves.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 7.1", "Measured on the digits: l2 0.01 leaves 93 to 96 % right, 0.03 87 to 89 %, 0.1 31 to 47 %, 0.5 chance; l1 0.01 88 to 91 %, 0.03 chance (three seeds)", "Measured likewise, on the activities of 64 ReLU units: activity_l1 0.1 leaves 93 to 96 % right, 0.3 chance; activity_l2 0.1 97 to 99 %, 1 about 64 %, 10 chance"],
  options: z.strictObject({
    l1: z.number().gt(0).default(0.02).describe("Largest l1."),
    l2: z.number().gt(0).default(0.05).describe("Largest l2."),
    activity_l1: z.number().gt(0).default(0.2).describe("Largest activity_l1."),
    activity_l2: z.number().gt(0).default(0.5).describe("Largest activity_l2."),
  }),
  examples: { bad: [file("l2: 0.5"), file("l1: 0.1"), weights("l2: 1"), weights("activity_l1: 1"), file("activity_l2: 10")], good: [file("l2: 1e-4"), weights("l2: 0.01"), file("l1: 1e-4"), weights("activity_l1: 0.01")] },
  check({ config }, limits) {
    const places = [
      ...(config.regularization === null ? [] : [{ at: "regularization", values: writtenNames(config.regularization) }]),
      ...everyLayer(config.model).map((layer) => ({ at: layer.path, values: layer.arguments })),
    ];
    for (const { at, values } of places) {
      for (const kind of ["l1", "l2", "activity_l1", "activity_l2"] as const) {
        const value = values[kind];
        if (typeof value !== "number" || value <= limits[kind] || ((kind === "l1" || kind === "l2") && meantBy(kind, value) !== null)) continue;
        return {
          at: `${at}.${kind}`,
          message: `An ${kind} of ${value} outweighs the loss: ${kind.startsWith("activity") ? "what layers give shrinks" : "the weights shrink"} to nothing. Usual are 1e-5 to 0.01.`,
          evidence: { [kind]: value },
          confidence: value > 5 * limits[kind] ? 0.9 : 0.75,
          fixes: [{ title: `Set ${kind} to ${usual[kind]}`, safe: false, edits: [{ path: `${at}.${kind}`, value: usual[kind] }] }],
        };
      }
    }
    return null;
  },
});

/** The penalties of `regularization` by the names that the file has for them. */
function writtenNames({ l1, l2, activityL1, activityL2 }: NonNullable<TrainingConfig["regularization"]>): Readonly<Record<string, number>> {
  return { l1, l2, activity_l1: activityL1, activity_l2: activityL2 };
}
