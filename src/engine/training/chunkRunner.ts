/** Runs chunks of steps: feeds the loop what depends on the step, and keeps what it carries. */
import { DescentError } from "../../common/errors.js";
import { operatorsOf } from "../graph/operators.js";
import type { ConstantTensor } from "../graph/types.js";
import { withFallback, type Log } from "../lowering/fallback.js";
import type { LoweringFacts } from "../lowering/lowerForward.js";
import { drawMixture, writeDraws } from "./augmentation.js";
import { isOnDevice, type Backend, type DeviceMemory, type DeviceTensor, type Session, type SessionOptions } from "./backend.js";
import type { Batches } from "./batches.js";
import { buildChunkGraph, type ChunkGraph } from "./chunkGraph.js";
import type { Pieces } from "./differentiateBatch.js";
import { dropoutTable, writeMaskSlices, type Draw } from "./dropoutTable.js";
import { ExamplePieces, type PieceFeeds } from "./examplePieces.js";
import type { CarriedTensor } from "./packs.js";
import type { TrainingProblem } from "./problem.js";
import { stepScalars } from "./stepScalars.js";

export interface ChunkRunnerOptions {
  readonly problem: TrainingProblem;
  readonly batches: Batches;
  readonly backend: Backend;
  readonly session: SessionOptions;
  readonly lowering: Pick<LoweringFacts, "lowering" | "blockSize">;
  /** Whether this step (from 0) computes statistics. */
  readonly wantsStatistics: (step: number) => boolean;
  readonly log: Log;
  /** Steps (of the run) before the optimizer's first; default 0. */
  readonly optimizerFrom?: number;
  /** Whether what is carried stays on the device from chunk to chunk, where the backend can keep it there; default false. */
  readonly keepsOnDevice?: boolean;
}

/** Bytes of a data set that is put onto a device whole: a model, which holds it then, may have 2 GB. */
const mostResident = 2 ** 30;

/** What a chunk leaves: everything carried, by name. */
export type Carried = Record<string, ConstantTensor>;

/** What a chunk left on the device: by the names of the loop's inputs. */
export interface CarriedOnDevice {
  readonly tensors: Readonly<Record<string, DeviceTensor>>;
  readonly layout: readonly CarriedTensor[];
}

/** Bytes copied between memory and the device at a chunk's border. */
export interface Copies {
  readonly in: number;
  readonly out: number;
}

export interface ChunkResult {
  /** Where it stays on the device: as it was before the chunk. */
  readonly carried: Carried;
  /** What the next chunk goes on from, instead of `carried`; null where that came back to memory. */
  readonly onDevice: CarriedOnDevice | null;
  /** null on the processor, which reads memory where it is. */
  readonly copies: Copies | null;
  /** One loss a step. */
  readonly losses: Float32Array;
  /** The same with the file's penalties; null where it has none. */
  readonly lossesWithPenalty: Float32Array | null;
  /** [steps, batch, width] for classification (with a class for every step of an example, batch x steps), else null. */
  readonly outputs: Float32Array | null;
  /** The batches' examples, [steps, batch]. */
  readonly indices: BigInt64Array;
  readonly batch: number;
  /** Where examples are mixed: the share of each step, and for every example the position in its piece of the one it is mixed with. */
  readonly mixture: { readonly shares: Float32Array; readonly partners: BigInt64Array; readonly pieces: Pieces } | null;
  /** Seconds that the chunk waited for its examples; 0 where they are in memory. */
  readonly waited: number;
  /** By position in the chunk. */
  readonly statistics: readonly { readonly position: number; readonly values: Record<string, number> }[];
}

/** Chunks of one run. A batch size has its session, made when it is first needed: an epoch's last batch may be smaller. */
export class ChunkRunner {
  readonly #sessions = new Map<number, Promise<{ readonly graph: ChunkGraph; readonly session: Session }>>();
  readonly #tables = new Map<string, ConstantTensor>();

  /** Running statistics: BatchNormalization of ONNX Runtime moves them in place, in the very array that was fed, which may be an imported file's or a checkpoint's. */
  readonly #statistics: ReadonlySet<string>;

  /** Of a streamed data set. */
  readonly #pieces: ExamplePieces | null;

