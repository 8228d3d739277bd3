import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";

const file = (init: string): string => `data: { train: { generate: two_moons, examples: 200 } }\nmodel: [{ dense: { units: 16, activation: relu } }, { dense: { units: 16, activation: relu, init: ${init} } }, dense: 2]\nloss: cross_entropy\n`;

/** Standard deviation of a written initialiser; null for those that mind the layer's size themselves, and for constants. */
function deviationOf(init: unknown): number | null {
  if (typeof init !== "object" || init === null) return null;
  const { normal, uniform } = init as { readonly normal?: unknown; readonly uniform?: unknown };
  if (typeof normal === "number") return normal;
  return typeof uniform === "number" ? uniform / Math.sqrt(3) : null;
}

export const initialisationScale = defineDataRule({
  id: "initialisation-scale",
  severity: "warning",
  problem: "learning",
  category: "initialisation",
  title: "Initial weights of the wrong size",
  why: "Weights of deviation 1 / sqrt(inputs) pass values on at the size that they came in. Many times larger, outputs blow up from layer to layer, sigmoids saturate and the first steps go into undoing it; many times smaller, values and gradients fade away.",
  what: "Leave init out: he_normal before ReLU kinds, glorot_uniform else mind the layer's size.",
  sources: ["Glorot and Bengio, 2010; He et al., Delving Deep into Rectifiers, 2015", "TheDeepChecker tests the variance of initial weights against the layer's size; the bounds here leave room for Keras' usual deviations of 0.01 to 0.05"],
  options: z.strictObject({
    high: z.number().gt(1).default(5).describe("Largest deviation, in units of sqrt(2 / inputs of a unit)."),
    low: z.number().gt(0).lt(1).default(0.01).describe("Least deviation, in the same unit; the output layer may be smaller."),
  }),
  examples: { bad: [file("{ normal: 5 }"), file("{ uniform: 10 }"), file("{ normal: 1e-5 }")], good: [file("he_normal"), file("{ normal: 0.05 }"), file("{ normal: 1 }"), file("{ uniform: 0.5 }")] },
  check({ outline }, { high, low }) {
    // an embedding looks one vector up: its size is its own, whatever the number of symbols
    const weighted = (outline ?? []).filter(({ kind }) => kind !== "embedding").flatMap((layer) => layer.tensors.filter(({ role }) => role === "weight").map(({ fanIn }) => ({ layer, fanIn })));
    for (const [index, { layer, fanIn }] of weighted.entries()) {
      const deviation = deviationOf(layer.arguments.init);
      if (deviation === null || !(deviation > 0)) continue; // zeros are zero-initialisation's
      const proper = Math.sqrt(2 / fanIn);
      const times = deviation / proper;
      if (times <= high && (times >= low || index === weighted.length - 1)) continue;
      const at = `${layer.path}.init`;
      return {
        at,
        message: `The weights of ${layer.name} start with a deviation of ${short(deviation)}; for ${fanIn} inputs about ${short(proper)} keeps values at their size.`,
        evidence: { deviation, proper, inputs: fanIn },
        confidence: times > 5 * high || times < low / 5 ? 0.9 : 0.75,
        fixes: [{ title: "Use the default initialiser", safe: true, edits: [{ path: at, remove: true }] }],
      };
    }
    return null;
  },
});

function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
