/** `training.batch_size: auto`: the largest batch whose step fits into memory. */
import { DescentError, toDescentError } from "../../common/errors.js";
import { peakBytes } from "../graph/memory.js";
import { buildChunkGraph } from "./chunkGraph.js";
import { ChunkRunner } from "./chunkRunner.js";
import type { TrainingConfig } from "./config.js";
import { describeProblem, type TrainingProblem } from "./problem.js";
import { batchesOf, initialCarried } from "./trainer.js";
import { withBatch } from "./tunedBatch.js";
import type { TuningOptions } from "./tuning.js";

/** Share of the free memory that a step may take: the rest is for evaluations, the data's next block, and other programs. */
const shareOfMemory = 0.6;
/** What the runtime takes beside the values themselves, its arena growing in steps and operators having buffers of their own: 1.1 to 2.1 times them (measured: MLPs, five convolutions with batch norm; most where few large tensors leave gaps). */
const overhead = 2;

export interface FittingBatch {
  readonly batchSize: number;
  /** What a step of it needs, estimated, in bytes. */
  readonly bytes: number;
}

/**
 * The largest of 1, 2, 4, ... and all examples whose step fits. With `memory`, the free bytes, by the values that its graph holds at once, and then
 * tried; without (a GPU's memory is its own affair), by trying one after the other until the runtime refuses.
 * Throws what building the model throws, and `batch-does-not-fit` where not even one example fits.
 */
export async function largestBatch(options: TuningOptions, memory: number | null): Promise<FittingBatch> {
  const { config, dataset, log } = options;
  const most = Math.ceil(dataset.splits.train.length / config.training.accumulate);
  const sizes = [...Array.from({ length: Math.ceil(Math.log2(most)) }, (_, i) => 2 ** i), most];
  const needs = stepNeeds(config, dataset);
  if (memory !== null) {
    const fitting = sizes.filter((size) => needs(size) <= shareOfMemory * memory);
    for (const size of (fitting.length > 0 ? fitting : [1]).reverse()) {
      if (await runsWith(options, size)) return { batchSize: size, bytes: needs(size) };
      log("info", `batch_size auto: a step of ${size} examples was refused; trying fewer`);
    }
  } else {
    let found: number | null = null;
    for (const size of sizes) {
      if (!(await runsWith(options, size))) break;
      found = size;
    }
    if (found !== null) return { batchSize: found, bytes: needs(found) };
  }
  throw new DescentError("batch-does-not-fit", "A step of one example does not fit into memory: the model is too large for this machine.", { path: "model" });
}

/** Bytes of a step by its number of examples: every value of the graph grows evenly with it, so two sizes tell of all. */
function stepNeeds(config: TrainingConfig, dataset: TuningOptions["dataset"]): (size: number) => number {
  const problem = describeProblem(withBatch({ ...config, training: { ...config.training, accumulate: 1 } }, 1), dataset);
  const [small, large] = [4, 8];
  const bytes = (batch: number): number => peakBytes(buildChunkGraph({ problem, batch, lowering: { lowering: "plain", blockSize: null } }).graph);
  const [ofSmall, ofLarge] = [bytes(small), bytes(large)];
  const each = (ofLarge - ofSmall) / (large - small);
  return (size) => overhead * (ofSmall + each * (size - small));
}

/** Whether the runtime does a step of this many examples. */
async function runsWith({ config, dataset, backend, provider, log }: TuningOptions, size: number): Promise<boolean> {
  const problem: TrainingProblem = describeProblem(withBatch(config, size), dataset);
  const runner = new ChunkRunner({
    problem, backend, log,
    batches: batchesOf(problem),
    lowering: { lowering: "plain", blockSize: null },
    session: { provider, threads: 1 },
    wantsStatistics: () => false,
  });
  try {
    await runner.run(0, new Float64Array(1), initialCarried(problem));
    return true;
  } catch (thrown) {
    const error = toDescentError(thrown);
    if (!["execution-failed", "out-of-memory", "session-refused"].includes(error.code)) throw error;
    return false;
  } finally {
    await runner.dispose();
  }
}