  /** Whether the data set lies on the device: a processor reads it where it is, any other would have it copied for every chunk. */
  readonly #resident: boolean;

  /** Where tensors can stay on the device. */
  readonly #memory: DeviceMemory | null;
  /** What no step changes, there since the first chunk: frozen tensors, tables. */
  readonly #placed = new Map<ConstantTensor, DeviceTensor>();

  constructor(private readonly options: ChunkRunnerOptions) {
    const { problem: { config, dataset }, batches } = options;
    this.#pieces = dataset.stream === undefined ? null : new ExamplePieces(dataset, dataset.stream, batches, config.data.sampling !== "weighted");
    this.#resident = options.session.provider !== "cpu" && dataset.stream === undefined && bytesOf(dataset.inputs) + bytesOf(dataset.targets) <= mostResident;
    this.#memory = options.keepsOnDevice === true ? (options.backend.deviceMemory?.(options.session.provider) ?? null) : null;
    this.#statistics = new Set(options.problem.tensors.filter(({ learned }) => !learned).map(({ fullName }) => fullName));
  }

  /** Steps from this one (from 0) that fit into one chunk: those with batches of the same size, and of a streamed data set those that are read together. */
  longestFrom(step: number, wanted: number): number {
    const { batches } = this.options;
    const size = batches.sizeOf(step);
    let count = 1;
    if (this.#pieces !== null) return Math.min(wanted, this.#pieces.stepsFrom(step));
    while (count < wanted && batches.sizeOf(step + count) === size) count++;
    return count;
  }

  /** Makes the session for the batches of this step, so that the first chunk need not wait. */
  async prepare(step: number): Promise<ChunkGraph> {
    return (await this.#sessionOf(this.options.batches.sizeOf(step))).graph;
  }

  /**
   * Does `rates.length` steps, the first of them `step` (from 0), with batches of one size. Goes on from `held`, where the last chunk left that on the
   * device, and releases it once the chunk is done; else from `carried`.
   */
  async run(step: number, rates: Float64Array, carried: Readonly<Carried>, held: CarriedOnDevice | null = null): Promise<ChunkResult> {
    const { batches } = this.options;
    const batch = batches.sizeOf(step);
    const { graph, session } = await this.#sessionOf(batch);
    const steps = rates.length;
    const { inputs, targets, positions, indices, waited } = this.#pieces === null ? this.#fromMemory(step, steps, batch) : await this.#pieces.take(step, steps);
    const flags = Uint8Array.from({ length: steps }, (_, k) => Number(this.options.wantsStatistics(step + k)));
    const feeds: Record<string, ConstantTensor | DeviceTensor> = {
      indices: { type: "int64", dims: [steps, batch], data: positions },
      ...(this.#resident ? {} : { inputs, targets }),
      ...this.#feedScalars(graph, step, rates),
      ...this.#feedMasks(graph, step, steps),
      ...this.#feedNumbers(step, steps, batch),
    };
    const mixture = this.#drawMixtures(graph, step, steps, batch);
    if (mixture !== null) {
      feeds.mixup_share = { type: "float32", dims: [steps], data: mixture.shares };
      feeds.mixup_partners = { type: "int64", dims: [steps, batch], data: mixture.partners };
    }
    if (graph.statistics !== null) feeds.with_statistics = { type: "bool", dims: [steps], data: flags };
    for (const tensor of graph.carried) {
      const onDevice = held?.tensors[tensor.name];
      const value = onDevice ?? asOne(tensor, carried);
      feeds[tensor.name] = !isOnDevice(value) && this.#statistics.has(tensor.name) ? copied(value) : value;
    }
    for (const name of graph.fixed) feeds[name] = carried[name];
    await this.#placeLasting(feeds, graph);

    const { results, kept } = session.runKeeping === undefined ? { results: await session.run(feeds as Record<string, ConstantTensor>), kept: null } : await session.runKeeping(feeds);
    const onDevice = kept && { tensors: Object.fromEntries(graph.carried.map(({ name }) => [name, kept[`${name}/next`]])), layout: graph.carried };
    if (held !== null) release(held);
    const statistics = graph.statistics === null ? [] : readStatistics(graph.statistics, results.statistics.data as Float32Array, flags);
    return {
      carried: onDevice === null ? inMemory(carried, graph.carried, (name) => results[`${name}/next`]) : carried,
      onDevice,
      copies: this.options.session.provider === "cpu" ? null : { in: bytesOfAll(feeds), out: bytesOfAll(results) },
      losses: results.losses.data as Float32Array,
      lossesWithPenalty: (results.losses_with_penalty?.data as Float32Array | undefined) ?? null,
      outputs: (results.all_outputs?.data as Float32Array | undefined) ?? null,
      indices, batch, waited, mixture, statistics,
    };
  }

  #fromMemory(step: number, steps: number, batch: number): PieceFeeds {
    const { problem: { dataset }, batches } = this.options;
    const indices = new BigInt64Array(steps * batch);
    for (let k = 0; k < steps; k++) batches.write(step + k, indices, k * batch);
    return { inputs: dataset.inputs, targets: dataset.targets, positions: indices, indices, waited: 0 };
  }

  /** What is carried, in memory: `carried` with what a chunk left on the device in its place. */
  async fetch({ tensors, layout }: CarriedOnDevice, carried: Readonly<Carried>): Promise<Carried> {
    const values = await this.#memory!.fetch(tensors);
    return inMemory(carried, layout, (name) => values[name]);
  }

  /** Puts what stays as it is through the run onto the device, once. */
  async #placeLasting(feeds: Record<string, ConstantTensor | DeviceTensor>, graph: ChunkGraph): Promise<void> {
    if (this.#memory === null) return;
    for (const name of [...graph.fixed, ...Object.keys(feeds).filter((each) => each.startsWith("table/"))]) {
      const value = feeds[name];
      if (isOnDevice(value)) continue;
      const placed = this.#placed.get(value) ?? (await this.#memory.place({ [name]: value }))[name];
      this.#placed.set(value, placed);
      feeds[name] = placed;
    }
  }

  async dispose(): Promise<void> {
    for (const placed of this.#placed.values()) placed.release();
    this.#placed.clear();
    for (const opening of this.#sessions.values()) await (await opening).session.release();
    this.#sessions.clear();
  }

  #sessionOf(batch: number): Promise<{ readonly graph: ChunkGraph; readonly session: Session }> {
    let opening = this.#sessions.get(batch);
    if (opening === undefined) {
      const { problem, lowering: facts, backend, session, log } = this.options;
      const open = async (lowering: LoweringFacts["lowering"]): Promise<{ graph: ChunkGraph; session: Session }> => {
        const graph = atModel(problem, () => buildChunkGraph({ problem, batch, lowering: { ...facts, lowering, threads: session.threads, provider: session.provider }, resident: this.#resident }));
        const kept = this.#memory === null ? {} : { kept: graph.carried.map(({ name }) => `${name}/next`) };
        return { graph, session: await backend.createSession(graph.model, { ...session, ...kept, operators: operatorsOf(graph.graph) }) };
      };
      opening = withFallback(facts.lowering, open, log);
      this.#sessions.set(batch, opening);
    }
    return opening;
  }

  #feedScalars(graph: ChunkGraph, step: number, rates: Float64Array): Record<string, ConstantTensor> {
    const columns = Object.fromEntries(graph.scalars.map((name) => [name, new Float32Array(rates.length)]));
    rates.forEach((rate, k) => {
      const values = stepScalars(this.options.problem, rate, step - (this.options.optimizerFrom ?? 0) + k + 1);
      for (const name of graph.scalars) columns[name][k] = values[name];
    });
    return Object.fromEntries(graph.scalars.map((name) => [`scalar/${name}`, { type: "float32", dims: [rates.length], data: columns[name] }]));
  }

  #feedMasks(graph: ChunkGraph, step: number, steps: number): Record<string, ConstantTensor> {
    const count = graph.masks.length;
    if (count === 0) return {};
    const { seed } = this.options.problem.config;
    const slices = new BigInt64Array(steps * count * 2);
    for (let k = 0; k < steps; k++) writeMaskSlices(seed, step + k, graph.masks, slices, k * count * 2);
    const feeds: Record<string, ConstantTensor> = { mask_slices: { type: "int64", dims: [steps, count, 2], data: slices } };
    for (const { rate, length } of graph.masks) feeds[`table/${rate}`] = this.#table(rate, length);
    return feeds;
  }

  #feedNumbers(step: number, steps: number, batch: number): Record<string, ConstantTensor> {
    const { augmentation, config } = this.options.problem;
    const { columns } = augmentation;
    if (columns === 0) return {};
    const data = new Float32Array(steps * batch * columns);
    for (let k = 0; k < steps; k++) writeDraws(augmentation, config.seed, step + k, batch, data, k * batch * columns);
    return { augment_numbers: { type: "float32", dims: [steps, batch, columns], data } };
  }

  #drawMixtures({ pieces }: ChunkGraph, step: number, steps: number, batch: number): ChunkResult["mixture"] {
    const { augmentation: { alpha }, config } = this.options.problem;
    if (alpha === null) return null;
    const partners = new BigInt64Array(steps * batch);
    const shares = Float32Array.from({ length: steps }, (_, k) => drawMixture(alpha, config.seed, step + k, pieces, partners, k * batch));
    return { shares, partners, pieces };
  }

  #table(rate: Draw, length: number): ConstantTensor {
    const key = `${rate}/${length}`;
    const made = this.#tables.get(key) ?? dropoutTable(this.options.problem.config.seed, rate, length);
    this.#tables.set(key, made);
    return made;
  }
}

function bytesOf({ data }: ConstantTensor): number {
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}

/** Of those that are in memory. */
function bytesOfAll(tensors: Readonly<Record<string, ConstantTensor | DeviceTensor>>): number {
  return Object.values(tensors).reduce((sum, tensor) => sum + (isOnDevice(tensor) ? 0 : bytesOf(tensor)), 0);
}

/** Gives back what a chunk left on the device. */
export function release({ tensors }: CarriedOnDevice): void {
  for (const tensor of Object.values(tensors)) tensor.release();
}

function copied({ type, dims, data }: ConstantTensor): ConstantTensor {
  return { type, dims, data: data.slice() };
}

/** What is wrong with an imported model's graph is told at the model. */
function atModel<T>({ imported }: TrainingProblem, build: () => T): T {
  try {
    return build();
  } catch (error) {
    throw imported !== null && error instanceof DescentError ? error.at({ path: "model.onnx" }) : error;
  }
}

/** A carried tensor's value: of a vector its parts in a row, without a copy where they lie so already. */
function asOne({ name, shape, parts }: CarriedTensor, carried: Readonly<Carried>): ConstantTensor {
  if (parts === null) return carried[name];
  const values = parts.map((part) => carried[part.name].data as Float32Array);
  const { buffer, byteOffset } = values[0];
  const [length] = shape;
  let end = byteOffset;
  const inRow = values.every((value) => {
    const follows = value.buffer === buffer && value.byteOffset === end;
    end += value.byteLength;
    return follows;
  });
  if (inRow) return { type: "float32", dims: shape, data: new Float32Array(buffer, byteOffset, length) };
  const data = new Float32Array(length);
  let at = 0;
  for (const value of values) {
    data.set(value, at);
    at += value.length;
  }
  return { type: "float32", dims: shape, data };
}

/** `carried` with the loop's results in their places. */
function inMemory(carried: Readonly<Carried>, layout: readonly CarriedTensor[], valueOf: (name: string) => ConstantTensor): Carried {
  return { ...carried, ...Object.fromEntries(layout.flatMap((tensor) => inParts(tensor, valueOf(tensor.name)))) };
}

/** The parts of a carried tensor over the same memory, by name. */
function inParts({ name, parts }: CarriedTensor, value: ConstantTensor): [string, ConstantTensor][] {
  if (parts === null) return [[name, value]];
  const all = value.data as Float32Array;
  let at = 0;
  return parts.map((part) => {
    const size = part.shape.reduce((product, dim) => product * dim, 1);
    const data = all.subarray(at, at + size);
    at += size;
    return [part.name, { type: "float32", dims: part.shape, data }];
  });
}

function readStatistics(reader: NonNullable<ChunkGraph["statistics"]>, data: Float32Array, flags: Uint8Array): ChunkResult["statistics"] {
  const found: { position: number; values: Record<string, number> }[] = [];
  flags.forEach((flag, position) => {
    if (flag === 1) found.push({ position, values: reader.read(data.subarray(position * reader.length, (position + 1) * reader.length)) });
  });
  return found;
}
