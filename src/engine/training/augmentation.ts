/**
 * Augmentation of the training batches, as a part of the step's graph: the host draws a few numbers for each example of a step, from
 * the seed and the step alone, and the graph does the rest. No worker is waited for, and a resumed run goes on to the bit.
 */
import { DescentError } from "../../common/errors.js";
import type { AugmentationKind, Drawn, PixelPlaces, ValueScale } from "../augmentations/defineAugmentation.js";
import { augmentations } from "../augmentations/registry.js";
import type { Dataset } from "../data/types.js";
import type { Tensor } from "../graph/builder.js";
import type { LayerOutline } from "../layers/outline.js";
import { drawnBeta } from "../random/beta.js";
import { RandomStream } from "../random/stream.js";
import type { TrainingConfig } from "./config.js";
import type { Pieces } from "./differentiateBatch.js";

/** One entry of the file's list. */
interface Entry {
  readonly kind: AugmentationKind;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Where its numbers begin among those of an example. */
  readonly column: number;
}

/** What the file's list does to this data set. */
export interface AugmentationPlan {
  readonly entries: readonly Entry[];
  /** Numbers that an example draws each step. */
  readonly columns: number;
  /** [C, H, W], where any entry works on images. */
  readonly shape: readonly number[];
  readonly scale: ValueScale;
  /** Parameter of the mixtures' distribution; null: nothing is mixed. */
  readonly alpha: number | null;
  /** What the mixture of two examples is compared with: both losses by their shares (classes), or the mixture of both targets. */
  readonly mixes: "losses" | "targets";
}

/** Checks the list against data and model. Throws, at the entry, `augmentation-needs-images`, `augmentation-needs-colours`, `augmentation-of-indices`, `mixup-unsupported`. */
export function planAugmentation({ data }: TrainingConfig, dataset: Dataset, outline: readonly LayerOutline[]): AugmentationPlan {
  const shape = dataset.inputs.dims.slice(1);
  let columns = 0;
  let alpha: number | null = null;
  const entries = data.augment.map((chosen, i): Entry => {
    const kind = augmentations.get(chosen.kind);
    const path = `data.augment[${i}].${chosen.kind}`;
    if (kind === undefined) throw new DescentError("unknown-kind", `There is no augmentation named ${chosen.kind}.`, { path: `data.augment[${i}]` });
    const args = kind.arguments.parse(chosen.arguments) as Readonly<Record<string, unknown>>;
    checkInputs(kind, dataset, outline, path);
    if (kind.change.moves === "pairs") {
      checkMixing(dataset, path);
      if (alpha !== null) throw new DescentError("mixup-unsupported", "Examples are mixed once: take the second mixup away.", { path });
      alpha = kind.change.alpha(args);
    }
    columns += kind.draws.length;
    return { kind, arguments: args, column: columns - kind.draws.length };
  });
  const mixes = dataset.task === "classification" || dataset.task === "multi_label" ? "losses" : "targets";
  return { entries, columns, shape, scale: scaleOf(dataset), alpha, mixes };
}

function checkInputs({ kind, needs }: AugmentationKind, { inputs, inputKind }: Dataset, outline: readonly LayerOutline[], path: string): void {
  const shape = inputs.dims.slice(1);
  if (needs === "numbers") {
    if (inputKind !== "tokens" && outline.at(0)?.kind !== "embedding") return;
    throw new DescentError("augmentation-of-indices", `${kind} computes with the inputs, and these are indices that an embedding looks up: a number between two of them means nothing.`, { path });
  }
  if (inputKind !== "image" || shape.length !== 3) {
    throw new DescentError("augmentation-needs-images", `${kind} works on images, and an example of this data has the shape [${shape.join(", ")}]: no axes of channels, rows and columns. For other data there are noise and mixup.`, { path });
  }
  if (needs === "colours" && shape[0] !== 1 && shape[0] !== 3) {
    throw new DescentError("augmentation-needs-colours", `${kind} works on images of 1 or 3 channels, and these have ${shape[0]}.`, { path });
  }
}

