import type { Task } from "../data/types.js";
import type { Chosen } from "../defineKind.js";
import { binaryCrossEntropy } from "./binaryCrossEntropy.js";
import { crossEntropy } from "./crossEntropy.js";
import type { LossKind } from "./defineLoss.js";
import { focal } from "./focal.js";
import { hinge } from "./hinge.js";
import { huber } from "./huber.js";
import { mae } from "./mae.js";
import { mse } from "./mse.js";
import { nll } from "./nll.js";

/** Every loss by its name in the training file. */
export const losses: ReadonlyMap<string, LossKind> = new Map(
  [crossEntropy, binaryCrossEntropy, mse, nll, mae, huber, focal, hinge].map((kind) => [kind.kind, kind]),
);

/** Losses that the training file's page names and that are not built yet. */
export const plannedLosses: readonly string[] = [];

/** The loss of a file that names none. */
export function defaultLoss(task: Task): Chosen {
  const kind = task === "classification" || task === "language_model" ? crossEntropy : task === "multi_label" ? binaryCrossEntropy : mse;
  return { kind: kind.kind, arguments: kind.arguments.parse({}) };
}
