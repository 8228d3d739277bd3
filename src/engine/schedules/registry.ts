import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import { cyclical } from "./cyclical.js";
import type { ScheduleKind } from "./defineSchedule.js";
import { exponential } from "./exponential.js";
import { inverseTime } from "./inverseTime.js";
import { oneCycle } from "./oneCycle.js";
import { polynomial } from "./polynomial.js";
import { reduceOnPlateau } from "./reduceOnPlateau.js";
import { step } from "./step.js";

/** Every schedule by its name in the training file. */
export const schedules: ReadonlyMap<string, ScheduleKind> = new Map(
  [constant, step, cosine, exponential, inverseTime, polynomial, cyclical, oneCycle, reduceOnPlateau].map((kind) => [kind.kind, kind]),
);

/** Schedules that the training file's page names and that are not built yet. */
export const plannedSchedules: readonly string[] = [];
