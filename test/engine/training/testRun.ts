/** Runs for tests: files with every default, data by formula, and the trainer on ONNX Runtime. */
import type { Dataset } from "../../../src/engine/data/types.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import type { LayerConfig, TrainingConfig, TrainingSection } from "../../../src/engine/training/config.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import type { ChunkDone, Trainer, TrainerEvent, TrainerOptions, Tuning } from "../../../src/engine/training/types.js";
import { createOnnxRuntimeBackend } from "../../../src/runtime/backend/onnxRuntimeBackend.js";

export const backend = createOnnxRuntimeBackend();
export const plain: Tuning = { threads: 1, chunkSteps: 20, lowering: "plain" };

/** Layers as the training file's reader gives them. */
export function layersOf(...layers: readonly (readonly [kind: string, args?: Record<string, unknown>])[]): LayerConfig[] {
  return layers.map(([kind, args = {}], i) => ({ kind, arguments: args, name: `${kind}_${i}`, path: `model[${i}].${kind}` }));
}

const training: TrainingSection = {
  epochs: 3, steps: null, batchSize: 8, accumulate: 1, clip: null, polyak: null, unfreeze: null, pretrain: null, earlyStopping: null,
  evaluate: { everyEpochs: 1, everySteps: null }, checkpoint: { everyEpochs: "auto", keep: 3, best: "validation/loss" }, precision: "float32", dropLast: false, onNonFinite: "stop",
};

/** A training file's content; `training` is laid over the defaults. */
export function configOf(overrides: Omit<Partial<TrainingConfig>, "training"> & { readonly training?: Partial<TrainingSection> }): TrainingConfig {
  return {
    data: {
      train: { kind: "files", files: [] }, validation: null, test: null, format: "auto", inputs: null, target: null, labels: null, task: "auto", classes: "auto",
      split: { validation: 0, test: 0, stratify: "auto", seed: 0 }, scaling: "none", targetScaling: "none", categorical: "auto", missing: "error",
      sampling: "shuffle", augment: [], limit: null, layout: "auto", stream: "auto", ignoreTarget: null, resize: null, onCorrupt: "error", text: null,
    },
    model: layersOf(["dense", { units: 3 }]), imported: null, initFrom: null, modelFiles: null,
    loss: null,
    optimizer: { kind: "adam", arguments: { lr: 0.01 } },
    schedule: { kind: "constant", arguments: {} },
    regularization: null,
    metrics: null,
    decision: { threshold: 0.5, positive: null, topK: 5 },
    diagnostics: { everySteps: "auto", statistics: "layers", projection: "none", rules: {} },
    device: "cpu", threads: 1, seed: 0,
    ...overrides,
    training: { ...training, ...overrides.training },
  };
}

/** Data of these tensors; every example trains unless splits say otherwise. */
export function datasetOf(inputs: ConstantTensor, targets: ConstantTensor, rest: Partial<Dataset> & Pick<Dataset, "task">): Dataset {
  const none = { kind: "none" as const, offset: [0], divisor: [1] };
  const all = Int32Array.from({ length: inputs.dims[0] }, (_, i) => i);
  return {
    inputKind: "row", inputs, inputDivisor: 1, targets, classes: null, columns: null, targetColumns: ["target"],
    splits: { train: all, validation: new Int32Array(0), test: new Int32Array(0) },
    scaling: none, targetScaling: none, rawStatistics: [], rawTargetStatistics: [],
    reading: { format: "inline", inputColumns: null, targetColumns: null, categories: {}, exampleShape: inputs.dims.slice(1), layout: "none", missing: "error", columnMeans: null },
    ...rest,
  };
}

/** Uniform in [0, 1): the hash of test/fixtures/training/trajectories.py. */
export function noise(stream: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let h = (Math.imul(i, 2654435761) + ((stream * 40503 + 12345) | 0)) | 0;
    h ^= h >>> 15;
    h = Math.imul(h, 2246822519);
    h ^= h >>> 13;
    h = Math.imul(h, 3266489917);
    h ^= h >>> 16;
    return (h >>> 0) / 2 ** 32;
  });
}

/** Three classes of points in the plane around three centres, a third of them held out. */
export function blobs(examples = 90): Dataset {
  const u = noise(9, 4 * examples);
  const labels = Array.from({ length: examples }, (_, i) => i % 3);
  const data = Float32Array.from({ length: 2 * examples }, (_, i) => {
    const label = labels[Math.floor(i / 2)];
    return 2 * Math.cos(2.1 * label + (i % 2 === 0 ? 0 : Math.PI / 2)) + 1.6 * (u[2 * i] + u[2 * i + 1] - 1);
  });
  const index = Array.from({ length: examples }, (_, i) => i);
  const pick = (keep: (i: number) => boolean): Int32Array => Int32Array.from(index.filter(keep));
  return datasetOf(
    { type: "float32", dims: [examples, 2], data },
    { type: "int64", dims: [examples], data: BigInt64Array.from(labels, BigInt) },
    {
      task: "classification", classes: ["a", "b", "c"],
      splits: { train: pick((i) => i % 10 < 6), validation: pick((i) => i % 10 >= 6 && i % 10 < 8), test: pick((i) => i % 10 >= 8) },
    },
  );
}

export function trainerFor(config: TrainingConfig, dataset: Dataset, rest: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return createTrainer({ config, dataset, backend, provider: "cpu", tuning: plain, fixedChunks: true, resume: null, log: () => undefined, ...rest });
}

/** Every event up to the end, or up to this step. */
export async function runToEnd(trainer: Trainer, until = Infinity): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = [];
  for (;;) {
    const event = await trainer.next();
    events.push(event);
    if (event.kind === "end" || (trainer.step >= until && event.kind === "steps")) return events;
  }
}

/** All losses in order of their steps. */
export function lossesOf(events: readonly TrainerEvent[]): number[] {
  return events.filter((event): event is ChunkDone => event.kind === "steps").flatMap(({ losses }) => Array.from(losses));
}
