/** Examples that stay in their files and are read when they are needed, for data larger than memory. */
import type { ConstantTensor, DataType } from "../../graph/types.js";
import type { Dataset } from "../types.js";

/** Reads inputs by index, in a thread of its own where the platform has one. Its owner disposes it. */
export interface ExampleStream {
  /**
   * Inputs of these examples, in this order: [indices.length, ...example], as a data set in memory holds them. Reading begins at once. `again`: examples
   * of the same blocks will be asked for soon. Rejects with the error of what cannot be read.
   */
  read(indices: Int32Array, again: boolean): Promise<ConstantTensor>;
  /** Examples that lie beside each other and are read at once; a shuffle keeps them near each other in time. */
  readonly blockExamples: number;
  /** Blocks that are shuffled together. */
  readonly windowBlocks: number;
  dispose(): Promise<void>;
}

/** The tensor of a data set whose elements are not in memory; asking for them is a defect of ours, told as such. */
export function tensorInFiles(type: DataType, dims: readonly number[]): ConstantTensor {
  return {
    type, dims,
    get data(): never {
      throw new Error("these examples are streamed: they are read through the data set's stream");
    },
  };
}

/** Whether targets are streamed too: an autoencoder's are its inputs, the very same tensor. */
export function streamsTargets({ stream, inputs, targets }: Pick<Dataset, "stream" | "inputs" | "targets">): boolean {
  return stream !== undefined && targets === inputs;
}

/** The data set with these examples alone, in memory, in this order; all of them are its training split. */
export async function withExamplesInMemory(dataset: Dataset, indices: Int32Array): Promise<Dataset> {
  if (dataset.stream === undefined) return dataset;
  const inputs = await dataset.stream.read(indices, false);
  const none = new Int32Array(0);
  const targets = streamsTargets(dataset) ? inputs : { ...dataset.targets, dims: [indices.length, ...dataset.targets.dims.slice(1)], data: takeRowsOf(dataset.targets, indices) };
  return { ...dataset, inputs, targets, splits: { train: indices.map((_, i) => i), validation: none, test: none }, stream: undefined };
}

/** Most examples and bytes of a sample. */
const sampled = { examples: 5000, bytes: 16 * 2 ** 20 };

/** A streamed data set with a sample of its training examples beside it, evenly spaced; one in memory as it is. */
export async function withSample(dataset: Dataset): Promise<Dataset> {
  if (dataset.stream === undefined) return dataset;
  const { splits: { train }, inputs: { dims } } = dataset;
  const width = dims.slice(1).reduce((product, dim) => product * dim, 1);
  const count = Math.min(train.length, sampled.examples, Math.max(1, Math.floor(sampled.bytes / (4 * width))));
  const examples = Int32Array.from({ length: count }, (_, i) => train[Math.floor((i * train.length) / count)]);
  return { ...dataset, sample: await withExamplesInMemory(dataset, examples) };
}

/** Rows of a tensor in memory, by their first axis. */
export function takeRowsOf({ dims, data }: ConstantTensor, indices: ArrayLike<number | bigint>): ConstantTensor["data"] {
  const width = dims.slice(1).reduce((product, dim) => product * dim, 1);
  const source = data as Float32Array;
  const taken = new (source.constructor as new (length: number) => Float32Array)(indices.length * width);
  for (let i = 0; i < indices.length; i++) {
    const from = Number(indices[i]) * width;
    if (width === 1) taken[i] = source[from];
    else taken.set(source.subarray(from, from + width), i * width);
  }
  return taken;
}
