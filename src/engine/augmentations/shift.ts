import { z } from "zod";
import { defineAugmentation, drawnOffset } from "./defineAugmentation.js";
import { moved } from "./moved.js";

/** y[i, j] = x[i + a, j + b], black outside the image; a and b are whole numbers within [-pixels, pixels] */
export const shift = defineAugmentation({
  kind: "shift",
  summary: "Moves images by up to so many whole pixels up or down and left or right; what comes in is black.",
  main: "pixels",
  source: "Simard, Steinkraus, Platt, Best Practices for Convolutional Neural Networks, 2003",
  arguments: z.strictObject({ pixels: z.int().min(1).default(2).describe("Most pixels in each direction.") }),
  needs: "images",
  draws: ["down", "right"],
  draw: ({ pixels }, random) => [drawnOffset(random, pixels), drawnOffset(random, pixels)],
  change: { moves: "pixels", leaves: true, from: (_, places, { down, right }) => moved(places, down, right) },
});