function checkMixing({ task }: Dataset, path: string): void {
  if (task !== "language_model") return;
  throw new DescentError("mixup-unsupported", "mixup mixes two examples and their targets; between two texts there is nothing.", { path });
}

/** Scaled values as they were read. Scalings by column have no images. */
function scaleOf({ inputs, inputDivisor, scaling, rawStatistics }: Dataset): ValueScale {
  const largest = inputs.type === "uint8" || (rawStatistics[0]?.max ?? 1) > 1 ? 255 : 1;
  return inputs.type === "uint8" ? { offset: 0, divisor: inputDivisor, largest } : { offset: scaling.offset[0] ?? 0, divisor: scaling.divisor[0] ?? 1, largest };
}

/** The numbers of a step's examples (from 0), [examples, columns], written from `offset` on. */
export function writeDraws({ entries, columns, shape }: AugmentationPlan, seed: number, step: number, examples: number, into: Float32Array, offset: number): void {
  if (columns === 0) return;
  const random = new RandomStream(seed, "augment", step);
  const size = { height: shape[1], width: shape[2] };
  let at = offset;
  for (let i = 0; i < examples; i++) {
    for (const { kind, arguments: args } of entries) for (const value of kind.draw(args, random, size)) into[at++] = value;
  }
}

/**
 * The share of a step's mixtures, and for each example its partner, as a position within its own piece of the batch: a permutation
 * of each piece, written from `offset` on.
 */
export function drawMixture(alpha: number, seed: number, step: number, { size, count, rest }: Pieces, partners: BigInt64Array, offset: number): number {
  const random = new RandomStream(seed, "mixup", step);
  const share = drawnBeta(random, alpha);
  let at = offset;
  for (const length of [...Array.from({ length: count }, () => size), ...(rest > 0 ? [rest] : [])]) {
    const order = Int32Array.from({ length }, (_, i) => i);
    random.shuffle(order);
    for (const position of order) partners[at++] = BigInt(position);
  }
  return share;
}

/** What a step drew, in its graph. */
export interface StepDraws {
  /** float32 [batch, columns]; null where nothing is drawn by example. */
  readonly numbers: Tensor | null;
  /** One of N(0, 1) of the inputs' shape for each entry that adds noise, in order. */
  readonly noise: readonly Tensor[];
  readonly mixture: { readonly share: Tensor; readonly partners: Tensor } | null;
}

/** Number of tensors of noise that a batch needs. */
export function noiseCount({ entries }: AugmentationPlan): number {
  return entries.filter(({ kind }) => kind.change.moves === "noise").length;
}

/** The batch x [batch, ...example] after the list. `undamaged`: without what covers or blurs the examples, as an autoencoder's target. */
export function augmented(plan: AugmentationPlan, x: Tensor, draws: StepDraws, undamaged = false): Tensor {
  const noise = [...draws.noise];
  let y = x;
  let moving: Entry[] = [];
  const flush = (): void => {
    if (moving.length > 0) y = gatherPixels(plan, y, moving, draws.numbers!);
    moving = [];
  };
  for (const entry of plan.entries) {
    const { change, damages } = entry.kind;
    const own = change.moves === "noise" ? noise.shift()! : null;
    if (undamaged && damages) continue;
    if (change.moves === "pixels") {
      moving.push(entry);
      continue;
    }
    flush();
    const graph = y.builder;
    if (change.moves === "values") y = change.apply(entry.arguments, y, drawnBy(entry, draws.numbers!, 4), plan.scale);
    else if (change.moves === "noise") y = graph.op("Add", [y, graph.op("Mul", [own!, graph.scalar(change.deviation(entry.arguments))])]);
    else y = mixed(y, draws.mixture!);
  }
  flush();
  return y;
}

