import { z } from "zod";
import { unavoidableLayers, widthOf, widthPath } from "../modelView.js";
import type { LayerOutline } from "../../engine/layers/outline.js";
import type { Report } from "../rule.js";
import { defineDataRule } from "./defineDataRule.js";
import { isNumbers } from "./figures.js";

const labels = Array.from({ length: 80 }, (_, i) => i % 8);
const file = (hidden: string): string => `data: { train: { inputs: [${labels.map((label, i) => `[${label}, ${i % 5}]`).join(", ")}], targets: [${labels.join(", ")}] } }\nmodel: [${hidden}, dense: 8]\nloss: cross_entropy\n`;

export const narrowBottleneck = defineDataRule({
  id: "narrow-bottleneck",
  severity: "warning",
  problem: "learning",
  category: "architecture",
  title: "Layer far narrower than the classes",
  why: "All that the outputs know passes the narrowest layer. With far fewer values than classes these lie crowded, and what a ReLU unit cuts off takes several classes with it.",
  what: "Make hidden layers at least as wide as there are classes; usual is several times that.",
  sources: ["Measured on the digits: behind 64 units, Adam 3e-3, 10 epochs, three seeds: 28 to 61 % right through 2 units, 29 to 89 % through 4, 84 to 96 % through 5, 91 to 99 % through 8"],
  options: z.strictObject({ share: z.number().gt(0).lte(1).default(0.5).describe("Least width, as a share of the number of classes.") }),
  examples: { bad: [file("dense: { units: 16, activation: relu }, dense: { units: 2, activation: relu }")], good: [file("dense: { units: 16, activation: relu }"), file("dense: { units: 8, activation: relu }")] },
  check({ config, dataset, outline, task }, { share }) {
    const classes = task === "classification" ? dataset.classes?.length ?? 0 : 0;
    if (isNumbers(dataset.classes ?? [], dataset.splits.train.length)) return null;
    const narrow = unavoidableLayers(config).find((layer) => layer.kind === "dense" && widthOf(layer) < share * classes);
    if (narrow === undefined) return pooledAway(outline ?? [], classes, share);
    const wanted = 2 ** Math.ceil(Math.log2(2 * classes));
    return {
      at: widthPath(narrow),
      message: `${narrow.name} has ${widthOf(narrow)} unit${widthOf(narrow) === 1 ? "" : "s"}, and ${classes} classes must be told apart behind it.`,
      evidence: { units: widthOf(narrow), classes },
      confidence: 0.8,
      fixes: [{ title: `Set units to ${wanted}`, safe: false, edits: [{ path: widthPath(narrow), value: wanted }] }],
    };
  },
});

/** Maps that pools and strides have left with fewer values in all than half of the classes. */
function pooledAway(outline: readonly LayerOutline[], classes: number, share: number): Report | null {
  const values = ({ outputShape }: LayerOutline): number => outputShape.reduce((product, size) => product * size, 1);
  const last = outline.at(-1);
  const narrow = outline.find((layer) => layer !== last && layer.within.length === 0 && layer.outputShape.length >= 2 && values(layer) < share * classes && layer.kind !== "embedding");
  if (narrow === undefined) return null;
  return {
    at: narrow.path,
    message: `Behind ${narrow.name} an example is ${values(narrow)} value${values(narrow) === 1 ? "" : "s"} (${narrow.outputShape.join(" x ")}), and ${classes} classes must be told apart behind it.`,
    evidence: { values: values(narrow), classes },
    confidence: 0.8,
    fixes: "size" in narrow.arguments ? [{ title: "Pool by 2", safe: false, edits: [{ path: `${narrow.path}.size`, value: 2 }] }] : [],
  };
}
