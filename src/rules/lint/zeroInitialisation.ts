import { everyLayer } from "../../engine/layers/nested.js";
import type { LayerConfig } from "../../engine/training/config.js";
import { activationAfter, holdsWeights, isWeighted, sequences } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string): string => `data: { train: { generate: two_moons } }\nmodel: ${model}\nloss: cross_entropy\n`;

/** Whether every weight of a layer starts at the same value, and which. */
function constantInit({ arguments: { init } }: LayerConfig): number | null {
  if (init === "zeros") return 0;
  if (init === "ones") return 1;
  if (typeof init !== "object" || init === null) return null;
  if ("constant" in init) return Number(init.constant);
  return ("normal" in init && init.normal === 0) || ("uniform" in init && init.uniform === 0) ? 0 : null;
}

export const zeroInitialisation = defineLintRule({
  id: "zero-initialisation",
  severity: "error",
  problem: "learning",
  category: "initialisation",
  title: "Hidden weights all start alike",
  why: "Units that start with the same weights get the same gradient and stay alike: a layer of them is worth one unit. After zeros, relu is off for every example and its gradient is zero for ever. An output layer may start at zeros, since the layer below it differs by unit.",
  what: "Leave init out: he_normal before ReLU kinds, glorot_uniform else. Biases may start at zero.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 8.4 (breaking symmetry)"],
  examples: {
    bad: [file("[dense: { units: 16, activation: relu, init: zeros }, dense: 2]"), file("[dense: { units: 16, activation: tanh, init: zeros }, dense: { units: 2, init: zeros }]"), file("[dense: { units: 16, activation: relu, init: { constant: 0.1 } }, dense: 2]")],
    good: [file("[dense: { units: 2, init: zeros }]"), file("[dense: { units: 16, activation: relu }, dense: { units: 2, init: zeros }]"), file("[dense: { units: 16, activation: relu, bias_init: zeros }, dense: 2]")],
  },
  check({ config }) {
    const { model } = config;
    const weighted = everyLayer(model).filter(isWeighted);
    // a branch may start at nothing: residual blocks are often begun with zeros in their last layer
    const ends = sequences(model).map((sequence) => sequence.findLast(holdsWeights));
    const hidden = weighted.filter((layer) => !ends.includes(layer) && constantInit(layer) !== null);
    const [first] = hidden;
    if (first === undefined) return null;
    const value = constantInit(first) as number;
    const activation = activationAfter(config, first)?.kind ?? null;
    // random weights above tell the units apart in time, unless relu shuts them all off at zero
    const hopeless = hidden.length > 1 || weighted.every((layer) => constantInit(layer) !== null) || (value === 0 && activation === "relu");
    return {
      at: `${first.path}.init`,
      message: `All weights of ${first.name} start at ${value}: ${value === 0 && activation === "relu" ? "relu is off for every example, and no gradient passes" : "its units get the same inputs and start as one"}.`,
      evidence: { layers: hidden.length, value },
      confidence: hopeless ? 0.97 : 0.7,
      severity: hopeless ? "error" : "warning",
      fixes: [{ title: "Use the default initialiser", safe: true, edits: weighted.filter((layer) => constantInit(layer) !== null).map((layer) => ({ path: `${layer.path}.init`, remove: true as const })) }],
    };
  },
});
