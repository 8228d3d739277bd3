/**
 * The check `shuffled-labels`: labels that were dealt out anew have nothing to do with the inputs, so that held-out examples are met by chance.
 * What does better has seen these very examples in training. After Ojala and Garriga, "Permutation Tests for Studying Classifier
 * Performance" (2010): equal inputs keep equal labels, so that copies across the splits show.
 */
import type { Dataset } from "../../engine/data/types.js";
import { RandomStream } from "../../engine/random/stream.js";
import { type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { dataOf, openTrainer, trainTo } from "./shortRun.js";
import { figure, meanOf, short } from "./statistics.js";

/** Most examples that are trained on, and held out. */
const [mostTrained, mostHeldOut] = [1000, 1000];
const leastHeldOut = 20;
/** Milliseconds of learning labels by heart. */
const milliseconds = 4000;
const mostSteps = 3000;
/** Standard errors beyond chance from which it is none: one healthy file in 30,000. */
const sure = 4;

/** Trains on shuffled labels for some seconds and compares predictions of held-out examples with their shuffled labels. */
export async function shuffledLabels(options: CheckOptions): Promise<CheckResult> {
  const { config } = options;
  const dataset = dataOf(options);
  const isClasses = dataset.task === "classification" && dataset.targets.dims.length === 1;
  if (!isClasses && dataset.task !== "regression") return skipped(`There are no single labels to shuffle where the task is ${dataset.task.replaceAll("_", " ")}.`);
  const { train, validation } = dataset.splits;
  const held = validation.subarray(0, mostHeldOut);
  if (held.length < leastHeldOut) return skipped(`${held.length} validation examples are too few to tell luck from leakage.`);
  const shuffled = { ...shuffle(dataset, config.seed), splits: { train: train.slice(0, mostTrained), validation: held, test: new Int32Array(0) } };
  const trainer = await openTrainer(options, { dataset: shuffled, config: { ...config, schedule: { kind: "constant", arguments: { warmup_steps: 0 } }, training: { ...config.training, epochs: null, steps: mostSteps } } });
  try {
    const begun = performance.now();
    const losses: number[] = [];
    while (trainer.step < mostSteps && losses.every(Number.isFinite) && performance.now() - begun < milliseconds) {
      losses.push(...(await trainTo(trainer, trainer.step + 20)));
      options.onProgress(Math.max(trainer.step / mostSteps, (performance.now() - begun) / milliseconds));
    }
    if (!losses.every(Number.isFinite)) return skipped("The loss stopped being finite, so that nothing was learnt.");
    const { predicted, outputs, width } = await trainer.predict(held, "current");
    const measured = isClasses
      ? accuracyBeyondChance(predicted, Int32Array.from(held, (example) => Number(shuffled.targets.data[example])))
      : correlation(outputs, targetsOf(shuffled, held), width);
    const figures = { steps: losses.length, held_out: held.length, loss_before: figure(losses[0]), loss_after: figure(meanOf(losses.slice(-20))), [measured.name]: figure(measured.value), chance: figure(measured.chance), standard_errors: figure(measured.deviations) };
    const told = `After ${losses.length} steps on shuffled labels ${measured.name} on ${held.length} held-out examples is ${short(measured.value)}, by chance ${short(measured.chance)}`;
    if (measured.deviations <= sure) return passed(`${told}.`, figures);
    return failed(`${told}: some of them are in the training data too.`, figures, { category: "data", path: config.data.validation === null ? "data" : "data.validation", confidence: 0.85, problem: "generalisation" });
  } finally {
    await trainer.dispose();
  }
}

/** The same data, targets dealt out anew among the distinct inputs: examples with equal inputs have the target of one of them. */
function shuffle(dataset: Dataset, seed: number): Dataset {
  const { inputs, targets } = dataset;
  const count = inputs.dims[0];
  const stride = inputs.data.length / count;
  const firstOf = new Map<string, number>();
  const group = Int32Array.from({ length: count }, (_, example) => {
    const key = keyOf(inputs.data as Float32Array, example * stride, stride);
    const first = firstOf.get(key) ?? example;
    firstOf.set(key, first);
    return first;
  });
  const order = Int32Array.from(firstOf.values());
  const dealt = order.slice();
  new RandomStream(seed, "shuffled-labels").shuffle(dealt);
  const sourceOf = new Map(Array.from(order, (first, i) => [first, dealt[i]]));
  const width = targets.data.length / count;
  const data = targets.data.slice();
  for (let example = 0; example < count; example++) {
    const from = sourceOf.get(group[example])! * width;
    for (let k = 0; k < width; k++) data[example * width + k] = targets.data[from + k];
  }
  return { ...dataset, targets: { ...targets, data } };
}

/** The bytes of one example's inputs. */
function keyOf(data: Float32Array, start: number, length: number): string {
  const part = data.subarray(start, start + length);
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("latin1");
}

interface BeyondChance {
  readonly name: "accuracy" | "correlation";
  readonly value: number;
  readonly chance: number;
  /** Standard errors between the two. */
  readonly deviations: number;
}

/** Chance: predictions and labels as they are distributed, put together at random. */
function accuracyBeyondChance(predicted: Int32Array, labels: Int32Array): BeyondChance {
  const n = labels.length;
  const share = (values: Int32Array, k: number): number => values.filter((value) => value === k).length / n;
  const classes = [...new Set(labels)];
  const chance = classes.reduce((sum, k) => sum + share(predicted, k) * share(labels, k), 0);
  const value = predicted.filter((k, i) => k === labels[i]).length / n;
  return { name: "accuracy", value, chance, deviations: (value - chance) / Math.sqrt(Math.max(chance * (1 - chance), 1 / n) / n) };
}

function targetsOf({ targets }: Dataset, examples: Int32Array): Float64Array {
  const width = targets.data.length / targets.dims[0];
  return Float64Array.from({ length: examples.length * width }, (_, i) => Number(targets.data[examples[Math.floor(i / width)] * width + (i % width)]));
}

/** The largest correlation of a column of the outputs with its targets; of independent values it has the standard error 1 / sqrt(n). */
function correlation(outputs: Float32Array, targets: Float64Array, width: number): BeyondChance {
  const n = outputs.length / width;
  const ofColumn = (k: number): number => {
    const [a, b] = [outputs, targets].map((values) => {
      const column = Array.from({ length: n }, (_, i) => values[i * width + k]);
      const mean = meanOf(column);
      return column.map((value) => value - mean);
    });
    const norm = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0) * b.reduce((sum, x) => sum + x * x, 0));
    return norm === 0 ? 0 : a.reduce((sum, x, i) => sum + x * b[i], 0) / norm;
  };
  const value = Math.max(...Array.from({ length: width }, (_, k) => ofColumn(k)));
  return { name: "correlation", value, chance: 0, deviations: value * Math.sqrt(n) };
}
