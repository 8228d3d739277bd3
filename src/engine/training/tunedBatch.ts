/** The batch size of a file that leaves it to memory (`batch_size: auto`). */
import { DescentError } from "../../common/errors.js";
import type { TrainingConfig } from "./config.js";
import type { Tuning } from "./types.js";

/** The file with the batch size that was found for it, where it leaves it open. */
export function withTunedBatch(config: TrainingConfig, { batchSize }: Tuning): TrainingConfig {
  if (config.training.batchSize !== "auto") return config;
  if (batchSize === undefined) throw new DescentError("batch-size-unknown", "batch_size is auto, and no batch size was found for this model.", { path: "training.batch_size" });
  return withBatch(config, batchSize);
}

/** The file with this batch size. */
export function withBatch(config: TrainingConfig, batchSize: number): TrainingConfig {
  return { ...config, training: { ...config.training, batchSize } };
}

/** The batch that data rules and findings speak of, in examples a step; with `auto` before it is found, the most that it may be. */
export function examplesOfStep({ training }: TrainingConfig, examples: number): number {
  const { batchSize, accumulate } = training;
  return typeof batchSize === "number" ? Math.min(batchSize * accumulate, examples) : examples;
}
