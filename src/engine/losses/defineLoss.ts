import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { predictsClasses } from "../data/task.js";
import type { Task } from "../data/types.js";
import type { Kind } from "../defineKind.js";
import type { Tensor } from "../graph/builder.js";

/** What a loss is told about the problem. */
export interface LossProblem {
  readonly task: Task;
  /** Class names by index; empty where there are none. */
  readonly classes: readonly string[];
  /** Examples of each class in the training split, for balanced weights. */
  readonly classCounts: readonly number[];
  /** Values of one example's target: 1 for a class. */
  readonly targetWidth: number;
  /** Outputs of the model for one target. */
  readonly outputWidth: number;
  /** Targets of one example: the steps of a sequence with a class for each; 1 else. To a loss each is an example. */
  readonly steps: number;
  /** Whether some targets count for nothing: classes below 0, numbers that are NaN. */
  readonly ignores?: boolean;
  /** Whether the model's last layer ends with softmax: its outputs then sum to 1. */
  readonly endsWithSoftmax: boolean;
}

/** A batch's loss as a sum over its examples and what it is divided by, so that batches of any size add up. */
export interface LossSum {
  /** Scalar: sum over examples. */
  readonly sum: Tensor;
  /** Scalar: sum of the examples' weights; null: their number. */
  readonly weight: Tensor | null;
}

/**
 * What outputs mean to a loss: logits (softmax over all, or sigmoid of each), probabilities, their logarithms, numbers to be near
 * the target, margins (yes above 0).
 */
export type OutputReading = "softmax" | "sigmoid" | "probabilities" | "log_probabilities" | "number" | "margin";

export interface LossKind extends Kind {
  readonly reading: (args: Readonly<Record<string, unknown>>, problem: LossProblem) => OutputReading;
  /** outputs [batch, outputWidth]; targets int64 [batch] for classes, float32 [batch, targetWidth] else; with several steps, batch counts the steps of all examples. counts [batch]: 1 for those that count, 0 for padding; null: all count. */
  readonly build: (args: Readonly<Record<string, unknown>>, problem: LossProblem, outputs: Tensor, targets: Tensor, counts: Tensor | null) => LossSum;
  /** Throws DescentError where the loss cannot be computed. */
  readonly check: (args: Readonly<Record<string, unknown>>, problem: LossProblem) => void;
}

/** Declares a loss; its functions get the arguments checked. */
export function defineLoss<A extends z.ZodObject>(
  definition: Kind<A> & {
    readonly reading: (args: z.output<A>, problem: LossProblem) => OutputReading;
    readonly check?: (args: z.output<A>, problem: LossProblem) => void;
    readonly build: (args: z.output<A>, problem: LossProblem, outputs: Tensor, targets: Tensor, counts: Tensor | null) => LossSum;
  },
): LossKind {
  return { check: () => undefined, ...definition } as unknown as LossKind;
}

/** What every loss takes. */
export const lossArguments = {
  class_weights: z.union([z.enum(["none", "balanced"]), z.record(z.string(), z.number().min(0))]).default("none")
    .describe("Weight of each class: balanced is inverse to its frequency in the training split; or class: weight, 1 where not named. cross_entropy and nll divide by the weights of the batch, the others by its size, as PyTorch does."),
  label_smoothing: z.number().min(0).lt(1).default(0).describe("Share of each target that is spread evenly over all classes."),
};

export const fromArgument = z.enum(["logits", "probabilities"]).default("logits")
  .describe("What the model's outputs are: logits (no softmax or sigmoid at the end), or probabilities, which are clipped to [1e-7, 1 - 1e-7].");

/** Throws where the outputs cannot be compared with the targets. */
export function checkWidths(problem: LossProblem): void {
  const { outputWidth, classes, targetWidth, task } = problem;
  if (predictsClasses(task)) {
    if (outputWidth > 1 && outputWidth < classes.length) {
      throw new DescentError("too-few-outputs", `The model has ${outputWidth} outputs for ${classes.length} classes: the loss cannot be computed. The last layer needs ${classes.length} units.`);
    }
  } else if (outputWidth !== targetWidth) {
    throw new DescentError("output-width", `The model has ${outputWidth} output${outputWidth === 1 ? "" : "s"} and each target has ${targetWidth} value${targetWidth === 1 ? "" : "s"}: the loss cannot be computed. They must be as many.`);
  }
}