/** share x + (1 - share) x of the partners. */
export function mixed(x: Tensor, { share, partners }: NonNullable<StepDraws["mixture"]>): Tensor {
  const graph = x.builder;
  const others = graph.op("Gather", [x, partners], { axis: 0 });
  return graph.op("Add", [graph.op("Mul", [x, share]), graph.op("Mul", [others, graph.op("Sub", [graph.scalar(1), share])])]);
}

/** The entry's numbers by name, each [batch, 1, ...] of this rank. */
function drawnBy({ kind, column }: Entry, numbers: Tensor, rank: number): Drawn {
  const graph = numbers.builder;
  const shape = graph.ints([numbers.dims[0], ...Array<number>(rank - 1).fill(1)]);
  return Object.fromEntries(kind.draws.map((name, i) => [name, graph.op("Reshape", [graph.op("Gather", [numbers, graph.ints([column + i])], { axis: 1 }), shape])]));
}

/**
 * Entries that move pixels, in order, as one gather: each pixel of the result is followed back through them, last to first, to the pixel
 * that it comes from, or to one more that is black.
 */
function gatherPixels({ scale }: AugmentationPlan, x: Tensor, entries: readonly Entry[], numbers: Tensor): Tensor {
  const graph = x.builder;
  const [batch, channels, height, width] = x.dims;
  const pixels = height * width;
  const counting = (length: number, shape: readonly number[]): Tensor => graph.constant({ type: "float32", dims: shape, data: Float32Array.from({ length }, (_, i) => i) });
  const within = (places: Tensor, length: number): Tensor => graph.op("Clip", [places, graph.scalar(0), graph.scalar(length - 1)]);
  let places: PixelPlaces = { rows: counting(height, [1, height, 1]), columns: counting(width, [1, 1, width]) };
  const inside: { rows: Tensor | null; columns: Tensor | null } = { rows: null, columns: null };
  for (const entry of [...entries].reverse()) {
    const { change } = entry.kind;
    if (change.moves !== "pixels") continue;
    const from = change.from(entry.arguments, places, drawnBy(entry, numbers, 3), { height, width });
    places = change.leaves ? { rows: within(from.rows, height), columns: within(from.columns, width) } : from;
    if (!change.leaves) continue;
    for (const axis of ["rows", "columns"] as const) {
      const stays = graph.op("Equal", [from[axis], places[axis]]);
      const known = inside[axis];
      inside[axis] = known === null ? stays : graph.op("And", [known, stays]);
    }
  }
  const index = (position: Tensor, step: number, isInside: Tensor | null): Tensor => {
    const whole = graph.op("Mul", [graph.op("Cast", [position], { to: 6 }), graph.scalar(step, "int32")]);
    return isInside === null ? whole : graph.op("Where", [isInside, whole, graph.scalar(pixels, "int32")]);
  };
  const canLeave = inside.rows !== null;
  const sum = graph.op("Add", [index(places.rows, width, inside.rows), index(places.columns, 1, inside.columns)]);
  const sources = canLeave ? graph.op("Min", [sum, graph.scalar(pixels, "int32")]) : sum;
  const spread = graph.op("Expand", [graph.op("Reshape", [graph.op("Expand", [sources, graph.ints([batch, height, width])]), graph.ints([batch, 1, pixels])]), graph.ints([batch, channels, pixels])]);
  const flat = graph.op("Reshape", [x, graph.ints([batch, channels, pixels])]);
  const black = graph.constant({ type: "float32", dims: [batch, channels, 1], data: new Float32Array(batch * channels).fill(-scale.offset / scale.divisor) });
  const source = canLeave ? graph.op("Concat", [flat, black], { axis: 2 }) : flat;
  return graph.op("Reshape", [graph.op("GatherElements", [source, spread], { axis: 2 }), graph.ints([batch, channels, height, width])]);
}
