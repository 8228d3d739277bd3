import { toDescentError } from "../../common/errors.js";
import { showExample, showReconstruction, showTarget, type ShownExample } from "../../engine/data/showExample.js";
import { streamsTargets, withExamplesInMemory } from "../../engine/data/stream/exampleStream.js";
import type { Dataset } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { describeProblem } from "../../engine/training/problem.js";
import type { Predictions, Trainer } from "../../engine/training/types.js";
import type { Example, FiguresResult, Split } from "../../protocol/evaluation.js";
import type { RuntimeMessage } from "../../protocol/runtime.js";
import { figuresOf } from "./figures.js";

type ReplyResult = Extract<RuntimeMessage, { event: "reply" }>["result"];

/** Bytes of reconstructions that are looked through for the worst, where the data themselves are not in memory. */
const mostReconstructions = 32 * 2 ** 20;

/** A cell of a confusion matrix, and which of its examples. */
export interface Cell {
  readonly split: Split;
  readonly actual: number;
  readonly predicted: number;
  readonly offset: number;
  readonly limit: number;
}

/** What predicts: a trainer, or weights that are looked at. */
type Predicting = Pick<Trainer, "predict" | "step" | "best">;

/**
 * Shows examples with what the model says about them. Predictions of a split are kept until `keep` or `forget`: a matrix and the
 * examples of its cells come from the same weights.
 */
export class ExampleRequests {
  private readonly kept = new Map<Split, { readonly predictions: Predictions; readonly step: number }>();
  private readonly dataset: Dataset;
  private readonly trainer: Predicting;

  constructor(
    private readonly run: { readonly config: TrainingConfig; readonly dataset: Dataset; readonly trainer: Predicting },
    private readonly weights: "current" | "best",
  ) {
    this.dataset = run.dataset;
    this.trainer = run.trainer;
  }

  /** Predicts a split now, because its evaluation was just shown to someone who may ask for its examples. */
  async keep(split: Split): Promise<void> {
    await this.predictionsOf(split, true);
  }

  private async predictionsOf(split: Split, anew = false) {
    const known = this.kept.get(split);
    if (known && !anew) return known;
    const step = this.weights === "best" ? (this.trainer.best?.step ?? this.trainer.step) : this.trainer.step;
    const made = { predictions: await this.trainer.predict(this.shownOf(split), this.weights), step };
    this.kept.set(split, made);
    return made;
  }

