import { defineAugmentation } from "./defineAugmentation.js";
import { drawnFlip, flipArguments } from "./flips.js";

/** y[i, j] = x[i, width - 1 - j] with a probability */
export const flipHorizontal = defineAugmentation({
  kind: "flip_horizontal",
  summary: "Mirrors images left to right, half of them unless told otherwise.",
  main: "probability",
  source: "torchvision's RandomHorizontalFlip",
  arguments: flipArguments,
  needs: "images",
  draws: ["flip"],
  draw: drawnFlip,
  change: {
    moves: "pixels",
    leaves: false,
    from(_, { rows, columns }, { flip }, { width }) {
      const graph = columns.builder;
      // |flip (width - 1) - j|
      return { rows, columns: graph.op("Abs", [graph.op("Sub", [graph.op("Mul", [flip, graph.scalar(width - 1)]), columns])]) };
    },
  },
});
