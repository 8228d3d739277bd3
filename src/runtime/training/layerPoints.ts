/** What a layer makes of examples, as points to lay out, and what is known of each. */
import { predictsClasses } from "../../engine/data/task.js";
import type { Dataset } from "../../engine/data/types.js";
import { logProbabilityOf } from "../../engine/training/decide.js";
import { describeProblem } from "../../engine/training/problem.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Predictions, Trainer } from "../../engine/training/types.js";
import { givesProbabilities } from "../../engine/training/scores.js";
import type { Projection } from "../../protocol/evaluation.js";

export interface LayerPoints {
  /** [examples, width] */
  readonly data: Float32Array;
  readonly width: number;
  /** The projection but for its places and its method. */
  readonly about: Pick<Projection, "step" | "of" | "labels" | "predicted" | "examples" | "classes" | "loss" | "targets">;
}

/** Takes a layer's activations (or `inputs`) as they are now. Throws `unknown-layer`. */
export async function layerPoints({ trainer, dataset, config }: { readonly trainer: Trainer; readonly dataset: Dataset; readonly config: TrainingConfig }, of: string, examples: Int32Array): Promise<LayerPoints> {
  const whole = await trainer.activations(of, examples);
  const predictions = await trainer.predict(examples, "current");
  const { predicted, steps } = predictions;
  const { data, width } = lastSteps(trainer, dataset, of, examples.length, whole);
  const classes = predictsClasses(dataset.task);
  const perExample = dataset.targets.data.length / dataset.targets.dims[0];
  const label = (example: number) => Number(dataset.targets.data[(example + 1) * perExample - 1]);
  const last = Array.from(examples, (_, i) => (classes ? predicted[(i + 1) * steps - 1] : 0));
  return {
    data, width,
    about: {
      step: trainer.step, of, labels: Array.from(examples, (example) => (classes ? label(example) : 0)), predicted: last, examples: [...examples], classes: [...(dataset.classes ?? [])],
      ...lossOf(config, dataset, predictions),
    },
  };
}

/** Of sequences with a class for every step, what a layer makes of the last one: the point is coloured by its class. */
function lastSteps(trainer: Trainer, dataset: Dataset, of: string, count: number, { data, width }: { readonly data: Float32Array; readonly width: number }): { readonly data: Float32Array; readonly width: number } {
  const shape = trainer.plan.layers.find(({ name }) => name === of)?.outputShape ?? [];
  if (!predictsClasses(dataset.task) || dataset.targets.dims.length === 1 || shape.length !== 2) return { data, width };
  const features = shape[1];
  const last = new Float32Array(count * features);
  for (let i = 0; i < count; i++) last.set(data.subarray((i + 1) * width - features, (i + 1) * width), i * features);
  return { data: last, width: features };
}

/** Five significant digits: what a colour shows. */
const short = (value: number) => Number((Number.isFinite(value) ? value : Math.sign(value) * 1e6 || 0).toPrecision(5));

/** What each example costs, where one step has one class or the targets are numbers; of numbers, the first target too. */
function lossOf(config: TrainingConfig, dataset: Dataset, { indices, outputs, width, steps }: Predictions): Pick<Projection, "loss" | "targets"> {
  const problem = describeProblem(config, dataset);
  const target = (row: number, column: number) => Number(dataset.targets.data[indices[row] * width + column]);
  if (dataset.task === "classification" && steps === 1 && givesProbabilities(problem)) {
    return { loss: Array.from(indices, (example, row) => (Number(dataset.targets.data[example]) < 0 ? 0 : short(-logProbabilityOf(problem, outputs, row * width, Number(dataset.targets.data[example]))))) };
  }
  if (dataset.task !== "regression") return {};
  const { divisor, offset } = dataset.targetScaling;
  return {
    loss: Array.from(indices, (_, row) => {
      let sum = 0;
      for (let column = 0; column < width; column++) sum += (outputs[row * width + column] - target(row, column)) ** 2 / width;
      return short(sum);
    }),
    targets: Array.from(indices, (_, row) => short(offset.length === 0 ? target(row, 0) : target(row, 0) * divisor[0] + offset[0])),
  };
}

/** The places of a layout [rows, 2] as messages carry them: five significant digits are more than a screen has pixels. */
export function placesOf(layout: Float32Array): { x: number[]; y: number[] } {
  const [x, y] = [0, 1].map((axis) => Array.from({ length: layout.length / 2 }, (_, i) => Number(layout[2 * i + axis].toPrecision(5))));
  return { x, y };
}

/** At most `count` of the indices, evenly spread. */
export function evenly(indices: Int32Array, count: number): Int32Array {
  if (indices.length <= count) return indices;
  return Int32Array.from({ length: count }, (_, i) => indices[Math.floor((i * indices.length) / count)]);
}

/** The layer whose output goes into the last layer with parameters: what the network has made of its inputs. `inputs` for a network of one layer. */
export function lastHiddenLayer({ plan: { layers } }: Trainer): string {
  const output = layers.findLastIndex(({ parameters }) => parameters > 0);
  // dropout does nothing in inference: the layer before it says the same under a better name
  return layers.slice(0, Math.max(output, 0)).findLast(({ kind }) => kind !== "dropout")?.name ?? "inputs";
}
