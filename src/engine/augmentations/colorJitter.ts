import { z } from "zod";
import type { Tensor } from "../graph/builder.js";
import { defineAugmentation, drawnWithin } from "./defineAugmentation.js";

const amount = (what: string) => z.number().min(0).max(1).default(0).describe(`${what} by a factor within [1 - this, 1 + this].`);

/**
 * On values within [0, 1], each result clipped to it, in this order (torchvision draws an order anew for every image):
 * brightness y = b x; contrast y = c x + (1 - c) mean(grey(x)); saturation y = s x + (1 - s) grey(x), grey = 0.2989 R + 0.587 G + 0.114 B;
 * hue: turned by h turns in the HSV cone
 */
export const colorJitter = defineAugmentation({
  kind: "color_jitter",
  summary: "Changes brightness, contrast, saturation and hue of images a little.",
  source: "torchvision's ColorJitter",
  arguments: z
    .strictObject({
      brightness: amount("Changes the brightness"),
      contrast: amount("Changes the contrast"),
      saturation: amount("Changes the saturation"),
      hue: z.number().min(0).max(0.5).default(0).describe("Turns the hue by up to this share of the colour circle."),
    })
    .refine((a) => a.brightness + a.contrast + a.saturation + a.hue > 0, "color_jitter needs how much: such as { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05 }."),
  needs: "colours",
  draws: ["brightness", "contrast", "saturation", "hue"],
  draw(args, random) {
    const factor = (most: number): number => drawnWithin(random, 1 - most, 1 + most);
    return [factor(args.brightness), factor(args.contrast), factor(args.saturation), drawnWithin(random, -args.hue, args.hue)];
  },
  change: {
    moves: "values",
    apply(args, x, drawn, { offset, divisor, largest }) {
      const graph = x.builder;
      // scaled values as [0, 1] and back
      let image = graph.op("Add", [graph.op("Mul", [x, graph.scalar(divisor / largest)]), graph.scalar(offset / largest)]);
      const isColour = x.dims[1] === 3;
      if (args.brightness > 0) image = unit(graph.op("Mul", [image, drawn.brightness]));
      if (args.contrast > 0) image = blend(image, graph.op("ReduceMean", [isColour ? greyOf(image) : image, graph.ints([1, 2, 3])], { keepdims: 1 }), drawn.contrast);
      if (args.saturation > 0 && isColour) image = blend(image, greyOf(image), drawn.saturation);
      if (args.hue > 0 && isColour) image = turnedHue(image, drawn.hue);
      return graph.op("Sub", [graph.op("Mul", [image, graph.scalar(largest / divisor)]), graph.scalar(offset / divisor)]);
    },
  },
});

function unit(x: Tensor): Tensor {
  return x.builder.op("Clip", [x, x.builder.scalar(0), x.builder.scalar(1)]);
}

/** share x + (1 - share) other, within [0, 1]. */
function blend(x: Tensor, other: Tensor, share: Tensor): Tensor {
  const graph = x.builder;
  const rest = graph.op("Sub", [graph.scalar(1), share]);
  return unit(graph.op("Add", [graph.op("Mul", [share, x]), graph.op("Mul", [rest, other])]));
}

/** [batch, 3, H, W] as three of [batch, 1, H, W]. */
function channels(x: Tensor): readonly [Tensor, Tensor, Tensor] {
  const [r, g, b] = x.builder.ops("Split", [x], { axis: 1, num_outputs: 3 }, { outputs: 3 });
  return [r, g, b];
}

function greyOf(x: Tensor): Tensor {
  const graph = x.builder;
  const weights = [0.2989, 0.587, 0.114];
  return graph.op("Sum", channels(x).map((channel, k) => graph.op("Mul", [channel, graph.scalar(weights[k])])));
}

/**
 * Hue within [0, 6) by which channel is the largest (the first of equal ones): (g - b) / d, 2 + (b - r) / d, 4 + (r - g) / d with d = max - min.
 * Back: channel k is max - d clamp(min(t, 4 - t), 0, 1), t = (5, 3, 1)[k] + hue modulo 6 (Smith, Color Gamut Transform Pairs, 1978).
 */
function turnedHue(x: Tensor, turns: Tensor): Tensor {
  const graph = x.builder;
  const [r, g, b] = channels(x);
  const most = graph.op("Max", [r, g, b]);
  const range = graph.op("Sub", [most, graph.op("Min", [r, g, b])]);
  const isGrey = graph.op("Equal", [range, graph.scalar(0)]);
  const divisor = graph.op("Where", [isGrey, graph.scalar(1), range]);
  const sector = (start: number, from: Tensor, to: Tensor): Tensor => graph.op("Add", [graph.op("Div", [graph.op("Sub", [from, to]), divisor]), graph.scalar(start)]);
  const ofGreenOrBlue = graph.op("Where", [graph.op("Equal", [g, most]), sector(2, b, r), sector(4, r, g)]);
  const hue = graph.op("Where", [graph.op("Equal", [r, most]), sector(0, g, b), ofGreenOrBlue]);
  const turned = graph.op("Add", [hue, graph.op("Mul", [turns, graph.scalar(6)])]);
  const back = [5, 3, 1].map((start) => {
    const t = modulo6(graph.op("Add", [turned, graph.scalar(start)]));
    const share = unit(graph.op("Min", [t, graph.op("Sub", [graph.scalar(4), t])]));
    return graph.op("Sub", [most, graph.op("Mul", [range, share])]);
  });
  return graph.op("Concat", back, { axis: 1 });
}

function modulo6(x: Tensor): Tensor {
  const graph = x.builder;
  return graph.op("Sub", [x, graph.op("Mul", [graph.op("Floor", [graph.op("Mul", [x, graph.scalar(1 / 6)])]), graph.scalar(6)])]);
}