  /** The examples of a split; of reconstructions that are streamed as many, evenly spaced, as do not fill the memory. */
  private shownOf(split: Split): Int32Array {
    const { splits: { [split]: all }, inputs } = this.dataset;
    if (!streamsTargets(this.dataset)) return all;
    const most = Math.max(1, Math.floor(mostReconstructions / (4 * inputs.dims.slice(1).reduce((product, dim) => product * dim, 1))));
    return all.length <= most ? all : Int32Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]);
  }

  /** Curves over thresholds and calibration of a class or label, or predicted against true of a column. */
  async figures(split: Split, of: number): Promise<FiguresResult> {
    try {
      const { predictions, step } = await this.predictionsOf(split);
      return { ok: true, figures: figuresOf(describeProblem(this.run.config, this.dataset), predictions, { split, step, of }) };
    } catch (thrown) {
      const { code, message } = toDescentError(thrown);
      return { ok: false, error: { code, message } };
    }
  }

  /** A split was evaluated and nobody looked: its old predictions are out of date. */
  forget(split: Split): void {
    this.kept.delete(split);
  }

  /** The examples of a cell, most confident first; of an autoencoder, which has no cells, all of the split, those farthest from their reconstruction first. */
  cell({ split, actual, predicted, offset, limit }: Cell): Promise<ReplyResult> {
    return settle(async () => {
      const { predictions } = await this.predictionsOf(split);
      if (this.dataset.task === "autoencoder") return this.worstReconstructions(predictions, offset, limit);
      const { targets } = this.dataset;
      const { steps, indices, confidence } = predictions;
      const isInCell = (row: number): boolean => predictions.predicted[row] === predicted && Number(targets.data[indices[Math.floor(row / steps)] * steps + (row % steps)]) === actual;
      const rows = [...predictions.predicted.keys()].filter(isInCell).sort((a, b) => confidence[b] - confidence[a]);
      return { examples: await this.examples(predictions, rows.slice(offset, offset + limit)), total: rows.length };
    });
  }

  /** Examples by their position in the data set, in the order asked. */
  at(indices: readonly number[]): Promise<ReplyResult> {
    return settle(async () => {
      const size = this.dataset.inputs.dims[0];
      const known = indices.filter((index) => index >= 0 && index < size);
      const predictions = await this.trainer.predict(Int32Array.from(known), this.weights);
      return { examples: await this.examples(predictions, known.map((_, i) => i * predictions.steps)), total: known.length };
    });
  }

  private async worstReconstructions(predictions: Predictions, offset: number, limit: number): Promise<{ examples: Example[]; total: number }> {
    const rows = [...predictions.indices.keys()];
    const errors = await this.errorsOf(predictions);
    rows.sort((a, b) => errors[b] - errors[a]);
    return { examples: await this.examples(predictions, rows.slice(offset, offset + limit)), total: rows.length };
  }

  /** The error of each row; streamed examples are read a block at a time. */
  private async errorsOf(predictions: Predictions): Promise<number[]> {
    const { indices } = predictions;
    const errors: number[] = [];
    for (let start = 0; start < indices.length; start += 256) {
      const block = indices.slice(start, start + 256);
      const held = await withExamplesInMemory(this.dataset, block);
      block.forEach((index, i) => errors.push(errorOf(held, predictions, start + i, held === this.dataset ? index : i)));
    }
    return errors;
  }

  /** The examples of rows of predictions; those of streamed data are read for it. */
  private async examples(predictions: Predictions, rows: readonly number[]): Promise<Example[]> {
    const indices = Int32Array.from(rows, (row) => predictions.indices[Math.floor(row / predictions.steps)]);
    const isStreamed = this.dataset.stream !== undefined;
    const held = isStreamed ? await withExamplesInMemory(this.dataset, indices) : this.dataset;
    return rows.map((row, i) => this.example(predictions, row, indices[i], held, isStreamed ? i : indices[i]));
  }

  /** The example of a row of predictions; `held` has it in the place `at`. */
  private example(predictions: Predictions, row: number, index: number, held: Dataset, at: number): Example {
    const shown = showExample(held, at);
    const confidence = predictions.confidence[row];
    if (this.dataset.task === "autoencoder") {
      const error = `error ${Number(errorOf(held, predictions, row, at).toPrecision(3))}`;
      const made = predictions.outputs.slice(row * predictions.width, (row + 1) * predictions.width);
      return { index, actual: error, predicted: error, confidence: null, content: contentOf(shown), reconstruction: contentOf(showReconstruction(this.dataset, made)) };
    }
    return {
      index,
      actual: showTarget(this.dataset, index),
      predicted: this.predictedText(predictions, row),
      confidence: Number.isNaN(confidence) ? null : confidence,
      content: contentOf(shown),
    };
  }

  /** The class, or the numbers in their own unit. */
  private predictedText({ predicted, outputs, width }: Predictions, row: number): string {
    const { classes, targetScaling } = this.dataset;
    if (predicted[row] >= 0) return classes?.[predicted[row]] ?? String(predicted[row]);
    const values = outputs.subarray(row * width, (row + 1) * width);
    return Array.from(values, (value, column) => {
      const at = Math.min(column, targetScaling.divisor.length - 1);
      return String(Number((value * targetScaling.divisor[at] + targetScaling.offset[at]).toPrecision(6)));
    }).join(", ");
  }
}

/** Root of the mean squared difference between an example, scaled, and what an autoencoder makes of it. */
function errorOf({ inputs, inputDivisor }: Dataset, { outputs, width }: Predictions, row: number, example: number): number {
  let squares = 0;
  for (let i = 0; i < width; i++) squares += (Number(inputs.data[example * width + i]) / inputDivisor - outputs[row * width + i]) ** 2;
  return Math.sqrt(squares / width);
}

/** An example as messages carry it. */
function contentOf(shown: ShownExample): Example["content"] {
  if (shown.kind === "image") return { ...shown, pixels: Buffer.from(shown.pixels).toString("base64") };
  return shown.kind === "text" ? shown : { kind: "row", columns: [...shown.columns], values: [...shown.values] };
}

async function settle(work: () => Promise<{ examples: Example[]; total: number }>): Promise<ReplyResult> {
  try {
    return { ok: true, ...(await work()) };
  } catch (thrown) {
    const { code, message } = toDescentError(thrown);
    return { ok: false, error: { code, message } };
  }
}
