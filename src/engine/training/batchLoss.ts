/** The loss of a model's outputs, as a sum and what it is divided by. */
import { DescentError } from "../../common/errors.js";
import { predictsClasses } from "../data/task.js";
import type { Tensor } from "../graph/builder.js";
import { exampleShape } from "../layers/channels.js";
import type { LossSum } from "../losses/defineLoss.js";
import { targetRows } from "./forward.js";
import type { TrainingProblem } from "./problem.js";

/** `outputs` are rows as the loss reads them, `steps` [batch, time] says which of them count where some were masked. */
export function batchLoss({ loss, lossProblem }: Pick<TrainingProblem, "loss" | "lossProblem">, outputs: Tensor, targets: Tensor, steps: Tensor | null): LossSum {
  const written = targetRows(targets, lossProblem);
  if (lossProblem.ignores === true && !predictsClasses(lossProblem.task)) return numbersThatCount({ loss, lossProblem }, outputs, written, steps);
  const rows = lossProblem.ignores === true ? knownClasses(written) : written;
  const counted = countsOf({ lossProblem }, targets, steps);
  if (counted !== null && predictsClasses(lossProblem.task)) return loss.kind.build(loss.arguments, lossProblem, outputs, rows, counted);
  if (steps === null) return loss.kind.build(loss.arguments, lossProblem, outputs, rows, null);
  const graph = outputs.builder;
  const counts = graph.op("Reshape", [steps, graph.ints([-1])]);
  // numbers to be near to: a row a step, so that each counts or does not
  const [time] = exampleShape(steps);
  const width = lossProblem.outputWidth / time;
  const perStep = (x: Tensor): Tensor => graph.op("Reshape", [x, graph.ints([-1, width])]);
  return loss.kind.build(loss.arguments, { ...lossProblem, outputWidth: width, targetWidth: width, steps: time }, perStep(outputs), perStep(rows), counts);
}

/** 1 for each row (of numbers: each value) that counts, 0 for those of masked steps and of targets that the file leaves out; null: all count. */
export function countsOf({ lossProblem }: Pick<TrainingProblem, "lossProblem">, targets: Tensor, steps: Tensor | null): Tensor | null {
  const graph = targets.builder;
  const unmasked = steps === null ? null : graph.op("Reshape", [steps, graph.ints([-1])]);
  if (lossProblem.ignores !== true) return unmasked;
  const rows = targetRows(targets, lossProblem);
  const isCounted = predictsClasses(lossProblem.task) ? graph.op("Not", [graph.op("Less", [rows, graph.ints([0])])]) : graph.op("Not", [graph.op("IsNaN", [graph.op("Reshape", [rows, graph.ints([-1])])])]);
  const counts = graph.op("Cast", [isCounted], { to: 1 });
  return unmasked === null ? counts : graph.op("Mul", [counts, unmasked]);
}

/** Classes with the first in the place of those that do not count: a lookup needs one. */
function knownClasses(rows: Tensor): Tensor {
  return rows.builder.op("Max", [rows, rows.builder.ints([0])]);
}

/** Numbers compared element by element, NaN left out. */
function numbersThatCount({ loss, lossProblem }: Pick<TrainingProblem, "loss" | "lossProblem">, outputs: Tensor, targets: Tensor, steps: Tensor | null): LossSum {
  if (steps !== null) throw new DescentError("ignore-with-masking", "ignore_target of numbers does not go together with a masking layer: leave one of them out.", { path: "data.ignore_target" });
  const graph = outputs.builder;
  const column = (x: Tensor): Tensor => graph.op("Reshape", [x, graph.ints([-1, 1])]);
  const values = column(targets);
  const known = graph.op("Where", [graph.op("IsNaN", [values]), graph.scalar(0), values]);
  const { outputWidth } = lossProblem;
  return loss.kind.build(loss.arguments, { ...lossProblem, outputWidth: 1, targetWidth: 1, steps: outputWidth }, column(outputs), known, countsOf({ lossProblem }, targets, null));
}
