import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";
import { inputScales } from "./figures.js";

const file = (augment: string): string => `data: { train: data/t10k-images-idx3-ubyte.gz, labels: data/t10k-labels-idx1-ubyte.gz, limit: 200, scaling: unit, augment: [${augment}] }\nmodel: [conv2d: { filters: 8, kernel: 3, activation: relu }, flatten, dense: 10]\nloss: cross_entropy\n`;

/** The argument that says how much, for those that move or cover pixels. */
const pixelArguments: Readonly<Record<string, string>> = { crop: "padding", shift: "pixels", cutout: "size" };

export const augmentationTooStrong = defineDataRule({
  id: "augmentation-too-strong",
  severity: "warning",
  problem: "learning",
  category: "regularization",
  title: "Augmentation that leaves little of the examples",
  why: "Augmentation shows an example as it might also have looked. When much of it is moved out of the picture, covered, or drowned in noise, its label no longer tells what can be seen, and the model learns to answer by chance.",
  what: "Move images by about an eighth of their side, cover up to half of it, and keep noise well below the inputs' own size.",
  sources: ["DeVries and Taylor, Cutout, 2017, figure 3: best at half of CIFAR's side, worse than nothing near three quarters of it", "He et al., Deep Residual Learning, 2015: crops with padding 4 of 32 pixels"],
  options: z.strictObject({
    move: z.number().gt(0).default(1 / 3).describe("Largest move, as a share of the shorter side."),
    cover: z.number().gt(0).default(0.75).describe("Largest cover, as a share of the shorter side."),
    noise: z.number().gt(0).default(1).describe("Largest deviation of the noise, as a share of the inputs' root mean square."),
  }),
  examples: { bad: [file("shift: 12"), file("flip_vertical, crop: 20"), file("cutout: 24"), file("noise: 1")], good: [file("shift: 3"), file("crop: 4"), file("cutout: 14"), file("noise: 0.1, rotate: 10")] },
  check({ config, dataset }, { move, cover, noise }) {
    const [, height, width] = dataset.inputs.dims.slice(1);
    const side = Math.min(height, width);
    const rms = Math.max(0, ...inputScales(dataset).map((scale) => scale.rms).filter(Number.isFinite));
    for (const [i, { kind, arguments: args }] of config.data.augment.entries()) {
      const argument = kind === "noise" ? "std" : pixelArguments[kind];
      if (argument === undefined || (kind !== "noise" && dataset.inputKind !== "image")) continue;
      const amount = Number(args[argument]);
      const whole = kind === "noise" ? rms : side;
      const share = amount / whole;
      if (!(whole > 0) || share <= (kind === "noise" ? noise : kind === "cutout" ? cover : move)) continue;
      const at = `data.augment[${i}].${kind}.${argument}`;
      const value = kind === "noise" ? Number((rms / 10).toPrecision(1)) : Math.max(1, Math.round(kind === "cutout" ? side / 2 : side / 8));
      const against = kind === "noise" ? `inputs whose root mean square is ${short(rms)}` : `images of ${height} x ${width} pixels`;
      return {
        at,
        message: `${kind} ${short(amount)} on ${against} leaves little to learn from.`,
        evidence: { amount, whole, share },
        confidence: share > 1 ? 0.9 : 0.7,
        fixes: [{ title: `Set ${argument} to ${value}`, safe: false, edits: [{ path: at, value }] }],
      };
    }
    return null;
  },
});

function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
