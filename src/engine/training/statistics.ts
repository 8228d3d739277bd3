/**
 * The figures of a step that the charts and the live rules read: norms of gradients, weights and updates, and how the
 * layers' activations lie. They are a branch of the step's graph that runs at every k-th step alone.
 */
import type { Tensor } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import type { ActivationKind } from "../layers/activations/defineActivation.js";
import { activations } from "../layers/activations/registry.js";
import type { LayerOutline } from "../layers/outline.js";
import { rowsOf, type Unit } from "./packs.js";

/** A learned tensor, or several in one vector, around the update. */
export interface UpdatedUnit {
  readonly unit: Unit;
  readonly before: Tensor;
  readonly after: Tensor;
  /** Before clipping. */
  readonly gradient: Tensor;
}

type FigureKind = "gradient" | "weight" | "update" | "mean" | "square" | "zeros" | "saturated";

/** Figures in a row in the branch's output vector, and what each of them means. */
interface Figures {
  readonly of: readonly FigureKind[];
  readonly layers: readonly string[];
  /** As many elements. */
  readonly value: Tensor;
}

/** Outputs up to this many elements are put together with others of their shape: fewer nodes; larger ones would take memory. */
const mostStacked = 16384;

/** Statistics of a step as one vector, and how to read it. */
export interface StatisticsBranch {
  /** float32 [length]. */
  readonly vector: Tensor;
  readonly length: number;
  /** The scalars of one step from its vector, by tag. */
  readonly read: (vector: Float32Array) => Record<string, number>;
}

/** Layers and elements of their outputs up to which a branch reads the step's own: more of them would make session creation long, or hold memory to the step's end. */
const keptLayers = 16;
const keptElements = 262144;

/** Whether the step's own outputs of the watched layers are kept for the statistics, instead of being computed again in their branch. */
export function keepsOutputs(outputs: readonly Value[]): boolean {
  const elements = outputs.map(({ shape }) => (shape === null || shape.some((dim) => typeof dim !== "number") ? Infinity : sizeOf(shape as number[])));
  return elements.length <= keptLayers && elements.reduce((sum, size) => sum + size, 0) <= keptElements;
}

/** Whether a layer's output is watched: layers that learn, and activations. */
export function isWatched(layer: LayerOutline): boolean {
  return layer.parameters > 0 || layer.activation !== null;
}

/**
 * Builds the figures in the graph `branch` (the then-branch of an If).
 * `outputs`: the watched layers' outputs in training mode: the step's own where they are small, else recomputed in the branch from
 * the weights before the update, so that the step itself need not keep them. `products`: whether a large tensor's sum of squares is a product of
 * matrices, which takes the processor half the time.
 */
export function buildStatistics(
  branch: Tensor["builder"],
  updated: readonly UpdatedUnit[],
  outline: readonly LayerOutline[],
  outputs: ReadonlyMap<string, Tensor>,
  products: boolean,
): StatisticsBranch {
  const figures: Figures[] = [];
  const one = branch.ints([1]);
  for (const { unit, before, after, gradient } of updated) {
    const update = branch.op("Sub", [after, before]);
    if (unit.members.length === 1 && sizeOf(unit.shape) <= mostStacked) {
      // one row each: a small tensor's time is that of its nodes
      const [{ layer }] = unit.members;
      const rows = branch.op("Reshape", [branch.op("Concat", [gradient, before, update], { axis: 0 }), branch.ints([3, -1])]);
      figures.push({ of: ["gradient", "weight", "update"], layers: [layer, layer, layer], value: branch.op("ReduceSumSquare", [rows, one], { keepdims: 0 }) });
      continue;
    }
    const squares = (of: FigureKind, value: Tensor): void => {
      if (products && unit.members.length === 1) {
        // 100,000 elements: 16 microseconds; the runtime's sums of squares, which are not vectorised, 70; a product of elements and its sum 30
        const row = branch.op("Reshape", [value, branch.ints([1, -1])]);
        figures.push({ of: [of], layers: [unit.members[0].layer], value: branch.op("Reshape", [branch.op("Gemm", [row, row], { transB: 1 }), one]) });
        return;
      }
      for (const [i, rows] of rowsOf(branch.op("Mul", [value, value]), unit).entries()) figures.push({ of: unit.runs[i].map(() => of), layers: unit.runs[i].map(({ layer }) => layer), value: branch.op("ReduceSum", [rows, one], { keepdims: 0 }) });
    };
    squares("gradient", gradient);
    squares("weight", before);
    squares("update", update);
  }
  for (const { layers, activation, rows } of watchedOutputs(branch, outline, outputs)) {
    const mean = (of: FigureKind, x: Tensor): void => void figures.push({ of: layers.map(() => of), layers, value: branch.op("ReduceMean", [x, one], { keepdims: 0 }) });
    const share = (of: FigureKind, condition: Tensor): void => mean(of, branch.op("Cast", [condition], { to: 1 }));
    mean("mean", rows);
    mean("square", branch.op("Mul", [rows, rows]));
    if (activation?.zeroIsInactive) share("zeros", branch.op("Equal", [rows, branch.scalar(0)]));
    // saturated: the slope is below 1 % of its largest; a (1 - a) of sigmoid, 1 - a^2 of tanh
    if (activation?.saturatesAt === "zero_and_one") {
      share("saturated", branch.op("Less", [branch.op("Mul", [rows, branch.op("Sub", [branch.scalar(1), rows])]), branch.scalar(0.0025)]));
    } else if (activation?.saturatesAt === "one") {
      share("saturated", branch.op("Greater", [branch.op("Mul", [rows, rows]), branch.scalar(0.99)]));
    }
  }
  const vector = branch.op("Concat", figures.map(({ value }) => value), { axis: 0 });
  return { vector, length: figures.reduce((sum, { layers }) => sum + layers.length, 0), read: readerOf(figures) };
}

