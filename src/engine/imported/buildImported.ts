/** An imported model's part of a graph that is built, in training or in inference mode. */
import { inlineGraph } from "../graph/inlineGraph.js";
import type { Tensor } from "../graph/builder.js";
import { numbersOf } from "../graph/tensorData.js";
import type { Node } from "../graph/types.js";
import { normalisedInTraining } from "../layers/batchNorm.js";
import type { ImportedConfig } from "../training/config.js";
import { asModelInput } from "./fitInput.js";
import type { ImportedModel } from "./importedModel.js";

export interface ImportedBuild {
  readonly mode: "training" | "inference";
  /** `auto`: the nodes of the file that are in training form; else all or none that have one. */
  readonly training: ImportedConfig["training"];
  /** Full names of tensors that stay as they are. */
  readonly frozen: ReadonlySet<string>;
  /** A weight by its full name. */
  readonly parameter: (fullName: string) => Tensor;
  readonly updateStatistic: (fullName: string, value: Tensor) => void;
  readonly dropoutMask: (node: string, x: Tensor, rate: number) => Tensor;
}

/** Names that the graphs around an imported model give to values of their own. */
const ownNames: ReadonlySet<string> = new Set([
  "input", "inputs", "targets", "indices", "output", "outputs", "probabilities", "loss", "loss_sum", "loss_weight", "losses", "losses_with_penalty", "all_outputs", "activations",
  "activity_penalty", "statistics", "with_statistics", "mask_slices", "step", "going",
]);

/** What each layer of the model gives for x [batch, ...example], by the layer's name; the last one's is the model's. */
export function buildImported(model: ImportedModel, x: Tensor, options: ImportedBuild): ReadonlyMap<string, Tensor> {
  const { graph, layers, fullNames } = model;
  const bound = new Map<string, Tensor>([[graph.inputs[0].name, asModelInput(x, model.fit)]]);
  for (const [tensor, fullName] of fullNames) bound.set(tensor, options.parameter(fullName));
  const outputs = inlineGraph(x.builder, graph, bound, {
    replace: (node, inputs) => modeForm(model, node, inputs, options),
    rename: (name) => (ownNames.has(name) ? `imported/${name}` : name),
  });
  return new Map(layers.map(({ name }, i) => [name, outputs[i + 1]]));
}

/** What a node gives whose form is one for training or for inference; null for all others. */
function modeForm(model: ImportedModel, node: Node, inputs: readonly (Tensor | null)[], options: ImportedBuild): readonly Tensor[] | null {
  if (node.domain !== "") return null;
  if (node.op === "Dropout") return dropout(model, node, inputs, options);
  return node.op === "BatchNormalization" ? batchNormalization(model, node, inputs, options) : null;
}

/** Masks come from the run's own tables: the runtime's random numbers would differ after a resume. */
function dropout(model: ImportedModel, node: Node, [x, ratio, training]: readonly (Tensor | null)[], options: ImportedBuild): readonly Tensor[] {
  const isTraining = training?.constant ? numbersOf(training.constant)[0] === 1 : false;
  const wanted = options.mode === "training" && (options.training === "auto" ? isTraining : options.training);
  const rate = ratio?.constant ? numbersOf(ratio.constant)[0] : 0.5;
  const trains = model.layers.some(({ tensors }) => tensors.some(({ role, fullName }) => role !== "statistic" && !options.frozen.has(fullName)));
  if (!wanted || !trains || rate === 0) return [x!];
  return [x!.builder.op("Mul", [x!, options.dropoutMask(node.name, x!, rate)])];
}

/** The batch's statistics where the layer trains, the running ones where it is frozen or the file wants inference. */
function batchNormalization({ fullNames }: ImportedModel, node: Node, inputs: readonly (Tensor | null)[], options: ImportedBuild): readonly Tensor[] {
  const [x, gamma, beta, mean, variance] = inputs as readonly Tensor[];
  const { epsilon, momentum, training_mode: form } = node.attributes;
  const isTraining = form?.kind === "int" && form.value === 1;
  const wanted = options.mode === "training" && (options.training === "auto" ? isTraining : options.training);
  const [scale, ...running] = [1, 3, 4].map((slot) => fullNames.get(node.inputs[slot]));
  const frozen = scale !== undefined && options.frozen.has(scale);
  const number = (attribute: typeof epsilon, fallback: number): number => (attribute?.kind === "float" ? attribute.value : fallback);
  const args = { epsilon: number(epsilon, 1e-5), momentum: number(momentum, 0.9) };
  if (!wanted || frozen || running[0] === undefined || running[1] === undefined) {
    return [x.builder.op("BatchNormalization", [x, gamma, beta, mean, variance], { epsilon: { kind: "float", value: args.epsilon } })];
  }
  const made = normalisedInTraining(x, { gamma, beta, mean, variance }, args);
  options.updateStatistic(running[0], made.mean);
  options.updateStatistic(running[1], made.variance);
  return [made.y];
}
