import { z } from "zod";
import { defineAugmentation, drawnOffset } from "./defineAugmentation.js";
import { moved } from "./moved.js";

/** y[i, j] = padded[i + a, j + b]: a window of the image's own size out of the image with a black border, a and b each within [0, 2 padding] */
export const crop = defineAugmentation({
  kind: "crop",
  summary: "Puts a black border around images and cuts out a window of the old size, anywhere.",
  main: "padding",
  source: "torchvision's RandomCrop with padding",
  arguments: z.strictObject({ padding: z.int().min(1).default(4).describe("Width of the border in pixels.") }),
  needs: "images",
  draws: ["down", "right"],
  draw: ({ padding }, random) => [drawnOffset(random, padding), drawnOffset(random, padding)],
  change: { moves: "pixels", leaves: true, from: (_, places, { down, right }) => moved(places, down, right) },
});
