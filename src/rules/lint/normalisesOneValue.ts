import type { LayerConfig } from "../../engine/training/config.js";
import { hiddenLayers, isWeighted, placeOf, sequences, widthOf } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string): string => `data: { train: { generate: two_moons } }\nmodel: [${model}, dense: 2]\nloss: cross_entropy\n`;

export const normalisesOneValue = defineLintRule({
  id: "normalises-one-value",
  severity: "error",
  problem: "learning",
  category: "architecture",
  title: "Normalisation over a single value",
  why: "Of one value the mean is the value itself: what comes out is 0 (then the learned shift), whatever went in. The model answers the same for every example, and no gradient passes.",
  what: "Normalise over several values: wider layers before layer_norm, fewer groups than channels in group_norm.",
  sources: ["Ba, Kiros, Hinton, Layer Normalization, 2016; Wu and He, Group Normalization, 2018"],
  examples: {
    bad: [file("dense: { units: 16, activation: relu }, dense: { units: 1, activation: tanh }, layer_norm"), file("dense: { units: 16, activation: relu }, group_norm: { groups: 16 }")],
    good: [file("dense: { units: 16, activation: relu }, layer_norm"), file("dense: { units: 16, activation: relu }, group_norm: { groups: 4 }")],
  },
  check({ config }) {
    const hidden = hiddenLayers(config);
    for (const sequence of sequences(config.model)) {
      for (const [index, norm] of sequence.entries()) {
        const before = sequence.slice(0, index).findLast(isWeighted);
        // convolutions have whole maps to normalise over
        if (before === undefined || before.kind !== "dense" || !hidden.includes(before) || !isSingle(norm, widthOf(before))) continue;
        return {
          at: norm.path,
          message: `${norm.name} normalises single values of ${before.name}: each becomes 0, whatever it was.`,
          confidence: 0.95,
          fixes: [{ title: `Remove the ${norm.kind}`, safe: false, edits: [{ path: placeOf(norm.path), remove: true }] }],
        };
      }
    }
    return null;
  },
});

function isSingle({ kind, arguments: args }: LayerConfig, width: number): boolean {
  return (kind === "layer_norm" && width === 1) || (kind === "group_norm" && Number(args.groups) === width);
}
