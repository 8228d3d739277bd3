/** Which examples each step trains on: a pure function of the seed and the step, so that a resumed run needs no state. */
import { RandomStream } from "../random/stream.js";

export type Sampling = "shuffle" | "sequential" | "weighted";

export interface BatchOptions {
  /** Positions of the training examples in the data set. */
  readonly examples: Int32Array;
  /** Examples a batch; more than there are means all of them. */
  readonly batchSize: number;
  /** Leaves out the last, smaller batch of an epoch. */
  readonly dropLast: boolean;
  readonly sampling: Sampling;
  /** For `weighted`: the class of each of `examples`. */
  readonly classes: Int32Array | null;
  /** Of a streamed data set: examples that are read at once, and how many such blocks are shuffled together. */
  readonly blocks?: { readonly examples: number; readonly window: number };
  readonly seed: number;
}

/** The batches of a run. Steps and epochs count from 0 here. */
export class Batches {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** Size of an epoch's last batch. */
  readonly lastBatchSize: number;
  #epoch = -1;
  #order: Int32Array;

  constructor(private readonly options: BatchOptions) {
    const count = options.examples.length;
    this.batchSize = Math.min(options.batchSize, count);
    const rest = count % this.batchSize;
    const dropped = rest > 0 && options.dropLast;
    this.stepsPerEpoch = Math.floor(count / this.batchSize) + (rest > 0 && !dropped ? 1 : 0);
    this.lastBatchSize = rest > 0 && !dropped ? rest : this.batchSize;
    this.#order = options.examples;
  }

  /** Size of the batch of this step. */
  sizeOf(step: number): number {
    return step % this.stepsPerEpoch === this.stepsPerEpoch - 1 ? this.lastBatchSize : this.batchSize;
  }

  /** Writes the positions of the examples of this step's batch, `sizeOf(step)` of them, from `offset` on. */
  write(step: number, into: BigInt64Array, offset: number): void {
    const order = this.#orderOf(Math.floor(step / this.stepsPerEpoch));
    const start = (step % this.stepsPerEpoch) * this.batchSize;
    const size = this.sizeOf(step);
    for (let i = 0; i < size; i++) into[offset + i] = BigInt(order[start + i]);
  }

  #orderOf(epoch: number): Int32Array {
    const { examples, sampling, seed, classes } = this.options;
    if (sampling === "sequential" || epoch === this.#epoch) return this.#order;
    const random = new RandomStream(seed, `batches/${sampling}`, epoch);
    if (sampling === "weighted" && classes !== null) {
      this.#order = drawBalanced(examples, classes, random);
    } else {
      this.#order = this.options.blocks === undefined ? examples.slice() : inBlocks(examples, this.options.blocks, random);
      if (this.options.blocks === undefined) random.shuffle(this.#order);
    }
    this.#epoch = epoch;
    return this.#order;
  }
}

/**
 * A shuffle for data that are read in blocks: the blocks in a random order, and within each window of them every example in a random place. Every epoch
 * draws both anew. `examples` rise.
 */
function inBlocks(examples: Int32Array, { examples: size, window }: { readonly examples: number; readonly window: number }, random: RandomStream): Int32Array {
  // where the examples of each block begin
  const starts: number[] = [];
  examples.forEach((example, i) => {
    if (i === 0 || Math.floor(example / size) !== Math.floor(examples[i - 1] / size)) starts.push(i);
  });
  const order = Int32Array.from(starts, (_, block) => block);
  random.shuffle(order);
  const shuffled = new Int32Array(examples.length);
  let [filled, windowStart] = [0, 0];
  order.forEach((block, position) => {
    const part = examples.subarray(starts[block], starts[block + 1] ?? examples.length);
    shuffled.set(part, filled);
    filled += part.length;
    if ((position + 1) % window !== 0 && position + 1 < order.length) return;
    random.shuffle(shuffled.subarray(windowStart, filled));
    windowStart = filled;
  });
  return shuffled;
}

/** As many examples as there are, drawn with replacement, each class equally often on average. */
function drawBalanced(examples: Int32Array, classes: Int32Array, random: RandomStream): Int32Array {
  const members = new Map<number, number[]>();
  classes.forEach((k, i) => {
    if (k < 0) return; // an example whose target counts for nothing
    const list = members.get(k);
    if (list === undefined) members.set(k, [examples[i]]);
    else list.push(examples[i]);
  });
  const lists = [...members.entries()].sort(([a], [b]) => a - b).map(([, list]) => list);
  return Int32Array.from(examples, () => {
    const list = lists[random.below(lists.length)];
    return list[random.below(list.length)];
  });
}
