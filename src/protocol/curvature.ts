/** The curvature of a run's loss: as it is measured, kept in the run's folder, and told. */
import { z } from "zod";
import { formatCount, formatValue } from "../common/format.js";

/** What was measured at a step's weights. Eigenvalues are those of the Hessian of the mean training loss, penalties included. */
export const curvatureSchema = z.object({
  step: z.int(),
  largest: z.number(),
  smallest: z.number(),
  /** Bounds of their errors, beyond rounding. */
  largestError: z.number(),
  smallestError: z.number(),
  /** Whether the errors are within 0.2 % of the larger of the two. */
  converged: z.boolean(),
  /** Learning rate of the step, and the largest at which the optimizer does not swing up along any direction; null where no such bound is known. */
  rate: z.number(),
  stableRate: z.number().nullable(),
  examples: z.int(),
  /** Hessian-vector products. */
  products: z.int(),
});
export type CurvatureFigures = z.infer<typeof curvatureSchema>;

/** Sign of an eigenvalue that is below this share of the larger one in size: not known. */
const resolution = 2e-3;
/** Ratio of the curvatures from which descent across a valley and along it go at paces too unlike: zig-zags. */
const narrow = 100;
/** Rate, as a share of the stable one, from which steps overshoot for good; at 1 training hovers by itself (Cohen et al. 2021). */
export const overshoots = 1.5;

export type Landscape = "minimum" | "maximum" | "saddle" | "valley" | "level";

/** What the two curvatures make of the place: `valley` is a minimum across, level along some direction as far as can be measured. */
export function landscapeOf({ largest, smallest }: Pick<CurvatureFigures, "largest" | "smallest">): Landscape {
  const size = Math.max(Math.abs(largest), Math.abs(smallest));
  if (size === 0) return "level";
  const [up, down] = [largest > resolution * size, smallest < -resolution * size];
  if (up && down) return "saddle";
  if (down) return "maximum";
  return smallest > resolution * size ? "minimum" : "valley";
}

/** Largest by smallest, both by size; null where the smallest is 0 as far as can be measured. */
export function ratioOf({ largest, smallest }: Pick<CurvatureFigures, "largest" | "smallest">): number | null {
  const [a, b] = [Math.abs(largest), Math.abs(smallest)];
  return Math.min(a, b) <= resolution * Math.max(a, b) ? null : a / b;
}

const places: Readonly<Record<Landscape, string>> = {
  minimum: "a minimum: the loss rises in every direction",
  maximum: "a maximum: the loss falls in every direction that bends",
  saddle: "a saddle: the loss curves up in some directions and down in others",
  valley: "the floor of a valley: the loss curves up across it and is level along it",
  level: "level: no direction bends, so that the gradient alone, or nothing, moves the weights",
};

/** What the curvature is, and what it explains, a sentence each. */
export function curvatureSentences(figures: CurvatureFigures): string[] {
  const landscape = landscapeOf(figures);
  const ratio = ratioOf(figures);
  const { rate, stableRate, converged, largest, smallest } = figures;
  const sentences = [`The weights stand on ${places[landscape]}.`];
  if (landscape === "saddle" && Math.abs(smallest) < 0.1 * largest) sentences.push("Down it bends little beside up: a plateau here is left slowly; momentum, or Adam's division, leaves it sooner.");
  else if (landscape === "saddle") sentences.push("A plateau here ends where the loss falls off: it is no minimum.");
  if (landscape === "valley" || (landscape === "minimum" && ratio !== null && ratio >= narrow)) {
    sentences.push(`Across it is ${ratio === null ? "more than 500" : formatCount(Math.round(ratio))} times as steep as along it: plain descent zig-zags across and creeps along. Scaled inputs, normalisation, momentum or Adam shorten that.`);
  }
  if (stableRate !== null && rate > overshoots * stableRate) sentences.push(`The learning rate, ${formatValue(rate)}, is above ${formatValue(stableRate)}, the largest that is stable here: steps across the steepest direction overshoot, each further than the last.`);
  else if (stableRate !== null && rate > 0) sentences.push(`The learning rate, ${formatValue(rate)}, is ${formatValue(rate / stableRate)} of the largest that is stable here, ${formatValue(stableRate)}.`);
  if (!converged) sentences.push("The iteration had not settled: the figures are bounds from within.");
  return sentences;
}
