import { defineDataRule } from "./defineDataRule.js";

const file = (model: string): string => `data: { train: data/t10k-images-idx3-ubyte.gz, labels: data/t10k-labels-idx1-ubyte.gz, limit: 200, scaling: unit }\nmodel: [${model}, flatten, dense: 10]\nloss: cross_entropy\n`;
const conv = "conv2d: { filters: 8, kernel: 3, padding: same, activation: relu }";

export const shrinksToNothing = defineDataRule({
  id: "shrinks-to-nothing",
  severity: "warning",
  problem: "learning",
  category: "architecture",
  title: "Maps that have shrunk to a point",
  why: "Each pool and each stride takes away resolution. Once a map is a single point a further convolution sees that point and padding: of a kernel of 3 x 3 eight weights in nine have nothing to look at, and where something stood in the image is long gone.",
  what: "Pool less often, or put global_avg_pool and dense where the map is small.",
  sources: ["Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016"],
  examples: { bad: [file(`${conv}, max_pool: 28, ${conv}`)], good: [file(`${conv}, max_pool: 4, ${conv}`)] },
  check({ outline }) {
    const found = (outline ?? []).find(({ kind, inputShape, arguments: { kernel } }) =>
      /^(conv[23]d|depthwise_conv2d)$/.test(kind) && inputShape.length >= 3 && inputShape.slice(1).every((size) => size === 1) && [kernel].flat().some((size) => Number(size) > 1));
    if (found === undefined) return null;
    const pool = (outline ?? []).findLast((layer, index) => index < (outline ?? []).indexOf(found) && layer.inputShape.slice(1).some((size, axis) => size > layer.outputShape.slice(1)[axis]) && "size" in layer.arguments);
    return {
      at: found.path,
      message: `${found.name} gets maps of a single point: its kernel sees nothing but that and padding.`,
      evidence: { input: found.inputShape.join(" x ") },
      confidence: 0.8,
      fixes: pool === undefined ? [] : [{ title: `Pool by 2 in ${pool.name}`, safe: false, edits: [{ path: `${pool.path}.size`, value: 2 }] }],
    };
  },
});
