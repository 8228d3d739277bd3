/** The forward half of a training step as a graph of its own, so that a lowering can rewrite it before it is differentiated. */
import { predictsClasses } from "../data/task.js";
import type { Tensor } from "../graph/builder.js";
import type { Graph } from "../graph/types.js";
import { newGraph } from "../ops/inference.js";
import { noiseCount } from "./augmentation.js";
import { batchLoss, countsOf } from "./batchLoss.js";
import type { Draw } from "./dropoutTable.js";
import { buildForward, outputRows } from "./forward.js";
import { importedPart, type TrainingProblem } from "./problem.js";
import { penalty } from "./regularization.js";
import { isWatched } from "./statistics.js";

/** Random values that a layer needs, a mask of dropout or noise: an input of the forward graph of its own. */
export interface DropoutMask {
  /** Name of the graph's input, float32 of `shape`. */
  readonly input: string;
  readonly rate: Draw;
  readonly shape: readonly number[];
}

export interface TrainingForward {
  /** Inputs: `inputs`, `targets`, where losses are mixed `partner_targets` and `share`, every tensor of the model by name, the masks. Outputs: `loss`, `outputs`, `next/<statistic>`, and `activity_penalty` where there is one. */
  readonly graph: Graph;
  /** The layers', then the noise of augmentation, which is no input of this graph. */
  readonly masks: readonly DropoutMask[];
  /** Names of the statistics that the step moves. */
  readonly statistics: readonly string[];
  /** The same graph with the watched layers' outputs as its outputs, and which of them is which layer's. */
  readonly watched: { readonly graph: Graph; readonly byLayer: ReadonlyMap<string, string> };
}

/** The forward half for batches of this size: mean loss over the batch, and the outputs [batch, width] (with a class for every step [batch x steps, width]). */
export function buildTrainingForward(problem: TrainingProblem, batch: number): TrainingForward {
  const { dataset, outline, tensors, lossProblem, augmentation } = problem;
  const graph = newGraph(null, problem.opset);
  const inputs = graph.input("inputs", "float32", [batch, ...dataset.inputs.dims.slice(1)]);
  const targets = graph.input("targets", dataset.task === "autoencoder" ? "float32" : dataset.targets.type, [batch, ...dataset.targets.dims.slice(1)]);
  const parameters = new Map(tensors.map((t) => [t.fullName, graph.input(t.fullName, "float32", t.shape)]));
  const masks: DropoutMask[] = [];
  const statistics = new Map<string, Tensor>();

  const drawn = (layer: string, shape: readonly number[], rate: Draw): Tensor => {
    const mask = graph.input(`mask/${layer}`, "float32", shape);
    masks.push({ input: mask.name, rate, shape });
    return mask;
  };
  const { layers, steps } = buildForward({
    outline, inputs, mode: "training", still: problem.still, imported: importedPart(problem),
    parameter: (name) => parameters.get(name)!,
    updateStatistic: (name, value) => void statistics.set(name, value),
    dropoutMask: (layer, x, rate) => drawn(layer, x.dims, rate),
    normalNoise: (layer, x) => drawn(layer, x.dims, "normal"),
    uniform: (layer, count) => drawn(layer, [count], "uniform"),
  });
  const outputs = outputRows(layers.get(outline.at(-1)!.name)!, lossProblem);
  for (let i = 0; i < noiseCount(augmentation); i++) masks.push({ input: noiseInput(i), rate: "normal", shape: inputs.dims });

  graph.output(mixesLosses(problem) ? mixedLoss(problem, outputs, targets, steps) : meanLoss(problem, outputs, targets, steps), "loss");
  const counts = predictsClasses(dataset.task) ? countsOf(problem, targets, steps) : null;
  graph.output(counts === null ? outputs : markedUncounted(outputs, counts), "outputs");
  for (const [name, value] of statistics) graph.output(value, `next/${name}`);
  const activity = penalty(problem.activityPenalties.map(({ layer, l1, l2 }) => ({ x: layers.get(layer)!, l1: l1 / batch, l2: l2 / batch })));
  if (activity !== null) graph.output(activity, "activity_penalty");
  const built = graph.build("forward");
  const byLayer = new Map(outline.filter(isWatched).map(({ name }) => [name, layers.get(name)!.name]));
  const watched = { graph: { ...built, outputs: [...new Set(byLayer.values())].map((name) => graph.tensor(name)) }, byLayer };
  return { graph: built, masks, statistics: [...statistics.keys()], watched };
}

/** Outputs [batch x steps, width] with NaN in the rows that do not count, so that no figure counts them. */
function markedUncounted(outputs: Tensor, counts: Tensor): Tensor {
  const graph = outputs.builder;
  const isCounted = graph.op("Cast", [graph.op("Reshape", [counts, graph.ints([-1, 1])])], { to: 9 });
  return graph.op("Where", [isCounted, outputs, graph.scalar(NaN)]);
}

/** Name of the i-th noise of augmentation among a step's random values, or what all of them begin with. */
export function noiseInput(i: number | ""): string {
  return `augment/noise_${i}`;
}

/** Whether examples are mixed and both losses count, each by its share. */
export function mixesLosses({ augmentation }: TrainingProblem): boolean {
  return augmentation.alpha !== null && augmentation.mixes === "losses";
}

/** share loss(y_i) + (1 - share) loss(y_j): for cross-entropy the loss of the mixed targets (Zhang et al., mixup, 2018, and its code). */
function mixedLoss(problem: TrainingProblem, outputs: Tensor, targets: Tensor, steps: Tensor | null): Tensor {
  const graph = outputs.builder;
  const share = graph.input("share", "float32", []);
  const partners = graph.input("partner_targets", targets.type, targets.shape);
  const own = graph.op("Mul", [meanLoss(problem, outputs, targets, steps), share]);
  const other = graph.op("Mul", [meanLoss(problem, outputs, partners, steps), graph.op("Sub", [graph.scalar(1), share])]);
  return graph.op("Add", [own, other]);
}

/** The sum divided by the weights of the batch, or by the number of its targets; a batch of weight 0 has loss 0. */
function meanLoss(problem: TrainingProblem, outputs: Tensor, targets: Tensor, steps: Tensor | null): Tensor {
  const graph = outputs.builder;
  const { sum, weight } = batchLoss(problem, outputs, targets, steps);
  if (weight === null) return graph.op("Mul", [sum, graph.scalar(1 / outputs.dims[0])]);
  return graph.op("Div", [sum, graph.op("Add", [weight, graph.scalar(1e-30)])]);
}
