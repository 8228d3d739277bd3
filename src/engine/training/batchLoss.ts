/** The loss of a model's outputs, as a sum and what it is divided by. */
import { predictsClasses } from "../data/task.js";
import type { Tensor } from "../graph/builder.js";
import { exampleShape } from "../layers/channels.js";
import type { LossSum } from "../losses/defineLoss.js";
import { targetRows } from "./forward.js";
import type { TrainingProblem } from "./problem.js";

/** `outputs` are rows as the loss reads them, `steps` [batch, time] says which of them count where some were masked. */
export function batchLoss({ loss, lossProblem }: Pick<TrainingProblem, "loss" | "lossProblem">, outputs: Tensor, targets: Tensor, steps: Tensor | null): LossSum {
  const rows = targetRows(targets, lossProblem);
  if (steps === null) return loss.kind.build(loss.arguments, lossProblem, outputs, rows, null);
  const graph = outputs.builder;
  const counts = graph.op("Reshape", [steps, graph.ints([-1])]);
  if (predictsClasses(lossProblem.task)) return loss.kind.build(loss.arguments, lossProblem, outputs, rows, counts);
  // numbers to be near to: a row a step, so that each counts or does not
  const [time] = exampleShape(steps);
  const width = lossProblem.outputWidth / time;
  const perStep = (x: Tensor): Tensor => graph.op("Reshape", [x, graph.ints([-1, width])]);
  return loss.kind.build(loss.arguments, { ...lossProblem, outputWidth: width, targetWidth: width, steps: time }, perStep(outputs), perStep(rows), counts);
}
