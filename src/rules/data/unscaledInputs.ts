import { z } from "zod";
import { holdsWeights, isNormalising, readsIndices } from "../modelView.js";
import { defineDataRule } from "./defineDataRule.js";
import { inputScales } from "./figures.js";

const file = (scale: number, more = "", first = ""): string =>
  `data: { train: { inputs: [${[1, 4, 2, 8, 5, 7, 3, 6, 9, 2].map((x, i) => `[${x * scale}, ${i / 10}]`).join(", ")}], targets: [a, b, a, b, b, b, a, b, b, a] }${more} }\nmodel: [${first}dense: { units: 8, activation: relu }, dense: 2]\nloss: cross_entropy\n`;

export const unscaledInputs = defineDataRule({
  id: "unscaled-inputs",
  severity: "warning",
  problem: "learning",
  category: "preprocessing",
  title: "Inputs of wild scale",
  why: "Initial weights and usual learning rates are made for inputs of size about 1. Inputs in the hundreds saturate or blow up the first layer, columns of different size are learned at different speeds, and tiny ones hardly at all.",
  what: "Set data.scaling: standardize for columns, unit for images of bytes; or begin the model with batch_norm.",
  sources: ["LeCun et al., Efficient BackProp, 1998, 4.3", "UMLAUT flags inputs outside [-1, 1]; the bounds here leave room for values such as 0 to 16, which train well as they are"],
  options: z.strictObject({
    high: z.number().gt(0).default(30).describe("Largest root mean square of a column."),
    low: z.number().min(0).default(0.005).describe("Least root mean square of the largest column."),
  }),
  examples: {
    bad: [file(500), file(1e-5).replace(/, 0\.\d\]|, 0\]/g, "]")],
    good: [file(1), file(500, ", scaling: standardize"), file(500, ", scaling: minmax"), file(500, "", "batch_norm, "), file(5, "", "embedding: { vocab: 60, dim: 4 }, flatten, ").replaceAll(/0\.(\d)\]/g, "$1]")],
  },
  check({ config, dataset }, { high, low }) {
    // an embedding looks its numbers up: their size means nothing
    if (readsIndices(config.model)) return null;
    const firstWeighted = config.model.findIndex(holdsWeights);
    if (config.model.slice(0, Math.max(firstWeighted, 0)).some(isNormalising)) return null;
    const scales = inputScales(dataset).filter(({ rms }) => Number.isFinite(rms)).sort((a, b) => b.rms - a.rms);
    const [largest] = scales;
    if (largest === undefined || largest.rms === 0 || (largest.rms <= high && largest.rms >= low)) return null;
    const bytes = dataset.inputs.type === "uint8" && dataset.inputKind === "image";
    const kind = bytes ? "unit" : "standardize";
    const smallest = scales.findLast(({ rms }) => rms > 0) ?? largest;
    const whole = scales.length === 1;
    const columns = whole ? "Inputs have" : `Column ${largest.column} has`;
    const spread = whole || smallest.rms > largest.rms / 100 ? "" : `, ${smallest.column} ${short(smallest.rms)}`;
    return {
      at: "data.scaling",
      message: `${columns} a root mean square of ${short(largest.rms)}${spread}, and nothing scales ${whole ? "them" : "it"} before the first layer.`,
      evidence: { column: largest.column, rms: largest.rms, smallest_rms: smallest.rms, columns_above: scales.filter(({ rms }) => rms > high).length },
      confidence: largest.rms > 5 * high || largest.rms < low / 5 ? 0.9 : 0.7,
      fixes: [{ title: `Set data.scaling to ${kind}`, safe: false, edits: [{ path: "data.scaling", value: kind }] }],
    };
  },
});

function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
