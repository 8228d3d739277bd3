/** The check `batch-size`: the largest batch whose step fits into memory, found as `batch_size: auto` finds it, beside the file's own. */
import { largestBatch } from "../../engine/training/batchSize.js";
import { examplesOfStep } from "../../engine/training/tunedBatch.js";
import { type CheckOptions, type CheckResult, failed, passed } from "./checkResult.js";

/**
 * Fails where the file's batch (a micro-batch, with `accumulate`) is larger than what fits. Throws what building the model throws, and `batch-does-not-fit`.
 */
export async function batchSize(options: CheckOptions): Promise<CheckResult> {
  const { config, dataset, memory } = options;
  const { batchSize: largest, bytes } = await largestBatch({ ...options, cores: options.threads }, memory);
  const { accumulate, batchSize: written } = config.training;
  const taken = written === "auto" ? largest : Math.ceil(examplesOfStep(config, dataset.splits.train.length) / accumulate);
  const [megabytes, free] = [bytes / 2 ** 20, memory === null ? null : memory / 2 ** 20].map((value) => (value === null ? null : Math.max(1, Math.round(value))));
  const room = `${largest} examples${largest * accumulate >= dataset.splits.train.length ? ", all there are," : ""} fit into memory, about ${megabytes} MB a step${free === null ? "" : ` of ${free} MB free`}`;
  const figures = { batch_size: taken, largest, bytes: Math.round(bytes), ...(memory === null ? {} : { memory: Math.round(memory) }) };
  if (taken <= largest) return passed(`Batches of up to ${room}; the file takes ${taken}.`, figures);
  const message = `A batch of ${taken} examples does not fit: ${room}. Take smaller batches, or micro-batches with training.accumulate.`;
  return failed(message, figures, { category: "batch_size", path: "training.batch_size", confidence: 0.9 });
}
