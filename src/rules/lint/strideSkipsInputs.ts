import { everyLayer } from "../../engine/layers/nested.js";
import type { LayerConfig } from "../../engine/training/config.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (convolution: string): string => `data: { train: data/t10k-images-idx3-ubyte.gz, labels: data/t10k-labels-idx1-ubyte.gz, limit: 200, scaling: unit }\nmodel: [conv2d: { filters: 8, ${convolution}, activation: relu }, flatten, dense: 10]\nloss: cross_entropy\n`;

export const strideSkipsInputs = defineLintRule({
  id: "stride-skips-inputs",
  severity: "warning",
  problem: "learning",
  category: "architecture",
  title: "Stride longer than the kernel",
  why: "A kernel that moves further than it is wide steps over values that no unit ever sees: with a kernel of 3 and a stride of 4 nearly half of an image counts for nothing.",
  what: "Take a stride of at most the kernel's width; a kernel of 1 is a different matter, where it only makes a shape fit.",
  sources: ["Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016"],
  examples: { bad: [file("kernel: 3, stride: 5")], good: [file("kernel: 3, stride: 2"), file("kernel: 3, stride: 3"), file("kernel: 1, stride: 2")] },
  check({ config }) {
    for (const layer of everyLayer(config.model)) {
      const skipped = skips(layer);
      if (skipped === null) continue;
      return {
        at: `${layer.path}.stride`,
        message: `${layer.name} moves ${skipped.stride} values at a time with a kernel of ${skipped.reach}: ${skipped.stride - skipped.reach} of every ${skipped.stride} along that axis are never seen.`,
        evidence: skipped,
        confidence: 0.7,
        fixes: [{ title: "Take a stride of 2", safe: false, edits: [{ path: `${layer.path}.stride`, value: 2 }] }],
      };
    }
    return null;
  },
});

/** The first axis along which a convolution steps over values. */
function skips({ kind, arguments: args }: LayerConfig): { readonly stride: number; readonly reach: number } | null {
  if (!/^(conv[123]d|depthwise_conv2d)$/.test(kind)) return null;
  const [kernels, strides, dilations] = [args.kernel, args.stride, args.dilation].map((value) => (Array.isArray(value) ? (value as number[]) : [Number(value ?? 1)]));
  const axes = Math.max(kernels.length, strides.length);
  for (let axis = 0; axis < axes; axis += 1) {
    const at = (values: readonly number[]): number => values[Math.min(axis, values.length - 1)];
    // holes of a dilation are filled by the windows beside it
    if (at(kernels) > 1 && at(dilations) === 1 && at(strides) > at(kernels)) return { stride: at(strides), reach: at(kernels) };
  }
  return null;
}
