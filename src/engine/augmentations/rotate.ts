import { z } from "zod";
import { defineAugmentation, drawnWithin } from "./defineAugmentation.js";

/**
 * y[p] = x[round(R (p - centre) + centre)], black outside; R turns by an angle within [-degrees, degrees], anticlockwise where it is
 * positive; the nearest pixel, as torchvision takes by default
 */
export const rotate = defineAugmentation({
  kind: "rotate",
  summary: "Turns images about their centre by up to so many degrees; the corners that come in are black.",
  main: "degrees",
  source: "torchvision's RandomRotation, nearest pixel",
  arguments: z.strictObject({ degrees: z.number().gt(0).max(180).default(10).describe("Largest angle in either direction.") }),
  needs: "images",
  draws: ["cosine", "sine"],
  draw({ degrees }, random) {
    const angle = (drawnWithin(random, -degrees, degrees) * Math.PI) / 180;
    return [Math.cos(angle), Math.sin(angle)];
  },
  change: {
    moves: "pixels",
    leaves: true,
    from(_, { rows, columns }, { cosine, sine }, { height, width }) {
      const graph = rows.builder;
      const [middleRow, middleColumn] = [graph.scalar((height - 1) / 2), graph.scalar((width - 1) / 2)];
      const y = graph.op("Sub", [rows, middleRow]);
      const x = graph.op("Sub", [columns, middleColumn]);
      const turnedX = graph.op("Sub", [graph.op("Mul", [cosine, x]), graph.op("Mul", [sine, y])]);
      const turnedY = graph.op("Add", [graph.op("Mul", [sine, x]), graph.op("Mul", [cosine, y])]);
      return { rows: graph.op("Round", [graph.op("Add", [turnedY, middleRow])]), columns: graph.op("Round", [graph.op("Add", [turnedX, middleColumn])]) };
    },
  },
});
