import { adagrad } from "./adagrad.js";
import { adam } from "./adam.js";
import { adamw } from "./adamw.js";
import type { OptimizerKind } from "./defineOptimizer.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** Every optimizer by its name in the training file. */
export const optimizers: ReadonlyMap<string, OptimizerKind> = new Map([sgd, adam, adamw, adagrad, rmsprop].map((kind) => [kind.kind, kind]));

/** Optimizers that the training file's page names and that are not built yet. */
export const plannedOptimizers: readonly string[] = ["adadelta", "adamax", "nadam", "yogi", "lion", "lamb", "muon"];
