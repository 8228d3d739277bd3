import type { z } from "zod";
import type { Kind } from "../defineKind.js";
import type { Tensor } from "../graph/builder.js";
import { checkWidths, defineLoss, lossArguments, type LossKind } from "./defineLoss.js";
import { meanOverOutputs } from "./elementwise.js";
import { checkSmoothing, classWeightsOf, targetRows } from "./targets.js";

/** Declares a loss that is a function of the error y - t of each output, averaged over outputs and batch. `class_weights` and `label_smoothing` are added to its arguments. */
export function defineErrorLoss<A extends z.ZodObject>(definition: Kind<A> & { readonly of: (args: z.output<A>, error: Tensor) => Tensor }): LossKind {
  const { of, ...kind } = definition;
  type Arguments = z.output<A> & { readonly class_weights: "none" | "balanced" | Record<string, number>; readonly label_smoothing: number };
  return defineLoss({
    ...(kind as Kind),
    arguments: kind.arguments.extend(lossArguments) as z.ZodObject,
    reading: () => "number",
    check(given, problem) {
      const args = given as unknown as Arguments;
      checkWidths(problem);
      checkSmoothing(args.label_smoothing, problem);
      classWeightsOf(args.class_weights, problem);
    },
    build(given, problem, outputs, targets, counts) {
      const args = given as unknown as Arguments;
      const error = outputs.builder.op("Sub", [outputs, targetRows(problem, targets, { share: args.label_smoothing, over: "outputs" })]);
      return meanOverOutputs(of(args, error), args.class_weights, problem, targets, counts);
    },
  });
}
