/** Examples of a streamed data set by their position, ready for the model. */
import { decodeRows } from "../../engine/data/stream/decodeRows.js";
import type { ExampleStream } from "../../engine/data/stream/exampleStream.js";
import type { ConstantTensor } from "../../engine/graph/types.js";
import { blocksOf, RowReader } from "./rowReader.js";
import { removeScratch } from "./scratchFile.js";
import type { StreamPlan } from "./streamDataset.js";

/** Reads and decodes in the thread that calls. */
export class ExampleReader {
  private readonly rows: RowReader;

  constructor(private readonly plan: StreamPlan) {
    this.rows = new RowReader(plan.store);
  }

  /** @throws DescentError what reading the files throws */
  read(indices: Int32Array, again: boolean): ConstantTensor {
    return decodeRows(this.plan.recipe, this.rows.take(indices, again), indices.length);
  }

  close(): void {
    this.rows.close();
  }
}

/** A stream that reads when the calling thread has a turn: for tools and tests. Training reads in a thread of its own. */
export function streamInProcess(plan: StreamPlan): ExampleStream {
  const reader = new ExampleReader(plan);
  return {
    ...blocksOf(plan.store.rowBytes),
    read: async (indices, again) => reader.read(indices, again),
    dispose: async () => {
      reader.close();
      plan.scratch.forEach(removeScratch);
    },
  };
}
