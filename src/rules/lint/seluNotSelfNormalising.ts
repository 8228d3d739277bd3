import { everyLayer } from "../../engine/layers/nested.js";
import { activationAfter, hiddenLayers, placeOf } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (between: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: selu }, ${between}dense: { units: 16, activation: selu }, dense: 2]\nloss: cross_entropy\n`;

export const seluNotSelfNormalising = defineLintRule({
  id: "selu-not-self-normalising",
  severity: "info",
  problem: "learning",
  category: "activation",
  title: "Dropout or batch_norm between selu layers",
  why: "selu keeps mean 0 and variance 1 from layer to layer by itself. dropout changes both, batch_norm does the same work again: what selu is taken for is lost.",
  what: "Leave them out between selu layers, or use relu with them.",
  sources: ["Klambauer et al., Self-Normalizing Neural Networks, 2017 (alpha dropout, because ordinary dropout breaks the fixed point)"],
  examples: { bad: [file("dropout: 0.2, "), file("batch_norm, ")], good: [file(""), file("dropout: 0, ")] },
  check({ config }) {
    const hidden = hiddenLayers(config).filter((layer) => activationAfter(config, layer)?.kind === "selu");
    if (hidden.length < 2) return null;
    const breaks = everyLayer(config.model).find(({ kind, arguments: args }) => kind === "batch_norm" || (kind === "dropout" && Number(args.rate) > 0));
    if (breaks === undefined) return null;
    return {
      at: breaks.path,
      message: `${breaks.name} changes the mean and variance that selu keeps by itself.`,
      evidence: { layers: hidden.length },
      confidence: 0.5,
      fixes: [{ title: `Remove the ${breaks.kind}`, safe: false, edits: [{ path: placeOf(breaks.path), remove: true }] }],
    };
  },
});
