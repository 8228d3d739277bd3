import { z } from "zod";
import { defineAugmentation } from "./defineAugmentation.js";

/** y[i, j] = 0 where centre - floor(size / 2) <= i, j < centre + ceil(size / 2), the centre any pixel; 0 of the scaled values, so the mean of standardised data */
export const cutout = defineAugmentation({
  kind: "cutout",
  summary: "Covers a square of each image with zeros (of the scaled values); at the border a part of it lies outside.",
  main: "size",
  source: "DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, 2017",
  arguments: z.strictObject({ size: z.int().min(1).default(8).describe("Side of the square in pixels.") }),
  needs: "images",
  damages: true,
  draws: ["row", "column"],
  draw: (_, random, { height, width }) => [random.below(height), random.below(width)],
  change: {
    moves: "values",
    apply({ size }, x, { row, column }) {
      const graph = x.builder;
      const [, , height, width] = x.dims;
      const before = Math.floor(size / 2);
      const covered = (length: number, centre: typeof row, shape: readonly number[]) => {
        const places = graph.constant({ type: "float32", dims: shape, data: Float32Array.from({ length }, (_, i) => i + before) });
        const distance = graph.op("Sub", [places, centre]); // 0 .. size - 1 within the square
        return graph.op("Equal", [distance, graph.op("Clip", [distance, graph.scalar(0), graph.scalar(size - 1)])]);
      };
      const isCovered = graph.op("And", [covered(height, row, [1, 1, height, 1]), covered(width, column, [1, 1, 1, width])]);
      return graph.op("Where", [isCovered, graph.scalar(0), x]);
    },
  },
});
