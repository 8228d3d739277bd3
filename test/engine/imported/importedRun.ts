/** Runs of imported models for tests: the fixtures of test/fixtures/imported, with what the tool that made them says. */
import fs from "node:fs";
import path from "node:path";
import type { Dataset } from "../../../src/engine/data/types.js";
import { decodeModel, externalFiles } from "../../../src/engine/onnx/decode.js";
import type { Model } from "../../../src/engine/graph/types.js";
import type { ImportedConfig, TrainingConfig } from "../../../src/engine/training/config.js";
import { configOf, datasetOf } from "../training/testRun.js";

const folder = path.join(import.meta.dirname, "../../fixtures/imported");

export interface Figures {
  readonly shape: readonly number[];
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  readonly outputs: readonly number[];
  readonly rate: number;
  readonly losses: readonly number[];
  readonly trained: readonly number[];
  readonly parameters: number;
  readonly names: readonly string[];
}

export function figuresOf(name: string): Figures {
  return JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), "utf8")) as Figures;
}

export function modelOf(name: string): Model {
  const bytes = fs.readFileSync(path.join(folder, `${name}.onnx`));
  const external = new Map(externalFiles(bytes).map((place) => [place, fs.readFileSync(path.join(folder, place))]));
  return decodeModel(bytes, { external, anyOutputs: true });
}

export const plainImport: ImportedConfig = { file: "model.onnx", input: null, output: null, freeze: [], replaceAfter: null, training: "auto" };

/** A training file over an imported model, full batches and SGD as the figures were made. */
export function importedConfig(model: Model, { imported, ...rest }: { readonly imported?: Partial<ImportedConfig> } & Omit<Parameters<typeof configOf>[0], "imported"> = {}): TrainingConfig {
  return configOf({
    model: [], imported: { ...plainImport, ...imported }, modelFiles: { imported: model, digest: "test", initial: null },
    optimizer: { kind: "sgd", arguments: { lr: 0.1 } },
    ...rest,
    training: { batchSize: "full", epochs: null, steps: 8, ...rest.training },
  });
}

/** The figures' examples, all of them for training; classes, or numbers to predict. */
export function importedData({ shape, inputs, targets }: Figures, task: "classification" | "regression" = "classification", channelsFirst: readonly number[] = shape): Dataset {
  const count = targets.length;
  const dims = [count, ...channelsFirst];
  const values = Float32Array.from(inputs);
  return task === "classification"
    ? datasetOf({ type: "float32", dims, data: values }, { type: "int64", dims: [count], data: BigInt64Array.from(targets, BigInt) }, { task, classes: [...new Set(targets)].sort((a, b) => a - b).map(String) })
    : datasetOf({ type: "float32", dims, data: values }, { type: "float32", dims: [count, 1], data: Float32Array.from(targets) }, { task });
}

/** The largest difference between two lists. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
