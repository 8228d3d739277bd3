import { z } from "zod";
import type { RandomStream } from "../random/stream.js";

/** What both flips take. */
export const flipArguments = z.strictObject({
  probability: z.number().min(0).max(1).default(0.5).describe("Probability with which an image is flipped."),
});

/** 1 where the image is flipped, 0 else. */
export function drawnFlip(args: z.output<typeof flipArguments>, random: RandomStream): readonly number[] {
  return [Number(random.uniform() < args.probability)];
}
