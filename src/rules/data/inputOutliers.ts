import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";
import { inputColumns, sample } from "./rows.js";

const file = (last: number, scaling: string): string => {
  const xs = [...Array.from({ length: 59 }, (_, i) => ((i * 7) % 11) / 2), last];
  return `data: { train: { inputs: [${xs.map((x, i) => `[${x}, ${i % 4}]`).join(", ")}], targets: [${xs.map((_, i) => (i * 5 + (i % 3)) % 2).join(", ")}] }, split: { validation: 0, test: 0 }, scaling: ${scaling} }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nloss: cross_entropy\ndiagnostics: { rules: { no-validation-data: off } }\n`;
};

/** Deviations that hold 95 % of a column below which it is squeezed: a lognormal column has 1.6, one of 0.05 has an outlier 30 times beyond the rest. */
const squeezed = 0.2;

export const inputOutliers = defineDataRule({
  id: "input-outliers",
  severity: "warning",
  problem: "learning",
  category: "preprocessing",
  title: "One value that squeezes all others",
  why: "minmax maps the least value to 0 and the largest to 1, standardize divides by the deviation. One outlier far beyond the rest (a code for missing, a slip of the pen) pushes all others into a corner, where the model can hardly tell them apart.",
  what: "Look at the column's largest values, mend or drop them; where one is not far beyond the rest, standardize bears it better than minmax.",
  sources: ["scikit-learn, Compare the effect of different scalers on data with outliers"],
  options: z.strictObject({ share: z.number().gt(0).lt(1).default(0.02).describe("Least width of the middle 95 % of a column, as a share of its range.") }),
  examples: { bad: [file(1e6, "minmax"), file(1e6, "standardize")], good: [file(6, "minmax"), file(60, "standardize")] },
  check({ dataset, config }, { share }) {
    const columns = inputColumns(dataset);
    const examples = sample(dataset.splits.train, 5000);
    const { scaling } = config.data;
    if (columns === null || (scaling !== "minmax" && scaling !== "standardize") || examples.length < 30) return null;
    for (let column = 0; column < columns.width; column += 1) {
      const values = Float64Array.from(examples, (example) => columns.value(example, column)).sort();
      const [low, high] = [0.025, 0.975].map((quantile) => values[Math.round(quantile * (values.length - 1))]);
      const range = values[values.length - 1] - values[0];
      const { name, mean, std, min, max } = dataset.rawStatistics[column];
      // deviations of the middle values once they are standardized: 3.9 of normal ones
      const standardized = ((high - low) / range) * ((max - min) / std);
      // counts that mostly are 0 have no outliers
      if (!(high > low) || !(std > 0) || (scaling === "minmax" ? high - low >= share : standardized >= squeezed) || new Set(values).size < 10) continue;
      const far = values[values.length - 1] - high > low - values[0] ? max : min;
      return {
        at: "data.scaling",
        message: `Column ${name} has a value of ${short(far)}, and 95 % of the others lie within ${short((100 * (high - low)) / range)} % of its range (mean ${short(mean)}): ${scaling} squeezes them into a corner.`,
        evidence: { column: name, mean, outlier: far, spread: (high - low) / range },
        confidence: 0.75,
        fixes: scaling === "minmax" && standardized >= squeezed ? [{ title: "Standardize instead", safe: false, edits: [{ path: "data.scaling", value: "standardize" }] }] : [],
      };
    }
    return null;
  },
});

function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