/** The watched layers' outputs as matrices with a row a layer; small ones of one shape and activation together. */
function watchedOutputs(branch: Tensor["builder"], outline: readonly LayerOutline[], outputs: ReadonlyMap<string, Tensor>): readonly { readonly layers: readonly string[]; readonly activation: ActivationKind | undefined; readonly rows: Tensor }[] {
  const groups = new Map<string, { layers: string[]; activation: string | null; parts: Tensor[] }>();
  for (const { name, activation } of outline) {
    const y = outputs.get(name);
    if (y === undefined) continue;
    const isSmall = sizeOf(y.dims) <= mostStacked;
    const key = isSmall ? `${y.dims.join()} ${activation}` : name;
    const group = groups.get(key) ?? { layers: [], activation, parts: [] };
    group.layers.push(name);
    group.parts.push(y);
    groups.set(key, group);
  }
  const together = (parts: readonly Tensor[]): Tensor => (parts.length === 1 ? parts[0] : branch.op("Concat", parts, { axis: 0 }));
  return [...groups.values()].map(({ layers, activation, parts }) => ({
    layers, activation: activation === null ? undefined : activations.get(activation), rows: branch.op("Reshape", [together(parts), branch.ints([parts.length, -1])]),
  }));
}

/** A scalar from a step's vector: places there, and what is made of their sum. */
interface Scalar {
  readonly tag: string;
  readonly places: readonly number[];
  /** Of an update: its weights. Of a mean of squares: the mean. */
  readonly against: readonly number[];
  readonly form: "norm" | "ratio" | "deviation" | "plain";
}

const scalarOf: Readonly<Record<FigureKind, readonly [tag: string, form: Scalar["form"], against: FigureKind | null]>> = {
  gradient: ["gradient_norm", "norm", null],
  weight: ["weight_norm", "norm", null],
  update: ["update_ratio", "ratio", "weight"],
  mean: ["activation_mean", "plain", null],
  square: ["activation_std", "deviation", "mean"],
  zeros: ["zero_fraction", "plain", null],
  saturated: ["saturated_fraction", "plain", null],
};

/** How to read the scalars of command-line.md: sums of squares of a layer's tensors become norms. What is where is found once, not at every step. */
function readerOf(figures: readonly Figures[]): StatisticsBranch["read"] {
  const places = new Map<string, { readonly kind: FigureKind; readonly layer: string; readonly at: number[] }>();
  let length = 0;
  for (const { of, layers } of figures) {
    for (const [i, layer] of layers.entries()) {
      const own = places.get(`${of[i]}/${layer}`) ?? { kind: of[i], layer, at: [] };
      own.at.push(length++);
      places.set(`${of[i]}/${layer}`, own);
    }
  }
  const scalars = [...places.values()].map(({ kind, layer, at }): Scalar => {
    const [tag, form, against] = scalarOf[kind];
    return { tag: `${tag}/${layer}`, places: at, against: places.get(`${against}/${layer}`)?.at ?? [], form };
  });
  const gradients = [...places.values()].filter(({ kind }) => kind === "gradient").flatMap(({ at }) => at);
  return (values) => {
    const read: Record<string, number> = { gradient_norm: Math.sqrt(sumOf(values, gradients)) };
    for (const { tag, places: own, against, form } of scalars) {
      const sum = sumOf(values, own);
      if (form === "plain") read[tag] = sum;
      else if (form === "norm") read[tag] = Math.sqrt(sum);
      else if (form === "ratio") read[tag] = ratio(Math.sqrt(sum), Math.sqrt(sumOf(values, against)));
      else read[tag] = Math.sqrt(Math.max(sum - sumOf(values, against) ** 2, 0));
    }
    return read;
  };
}

function sumOf(values: Float32Array, places: readonly number[]): number {
  let sum = 0;
  for (const place of places) sum += values[place];
  return sum;
}

/** The size of an update against its weights; 0 where nothing moves. */
function ratio(update: number, weight: number): number {
  return update === 0 ? 0 : update / weight;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
