import { defineAugmentation } from "./defineAugmentation.js";
import { drawnFlip, flipArguments } from "./flips.js";

/** y[i, j] = x[height - 1 - i, j] with a probability */
export const flipVertical = defineAugmentation({
  kind: "flip_vertical",
  summary: "Turns images upside down, half of them unless told otherwise.",
  main: "probability",
  source: "torchvision's RandomVerticalFlip",
  arguments: flipArguments,
  needs: "images",
  draws: ["flip"],
  draw: drawnFlip,
  change: {
    moves: "pixels",
    leaves: false,
    from(_, { rows, columns }, { flip }, { height }) {
      const graph = rows.builder;
      return { rows: graph.op("Abs", [graph.op("Sub", [graph.op("Mul", [flip, graph.scalar(height - 1)]), rows])]), columns };
    },
  },
});
