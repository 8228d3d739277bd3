import { placeOf, sequences } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const block = (units: number, rate: number): string => `dense: { units: ${units}, bias: false }, batch_norm, relu, dropout: ${rate}`;
const file = (model: string): string => `data: { train: { generate: two_moons } }\nmodel: [${model}, dense: 2]\nloss: cross_entropy\n`;

export const dropoutBetweenBatchNorms = defineLintRule({
  id: "dropout-between-batch-norms",
  severity: "info",
  problem: "generalisation",
  category: "regularization",
  title: "Dropout where batch normalisation suffices",
  why: "batch_norm regularises by the noise of its batches. Dropout before a later batch_norm, even with weights between them, gives it another variance in training than at inference, and the two together often do worse than either.",
  what: "Leave dropout out between layers that are normalised; keep it behind the last batch_norm if validation asks for it.",
  sources: ["Ioffe and Szegedy, Batch Normalization, 2015, 3.4 (dropout can be removed or reduced)", "Li et al., Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift, CVPR 2019"],
  examples: { bad: [file(`${block(32, 0.3)}, ${block(16, 0.3)}`)], good: [file("dense: { units: 32, bias: false }, batch_norm, relu, dropout: 0.3"), file(`${block(32, 0)}, ${block(16, 0.3)}`)] },
  check({ config: { model } }) {
    const places = sequences(model).flatMap((sequence) => sequence.filter((layer, index) => {
      if (layer.kind !== "dropout" || !(Number(layer.arguments.rate) > 0)) return false;
      const isNorm = ({ kind }: { kind: string }): boolean => kind === "batch_norm";
      return sequence.slice(0, index).some(isNorm) && sequence.slice(index).some(isNorm);
    }));
    const [first] = places;
    if (first === undefined) return null;
    return {
      at: first.path,
      message: `${first.name} drops values between two batch_norms${places.length > 1 ? ` (and ${places.length - 1} more do)` : ""}: the later one learns a variance that does not hold at inference.`,
      evidence: { layers: places.length, rate: Number(first.arguments.rate) },
      confidence: 0.6,
      fixes: [{ title: "Remove the dropout there", safe: false, edits: [...places].reverse().map(({ path }) => ({ path: placeOf(path), remove: true as const })) }],
    };
  },
});
