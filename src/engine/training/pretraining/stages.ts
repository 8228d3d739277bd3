/** Greedy pretraining cut into stages: which layers each trains, for what, on which examples. */
import { DescentError } from "../../../common/errors.js";
import type { MoreData } from "../../data/readMore.js";
import type { Dataset } from "../../data/types.js";
import { outlineModel, type LayerOutline } from "../../layers/outline.js";
import { withVocabulary } from "../../layers/vocabulary.js";
import type { GroupArguments } from "../../optimizers/groups.js";
import type { LayerConfig, LossConfig, PretrainConfig, TrainingConfig } from "../config.js";
import { matchesTensor, modelTensors } from "../parameters.js";

/** One layer's turn: a model of the layers up to it, with an output layer of its own, and the file's settings but for what steers the whole run. */
export interface Stage {
  /** The layer that is added and trained. */
  readonly layer: string;
  /** Names of the layers that go on with what they have learnt; output layers and decoders of a stage are its own. */
  readonly kept: ReadonlySet<string>;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
}

/**
 * The stages, first layer first: one for each layer with weights but the last, which makes the outputs.
 *
 * supervised: the layers so far, flattened where the file's output layer reads rows and they give none, and the file's own output layer, on the
 * file's loss (Bengio et al., Greedy Layer-Wise Training of Deep Networks, 2007, 5). autoencoder: the layers so far and a linear decoder back to the
 * scaled inputs, on mse, with the labels out of sight (the same, 3; each stage there gives back what the layer before made, which for the first
 * layer is the same). With `freeze_earlier` the layers of earlier stages are held fixed altogether: weights, running statistics and dropout.
 * The last supervised stage has the file's own output layer in its place, which the tuning goes on with. Rate and optimizer are the file's, at a constant rate; early stopping, averaging and the schedule belong to the tuning of everything afterwards.
 * Throws `pretrain-no-hidden-layer`, `pretrain-tokens`, `pretrain-imported`.
 */
export function planStages(config: TrainingConfig, dataset: Dataset, unlabelled: MoreData | null): readonly Stage[] {
  const pretrain = config.training.pretrain;
  if (pretrain === null) return [];
  if (config.imported !== null) throw new DescentError("pretrain-imported", "Greedy pretraining adds listed layers one after another; a model of another tool is whole already.", { path: "training.pretrain" });
  const model = withVocabulary(config.model, dataset);
  const outline = outlineModel(model, dataset.inputs.dims.slice(1));
  const weighted = model.map((_, place) => place).filter((place) => outline.some((layer) => placeOf(layer) === place && layer.tensors.some(({ role }) => role === "weight")));
  if (weighted.length < 2) throw new DescentError("pretrain-no-hidden-layer", "Greedy pretraining adds one hidden layer after another, and this model has none: its only layer with weights makes the outputs.", { path: "training.pretrain" });
  if (pretrain.greedy === "autoencoder" && dataset.inputKind === "tokens") throw new DescentError("pretrain-tokens", "An autoencoder gives numbers back, and these inputs are tokens. Pretrain with greedy: supervised.", { path: "training.pretrain.greedy" });
  const data = pretrain.greedy === "autoencoder" ? withoutLabels(dataset, unlabelled) : { ...dataset, splits: { ...dataset.splits, test: new Int32Array(0) } };
  return weighted.slice(0, -1).map((place, stage) => {
    const next = weighted[stage + 1];
    const features = model.slice(0, next);
    const head = pretrain.greedy === "autoencoder" ? decoder(outline, next, dataset) : outputLayers(model, outline, next, weighted.at(-1)!);
    const still = pretrain.freezeEarlier ? new Set(outline.filter((layer) => placeOf(layer) < place).map(({ name }) => name)) : new Set<string>();
    const isWhole = pretrain.greedy === "supervised" && next === weighted.at(-1);
    const kept = new Set(outline.filter((layer) => isWhole || placeOf(layer) < next).map(({ name }) => name));
    return { layer: model[place].name, kept, dataset: data, config: stageConfig(config, pretrain, [...features, ...head], still, dataset) };
  });
}

