import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { activationAfter, hiddenLayers, isNormalising } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const layer = (activation: string, init: string): string => `dense: { units: 16, activation: ${activation}, init: ${init} }`;
const file = (layers: readonly string[]): string => `data: { train: { generate: two_moons } }\nmodel: [${layers.join(", ")}, dense: 2]\nloss: cross_entropy\n`;
const times = (count: number, text: string): string[] => Array.from({ length: count }, () => text);

const forRelu: ReadonlySet<string> = new Set(["relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "softplus"]);
const saturating: ReadonlySet<string> = new Set(["tanh", "sigmoid"]);

export const initialisationForActivation = defineLintRule({
  id: "initialisation-for-activation",
  severity: "info",
  problem: "learning",
  category: "initialisation",
  title: "Initialiser made for another activation",
  why: "An initialiser keeps the size of values from layer to layer for one kind of activation. Half the variance too little before relu is halved again in each layer; twice too much pushes tanh and sigmoid towards saturation; selu normalises itself only from lecun_normal.",
  what: "Leave init out: he_normal before ReLU kinds, lecun_normal before selu, glorot_uniform else.",
  sources: ["He et al., Delving Deep into Rectifiers, 2015 (30 layers: He's converges, Glorot's does not; 22 layers: both do)", "Klambauer et al., Self-Normalizing Neural Networks, 2017", "A factor of 2 a layer: from 5 layers on more than 30, so that shallower models, which train either way, are left in peace"],
  options: z.strictObject({ layers: z.int().min(1).default(5).describe("Layers with such an initialiser from which it is told; selu: any.") }),
  examples: {
    bad: [file(times(5, layer("relu", "lecun_normal"))), file([layer("selu", "he_normal")]), file(times(5, layer("tanh", "he_normal")))],
    good: [file(times(5, layer("relu", "he_normal"))), file(times(2, layer("relu", "glorot_uniform"))), file([layer("selu", "lecun_normal")])],
  },
  check({ config }, { layers }) {
    if (everyLayer(config.model).some(isNormalising)) return null;
    const places = hiddenLayers(config).flatMap((hidden) => {
      const { init } = hidden.arguments;
      const activation = activationAfter(config, hidden)?.kind ?? "linear";
      const [family] = typeof init === "string" ? init.split("_") : [];
      const wanted = activation === "selu" && (family === "he" || family === "glorot") ? "lecun_normal"
        : forRelu.has(activation) && (family === "glorot" || family === "lecun") ? "he_normal"
          : saturating.has(activation) && family === "he" ? "glorot_uniform" : null;
      return wanted === null ? [] : [{ hidden, activation, init, wanted }];
    });
    const told = places.find(({ activation }) => activation === "selu") ?? (places.length >= layers ? places[0] : undefined);
    if (told === undefined) return null;
    return {
      at: `${told.hidden.path}.init`,
      message: `${told.hidden.name} starts with ${String(told.init)} before ${told.activation}; made for that is ${told.wanted}.`,
      evidence: { layers: places.length, wanted: told.wanted },
      confidence: 0.5,
      fixes: [{ title: "Use the default initialiser", safe: true, edits: places.map(({ hidden }) => ({ path: `${hidden.path}.init`, remove: true as const })) }],
    };
  },
});
