/**
 * The figures of a step that the charts and the live rules read: norms of gradients, weights and updates, and how the
 * layers' activations lie. They are a branch of the step's graph that runs at every k-th step alone.
 */
import type { Tensor } from "../graph/builder.js";
import { concat, reshape } from "../graph/functions.js";
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

/** Figures in a row in the branch's output vector, one a layer, and what they mean. */
interface Figures {
  readonly of: "gradient" | "weight" | "update" | "mean" | "square" | "zeros" | "saturated";
  readonly layers: readonly string[];
  /** [layers] */
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

/** Whether a layer's output is watched: layers that learn, and activations. */
export function isWatched(layer: LayerOutline): boolean {
  return layer.parameters > 0 || layer.activation !== null;
}

/**
 * Builds the figures in the graph `branch` (the then-branch of an If).
 * `outputs`: the watched layers' outputs in training mode, recomputed in the branch from the weights before the update, so that
 * the step itself need not keep them.
 */
export function buildStatistics(
  branch: Tensor["builder"],
  updated: readonly UpdatedUnit[],
  outline: readonly LayerOutline[],
  outputs: ReadonlyMap<string, Tensor>,
): StatisticsBranch {
  const figures: Figures[] = [];
  const one = branch.ints([1]);
  for (const { unit, before, after, gradient } of updated) {
    const squares = (of: Figures["of"], value: Tensor): void => {
      for (const [i, rows] of rowsOf(value, unit).entries()) figures.push({ of, layers: unit.runs[i].map(({ layer }) => layer), value: branch.op("ReduceSumSquare", [rows, one], { keepdims: 0 }) });
    };
    squares("gradient", branch.op("Identity", [gradient]));
    squares("weight", branch.op("Identity", [before]));
    squares("update", branch.op("Sub", [after, before]));
  }
  for (const { layers, activation, rows } of watchedOutputs(outline, outputs)) {
    const mean = (of: Figures["of"], x: Tensor): void => void figures.push({ of, layers, value: branch.op("ReduceMean", [x, one], { keepdims: 0 }) });
    const share = (of: Figures["of"], condition: Tensor): void => mean(of, branch.op("Cast", [condition], { to: 1 }));
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
  return { vector, length: figures.reduce((sum, { layers }) => sum + layers.length, 0), read: (values) => readFigures(figures, values) };
}

/** The watched layers' outputs as matrices with a row a layer; small ones of one shape and activation together. */
function watchedOutputs(outline: readonly LayerOutline[], outputs: ReadonlyMap<string, Tensor>): readonly { readonly layers: readonly string[]; readonly activation: ActivationKind | undefined; readonly rows: Tensor }[] {
  const groups = new Map<string, { layers: string[]; activation: string | null; parts: Tensor[] }>();
  for (const { name, activation } of outline) {
    const y = outputs.get(name);
    if (y === undefined) continue;
    const isSmall = y.dims.reduce((product, dim) => product * dim, 1) <= mostStacked;
    const key = isSmall ? `${y.dims.join()} ${activation}` : name;
    const group = groups.get(key) ?? { layers: [], activation, parts: [] };
    group.layers.push(name);
    group.parts.push(y);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ layers, activation, parts }) => ({
    layers, activation: activation === null ? undefined : activations.get(activation), rows: reshape(concat(parts, 0), [parts.length, -1]),
  }));
}

/** Figures as the scalars of command-line.md: sums of squares of a layer's tensors become norms. */
function readFigures(figures: readonly Figures[], values: Float32Array): Record<string, number> {
  const sums = new Map<string, number>();
  let at = 0;
  for (const { of, layers } of figures) for (const layer of layers) sums.set(`${of}/${layer}`, (sums.get(`${of}/${layer}`) ?? 0) + values[at++]);
  const scalars: Record<string, number> = {};
  let gradients = 0;
  for (const [key, sum] of sums) {
    const [of, layer] = [key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1)];
    if (of === "gradient") {
      gradients += sum;
      scalars[`gradient_norm/${layer}`] = Math.sqrt(sum);
    } else if (of === "weight") scalars[`weight_norm/${layer}`] = Math.sqrt(sum);
    else if (of === "update") scalars[`update_ratio/${layer}`] = ratio(Math.sqrt(sum), Math.sqrt(sums.get(`weight/${layer}`) ?? 0));
    else if (of === "mean") scalars[`activation_mean/${layer}`] = sum;
    else if (of === "square") scalars[`activation_std/${layer}`] = Math.sqrt(Math.max(sum - (sums.get(`mean/${layer}`) ?? 0) ** 2, 0));
    else if (of === "zeros") scalars[`zero_fraction/${layer}`] = sum;
    else scalars[`saturated_fraction/${layer}`] = sum;
  }
  return { gradient_norm: Math.sqrt(gradients), ...scalars };
}

/** The size of an update against its weights; 0 where nothing moves. */
function ratio(update: number, weight: number): number {
  return update === 0 ? 0 : update / weight;
}
