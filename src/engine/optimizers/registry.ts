import { adadelta } from "./adadelta.js";
import { adagrad } from "./adagrad.js";
import { adam } from "./adam.js";
import { adamax } from "./adamax.js";
import { adamw } from "./adamw.js";
import type { OptimizerKind } from "./defineOptimizer.js";
import { lamb } from "./lamb.js";
import { lion } from "./lion.js";
import { muon } from "./muon.js";
import { nadam } from "./nadam.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";
import { yogi } from "./yogi.js";

/** Every optimizer by its name in the training file. */
export const optimizers: ReadonlyMap<string, OptimizerKind> = new Map(
  [sgd, adam, adamw, adagrad, rmsprop, adadelta, adamax, nadam, yogi, lion, lamb, muon].map((kind) => [kind.kind, kind]),
);

/** Optimizers that the training file's page names and that are not built yet. */
export const plannedOptimizers: readonly string[] = [];
