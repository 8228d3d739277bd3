/** From a batch of inputs to the model's outputs, in training or inference mode. */
import { predictsClasses } from "../data/task.js";
import type { Dataset } from "../data/types.js";
import type { Tensor } from "../graph/builder.js";
import { buildImported } from "../imported/buildImported.js";
import type { ImportedModel } from "../imported/importedModel.js";
import { asInput } from "../layers/channels.js";
import { stepsAfter } from "../layers/countedSteps.js";
import type { BuildContext } from "../layers/defineLayer.js";
import { type LayerOutline, modelInputs } from "../layers/outline.js";
import { layers } from "../layers/registry.js";
import type { LossProblem } from "../losses/defineLoss.js";
import type { ImportedConfig } from "./config.js";
import { tensorName } from "./parameters.js";

export interface ForwardOptions {
  readonly outline: readonly LayerOutline[];
  /** [batch, ...example], scaled. */
  readonly inputs: Tensor;
  /** What stands before the listed layers, and its first layers of the outline; null: nothing. */
  readonly imported: { readonly model: ImportedModel; readonly training: ImportedConfig["training"]; readonly frozen: ReadonlySet<string> } | null;
  readonly mode: "training" | "inference";
  /** Names of layers that work as in inference whatever the mode. */
  readonly still: ReadonlySet<string>;
  /** A layer's tensor by its name in the model. */
  readonly parameter: (fullName: string) => Tensor;
  readonly updateStatistic: (fullName: string, value: Tensor) => void;
  readonly dropoutMask: (layer: string, x: Tensor, rate: number) => Tensor;
  readonly normalNoise: (layer: string, x: Tensor) => Tensor;
  readonly uniform: (layer: string, count: number) => Tensor;
}

export interface Forward {
  /** Output of every layer by name; the last one's is the model's. */
  readonly layers: ReadonlyMap<string, Tensor>;
  /** Which steps of the model's outputs count, [batch, time] of 1 and 0; null: all. */
  readonly steps: Tensor | null;
}

export function buildForward(options: ForwardOptions): Forward {
  const outputs = new Map<string, Tensor>();
  const counted = new Map<string, Tensor | null>([[modelInputs, null]]);
  const { imported } = options;
  const first = imported === null ? options.outline.find(({ reads }) => reads.includes(modelInputs)) : undefined;
  const inputs = first === undefined ? options.inputs : asInput(options.inputs, first.inputShape);
  const read = (name: string): Tensor => (name === modelInputs ? inputs : outputs.get(name)!);
  if (imported !== null) {
    for (const [name, y] of buildImported(imported.model, options.inputs, { ...options, ...imported })) {
      outputs.set(name, y);
      counted.set(name, null);
    }
  }
  for (const layer of options.outline.slice(imported?.model.outline.length ?? 0)) {
    const kind = layers.get(layer.kind);
    if (kind === undefined || "times" in kind) throw new Error(`no layer to build named ${layer.kind}`);
    const stepsRead = layer.reads.map((name) => counted.get(name)!);
    let own: Tensor | null = null;
    const mode = options.still.has(layer.name) ? "inference" : options.mode;
    const context: BuildContext = {
      mode,
      steps: stepsRead[0],
      countSteps: (steps) => void (own = steps),
      output: layer.outputShape,
      isSequence: layer.readsSequence,
      parameter: parametersOf(layer, { ...options, mode }),
      updateStatistic: (name, value) => options.updateStatistic(tensorName(layer.name, name), value),
      uniform: (count) => options.uniform(layer.name, count),
      normalNoise: (noisy) => options.normalNoise(layer.name, noisy),
      dropoutMask: (masked, rate) => options.dropoutMask(layer.name, masked, rate),
    };
    const xs = layer.reads.map(read);
    outputs.set(layer.name, "branches" in kind ? kind.join(layer.arguments, xs, context) : kind.build(layer.arguments, xs[0], context));
    counted.set(layer.name, own ?? stepsAfter(layer, stepsRead));
  }
  return { layers: outputs, steps: counted.get(options.outline.at(-1)?.name ?? modelInputs) ?? null };
}

/** A layer's tensors; in training with `drop_connect` its weights under a mask (Wan et al., Regularization of Neural Networks using DropConnect, 2013). */
function parametersOf(layer: LayerOutline, { mode, parameter, dropoutMask }: ForwardOptions): (name: string) => Tensor {
  const rate = (layer.arguments as { readonly drop_connect?: number }).drop_connect ?? 0;
  const plain = (name: string): Tensor => parameter(tensorName(layer.name, name));
  if (mode === "inference" || rate === 0) return plain;
  const masked = new Map<string, Tensor>();
  return (name) => {
    const tensor = plain(name);
    if (layer.tensors.find((spec) => spec.name === name)?.role !== "weight") return tensor;
    const known = masked.get(name) ?? tensor.builder.op("Mul", [tensor, dropoutMask(layer.name, tensor, rate)]);
    masked.set(name, known);
    return known;
  };
}

/** Inputs as stored, as the first layer reads them: bytes become float32, and a divisor (255) is divided out. */
export function scaleInputs(stored: Tensor, divisor: number): Tensor {
  const graph = stored.builder;
  const values = stored.type === "float32" ? stored : graph.op("Cast", [stored], { to: 1 });
  return divisor === 1 ? values : graph.op("Mul", [values, graph.scalar(1 / divisor)]);
}

/** Targets as stored, as the loss compares with them: an autoencoder's are its inputs, scaled as these are. */
export function scaleTargets(stored: Tensor, { task, inputDivisor }: Pick<Dataset, "task" | "inputDivisor">): Tensor {
  return task === "autoencoder" ? scaleInputs(stored, inputDivisor) : stored;
}

/** Outputs as the loss reads them, [rows, outputWidth]: a row an example, or, with a class for every step, a row a step. */
export function outputRows(x: Tensor, { steps, outputWidth }: Pick<LossProblem, "steps" | "outputWidth">): Tensor {
  return steps === 1 ? asRows(x) : x.builder.op("Reshape", [x, x.builder.ints([-1, outputWidth])]);
}

/** Targets as the loss reads them: classes [rows], else [rows, width]. */
export function targetRows(targets: Tensor, { task }: Pick<LossProblem, "task">): Tensor {
  if (!predictsClasses(task)) return asRows(targets);
  return targets.rank === 1 ? targets : targets.builder.op("Reshape", [targets, targets.builder.ints([-1])]);
}

/** x [batch, ...] as [batch, width]. */
export function asRows(x: Tensor): Tensor {
  return x.rank === 2 ? x : x.builder.op("Flatten", [x], { axis: 1 });
}
