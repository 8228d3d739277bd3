import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import type { ScheduleKind } from "./defineSchedule.js";
import { exponential } from "./exponential.js";
import { inverseTime } from "./inverseTime.js";
import { polynomial } from "./polynomial.js";
import { step } from "./step.js";

/** Every schedule by its name in the training file. */
export const schedules: ReadonlyMap<string, ScheduleKind> = new Map(
  [constant, step, cosine, exponential, inverseTime, polynomial].map((kind) => [kind.kind, kind]),
);

/** Schedules that the training file's page names and that are not built yet. */
export const plannedSchedules: readonly string[] = ["cyclical", "one_cycle", "reduce_on_plateau"];
