/**
 * The figures of a step that the charts and the live rules read: norms of gradients, weights and updates, and how the
 * layers' activations lie. They are a branch of the step's graph that runs at every k-th step alone.
 */
import type { Tensor } from "../graph/builder.js";
import { activations } from "../layers/activations/registry.js";
import type { LayerOutline } from "../layers/outline.js";
import type { ModelTensor } from "./parameters.js";

/** One learned tensor around its update. */
export interface UpdatedTensor {
  readonly tensor: ModelTensor;
  readonly before: Tensor;
  readonly after: Tensor;
  /** Before clipping. */
  readonly gradient: Tensor;
}

/** One figure in the branch's output vector, and what it means. */
interface Figure {
  readonly of: "gradient" | "weight" | "update" | "mean" | "square" | "zeros" | "saturated";
  readonly layer: string;
  readonly value: Tensor;
}

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
  updated: readonly UpdatedTensor[],
  outline: readonly LayerOutline[],
  outputs: ReadonlyMap<string, Tensor>,
): StatisticsBranch {
  const figures: Figure[] = [];
  const add = (of: Figure["of"], layer: string, value: Tensor): void => void figures.push({ of, layer, value });
  const squares = (x: Tensor): Tensor => branch.op("ReduceSumSquare", [x], { keepdims: 0 });
  const mean = (x: Tensor): Tensor => branch.op("ReduceMean", [x], { keepdims: 0 });
  const share = (condition: Tensor): Tensor => mean(branch.op("Cast", [condition], { to: 1 }));

  for (const { tensor, before, after, gradient } of updated) {
    add("gradient", tensor.layer, squares(gradient));
    add("weight", tensor.layer, squares(before));
    add("update", tensor.layer, squares(branch.op("Sub", [after, before])));
  }
  for (const layer of outline) {
    const y = outputs.get(layer.name);
    if (y === undefined) continue;
    const activation = layer.activation === null ? undefined : activations.get(layer.activation);
    add("mean", layer.name, mean(y));
    add("square", layer.name, mean(branch.op("Mul", [y, y])));
    if (activation?.zeroIsInactive) add("zeros", layer.name, share(branch.op("Equal", [y, branch.scalar(0)])));
    // saturated: the slope is below 1 % of its largest; a (1 - a) of sigmoid, 1 - a^2 of tanh
    if (activation?.saturatesAt === "zero_and_one") {
      add("saturated", layer.name, share(branch.op("Less", [branch.op("Mul", [y, branch.op("Sub", [branch.scalar(1), y])]), branch.scalar(0.0025)])));
    } else if (activation?.saturatesAt === "one") {
      add("saturated", layer.name, share(branch.op("Greater", [branch.op("Mul", [y, y]), branch.scalar(0.99)])));
    }
  }
  const one = branch.ints([1]);
  const vector = branch.op("Concat", figures.map(({ value }) => branch.op("Reshape", [value, one])), { axis: 0 });
  return { vector, length: figures.length, read: (values) => readFigures(figures, values) };
}

/** Figures as the scalars of command-line.md: sums of squares of a layer's tensors become norms. */
function readFigures(figures: readonly Figure[], values: Float32Array): Record<string, number> {
  const sums = new Map<string, number>();
  figures.forEach(({ of, layer }, i) => sums.set(`${of}/${layer}`, (sums.get(`${of}/${layer}`) ?? 0) + values[i]));
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