/** The top-level place of a layer, by its path `model[2].dense` or `model[2].residual[0].dense`. */
function placeOf({ path }: LayerOutline): number {
  return Number(/^model\[(\d+)\]/.exec(path)?.[1]);
}

/** What the layers before this place give, without the batch dimension. */
function shapeBefore(outline: readonly LayerOutline[], place: number): readonly number[] {
  return outline.findLast((layer) => placeOf(layer) < place)!.outputShape;
}

/** The file's layers from the last with weights on, behind a flatten where they read rows and the features are none. */
function outputLayers(model: readonly LayerConfig[], outline: readonly LayerOutline[], place: number, output: number): readonly LayerConfig[] {
  const flatten = shapeBefore(outline, output).length === 1 && shapeBefore(outline, place).length > 1;
  return [...(flatten ? [flattened] : []), ...model.slice(output)];
}

const flattened: LayerConfig = { kind: "flatten", arguments: {}, name: "pretrain_flatten", path: "training.pretrain" };

/** A linear map from the features back to the inputs. */
function decoder(outline: readonly LayerOutline[], place: number, { inputs }: Dataset): readonly LayerConfig[] {
  const units = inputs.dims.slice(1).reduce((product, dim) => product * dim, 1);
  return [...(shapeBefore(outline, place).length > 1 ? [flattened] : []), { kind: "dense", arguments: { units }, name: "pretrain_decoder", path: "training.pretrain" }];
}

/** The examples as an autoencoder has them: those of the training split, or others of the same form, all of them. */
function withoutLabels(dataset: Dataset, unlabelled: MoreData | null): Dataset {
  const { inputs, inputDivisor } = unlabelled ?? dataset;
  const own = unlabelled === null ? { train: dataset.splits.train, validation: dataset.splits.validation } : { train: Int32Array.from({ length: inputs.dims[0] }, (_, i) => i), validation: new Int32Array(0) };
  return {
    ...dataset, stream: unlabelled === null ? dataset.stream : undefined, task: "autoencoder", inputs, inputDivisor, targets: inputs, classes: null, targetColumns: dataset.columns ?? ["inputs"],
    targetScaling: dataset.scaling, rawTargetStatistics: dataset.rawStatistics, splits: { ...own, test: new Int32Array(0) },
  };
}

function stageConfig(config: TrainingConfig, pretrain: PretrainConfig, model: readonly LayerConfig[], still: ReadonlySet<string>, dataset: Dataset): TrainingConfig {
  const reconstructs = pretrain.greedy === "autoencoder";
  const groups = config.optimizer.arguments.groups as readonly GroupArguments[] | undefined;
  const tensors = modelTensors(outlineModel(model, dataset.inputs.dims.slice(1)));
  const own = groups?.filter(({ match }) => tensors.some((tensor) => tensor.learned && matchesTensor(match, tensor)));
  return {
    ...config, model, still,
    modelFiles: null,
    loss: reconstructs ? ({ kind: "mse", arguments: {} } satisfies LossConfig) : config.loss,
    metrics: reconstructs ? [] : config.metrics,
    decision: reconstructs ? { ...config.decision, positive: null } : config.decision,
    optimizer: { ...config.optimizer, arguments: { ...config.optimizer.arguments, ...(own === undefined ? {} : { groups: own }) } },
    schedule: { kind: "constant", arguments: {} },
    training: {
      ...config.training, pretrain: null, unfreeze: null, epochs: pretrain.epochs, steps: null, polyak: null, earlyStopping: null,
      evaluate: { everyEpochs: 1, everySteps: null }, checkpoint: { ...config.training.checkpoint, best: null },
    },
  };
}
