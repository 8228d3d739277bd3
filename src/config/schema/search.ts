import { z } from "zod";
import { choice, section } from "./marks.js";

const ends = (what: string) => z.tuple([z.number(), z.number()]).describe(what);

/** Words of `search.space` by which a mapping is a range or a choice, and no value of the file. */
export const rangeKinds = ["uniform", "log_uniform", "integer", "log_integer"] as const;

const dimension = section(
  {
    uniform: ends("A number between the two, each as likely: [0, 0.5].").optional(),
    log_uniform: ends("A number between the two, each order of magnitude as likely: [1e-5, 1e-1].").optional(),
    integer: ends("A whole number from the first to the second: [1, 4].").optional(),
    log_integer: ends("A whole number from the first to the second, each order of magnitude as likely: [16, 1024].").optional(),
    choice: z.array(z.unknown()).min(1).optional().describe("One of a list; the same as the list alone."),
    points: z.int().min(2).max(1000).default(5).describe("Of a grid: values taken from a range, its ends among them."),
  },
  { alternatives: [...rangeKinds, "choice"] },
);

/** `search:` many runs of the file, each with other values of some settings. */
export const searchSection = section({
  strategy: choice(["random", "grid", "halving"]).default("random").describe("random: each trial draws its settings by itself; grid: every combination; halving: many short trials, of which the best third goes on each time (ASHA)."),
  trials: z.int().min(1).max(100_000).default(20).describe("Number of trials; a grid has as many as it has combinations."),
  metric: z.string().regex(/^(train|validation)\/[a-z0-9_]+$/).describe("A figure of the validation split, such as validation/loss or validation/accuracy; never one of test").default("validation/loss").describe("What trials are ranked by, at their best evaluation: validation/loss, validation/accuracy."),
  space: z.record(z.string(), z.union([z.array(z.unknown()).min(1), dimension])).describe("Settings by path, with the values to try: optimizer.adam.lr: { log_uniform: [1e-5, 1e-1] }, training.batch_size: [32, 64]."),
  parallel: z.union([z.int().min(1).max(1024), choice(["auto"])]).default("auto").describe("Trials at the same time. auto: one a core, on a GPU one."),
  stop_early: z.boolean().default(true).describe("Whether a trial that cannot win is stopped: below the median of those before it, with halving outside the best third."),
  least_epochs: z.number().gt(0).default(1).describe("Training that every trial gets before it may be stopped, in epochs."),
  factor: z.int().min(2).default(3).describe("Of halving: one of so many goes on at each rung, and trains so many times longer."),
  confirm: z.int().min(0).max(100).default(3).describe("Times that the winner is trained again at the end, from other seeds: a lead within their spread is luck. 0: never."),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe("Seed of the settings that are drawn. Default: the file's own."),
});
