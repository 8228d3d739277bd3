/** The examples of the next steps of a streamed data set, read before they are needed. */
import { streamsTargets, takeRowsOf, type ExampleStream } from "../data/stream/exampleStream.js";
import type { Dataset } from "../data/types.js";
import type { ConstantTensor } from "../graph/types.js";
import type { Batches } from "./batches.js";

/** A run of steps with batches of one size, whose examples lie in memory together. */
interface Piece {
  readonly first: number;
  readonly steps: number;
  readonly batch: number;
  /** Positions in the data set, [steps, batch]. */
  readonly indices: BigInt64Array;
  readonly inputs: Promise<ConstantTensor>;
  /** Those of the piece alone, in its order; null: the inputs, of an autoencoder. */
  readonly targets: ConstantTensor | null;
}

/** What a chunk within a piece is fed with. */
export interface PieceFeeds {
  readonly inputs: ConstantTensor;
  readonly targets: ConstantTensor;
  /** Positions within `inputs` and `targets`, [steps, batch]. */
  readonly positions: BigInt64Array;
  /** Positions in the data set, [steps, batch]. */
  readonly indices: BigInt64Array;
  /** Seconds that the chunk waited for its examples. */
  readonly waited: number;
}

/** Bytes of inputs that a piece aims at: enough that the reading thread works in large strides, little enough that three of them cost nothing. */
const pieceBytes = 8 * 2 ** 20;
/** Steps of a piece at most. */
const mostPieceSteps = 2000;
/** Pieces that are being read or wait, beside the one in use. */
const ahead = 2;

/** Reads ahead of the training loop. Which steps make a piece changes no bit: a step's examples depend on the step alone. */
export class ExamplePieces {
  #queue: Piece[] = [];
  readonly #stepBytes: number;

  constructor(
    private readonly dataset: Dataset,
    private readonly stream: ExampleStream,
    private readonly batches: Batches,
    /** Whether steps near each other take examples that lie near each other. */
    private readonly again: boolean,
  ) {
    const { dims, type } = dataset.inputs;
    this.#stepBytes = batches.batchSize * dims.slice(1).reduce((product, dim) => product * dim, 1) * (type === "uint8" ? 1 : 4);
  }

  /** Steps from this one on that the piece at hand has. */
  stepsFrom(step: number): number {
    const { first, steps } = this.#pieceOf(step);
    return first + steps - step;
  }

  /** The examples of `steps` steps from `step` on, all of one piece. */
  async take(step: number, steps: number): Promise<PieceFeeds> {
    const piece = this.#pieceOf(step);
    const begun = performance.now();
    const inputs = await piece.inputs;
    const waited = (performance.now() - begun) / 1000;
    const from = (step - piece.first) * piece.batch;
    const count = steps * piece.batch;
    const indices = piece.indices.slice(from, from + count);
    return { inputs, targets: piece.targets ?? inputs, indices, waited, positions: BigInt64Array.from({ length: count }, (_, i) => BigInt(from + i)) };
  }

  /** The piece with this step; what comes after it is on its way. Steps usually follow each other; another one starts anew. */
  #pieceOf(step: number): Piece {
    while (this.#queue.length > 0 && step >= this.#queue[0].first + this.#queue[0].steps) this.#queue.shift();
    if (this.#queue.length === 0 || step < this.#queue[0].first) this.#queue = [this.#begin(step)];
    while (this.#queue.length <= ahead) {
      const last = this.#queue[this.#queue.length - 1];
      this.#queue.push(this.#begin(last.first + last.steps));
    }
    return this.#queue[0];
  }

  #begin(first: number): Piece {
    const batch = this.batches.sizeOf(first);
    const most = Math.min(Math.max(Math.floor(pieceBytes / this.#stepBytes), 1), mostPieceSteps);
    let steps = 1;
    while (steps < most && this.batches.sizeOf(first + steps) === batch) steps++;
    const indices = new BigInt64Array(steps * batch);
    for (let k = 0; k < steps; k++) this.batches.write(first + k, indices, k * batch);
    const inputs = this.stream.read(Int32Array.from(indices, Number), this.again);
    inputs.catch(() => undefined); // who takes the piece hears of it
    if (streamsTargets(this.dataset)) return { first, steps, batch, indices, inputs, targets: null };
    const { targets } = this.dataset;
    return { first, steps, batch, indices, inputs, targets: { type: targets.type, dims: [indices.length, ...targets.dims.slice(1)], data: takeRowsOf(targets, indices) } };
  }
}
