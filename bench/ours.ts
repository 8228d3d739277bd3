/** Our side of the benchmark: the trainer itself, with the training file's defaults, on data of random numbers. */
import { type ParsedFile, parseTrainingFile } from "../src/config/parseTrainingFile.js";
import type { Dataset } from "../src/engine/data/types.js";
import type { Provider } from "../src/engine/training/backend.js";
import { createTrainer } from "../src/engine/training/trainer.js";
import { measureTuning } from "../src/engine/training/tuning.js";
import type { Tuning } from "../src/engine/training/types.js";
import { LiveRules } from "../src/rules/liveRules.js";
import { createOnnxRuntimeBackend } from "../src/runtime/backend/onnxRuntimeBackend.js";

export interface BenchmarkModel {
  /** What is learned, as in a training file. */
  readonly file: string;
  readonly input: readonly number[];
  readonly examples: number;
  /** Default 64. */
  readonly batch?: number;
  /** Of a language model: inputs are symbols below this number, and every step of an example has a symbol for its target. */
  readonly symbols?: number;
}

/** Two 3x3 convolutions with batch norm and a branch around them. */
function residualBlock([filters, stride]: readonly number[]): string {
  return `  - residual:
      - conv2d: { filters: ${filters}, kernel: 3, stride: ${stride}, padding: 1, bias: false }
      - batch_norm
      - relu
      - conv2d: { filters: ${filters}, kernel: 3, padding: 1, bias: false }
      - batch_norm
  - relu`;
}

/** By the names that `torchWorker.py` has too. */
const models: Readonly<Record<string, BenchmarkModel>> = {
  mlp: {
    input: [784],
    examples: 10000,
    file: `
model:
  - dense: { units: 128, activation: relu }
  - dense: { units: 64, activation: relu }
  - dense: 10
optimizer: { adam: { lr: 1e-3 } }`,
  },
  lenet: {
    input: [1, 28, 28],
    examples: 2000,
    file: `
model:
  - conv2d: { filters: 16, kernel: 5, activation: relu }
  - max_pool: 2
  - conv2d: { filters: 32, kernel: 5, activation: relu }
  - max_pool: 2
  - flatten
  - dense: 10
optimizer: { sgd: { lr: 0.01, momentum: 0.9 } }`,
  },
  gpt: {
    input: [64],
    examples: 2000,
    batch: 16,
    symbols: 96,
    file: `
model:
  - embedding: { vocab: 96, dim: 128 }
  - positional_embedding
  - transformer: { blocks: 2, heads: 4, causal: true }
  - layer_norm
  - dense: 96
optimizer: { adamw: { lr: 1e-3 } }`,
  },
  lstm: {
    input: [28, 28],
    examples: 2000,
    file: `
model:
  - lstm: 128
  - dense: 10
optimizer: { adam: { lr: 1e-3 } }`,
  },
  resnet8: {
    input: [3, 32, 32],
    examples: 1000,
    file: `
model:
  - conv2d: { filters: 16, kernel: 3, padding: 1, bias: false }
  - batch_norm
  - relu
${[[16, 1], [32, 2], [64, 2]].map(residualBlock).join("\n")}
  - global_avg_pool
  - dense: 10
optimizer: { sgd: { lr: 0.01, momentum: 0.9 } }`,
  },
  resnet20: {
    input: [3, 32, 32],
    examples: 512,
    batch: 128,
    file: `
model:
  - conv2d: { filters: 16, kernel: 3, padding: 1, bias: false }
  - batch_norm
  - relu
${[[16, 1], [16, 1], [16, 1], [32, 2], [32, 1], [32, 1], [64, 2], [64, 1], [64, 1]].map(residualBlock).join("\n")}
  - global_avg_pool
  - dense: 10
optimizer: { sgd: { lr: 0.01, momentum: 0.9 } }`,
  },
  convnet: {
    input: [3, 32, 32],
    examples: 1000,
    file: `
model:
${[[16, 1], [16, 1], [16, 1], [32, 2], [32, 1], [64, 2], [64, 1]].map(([filters, stride]) => `  - conv2d: { filters: ${filters}, kernel: 3, stride: ${stride}, padding: 1, bias: false }\n  - batch_norm\n  - relu`).join("\n")}
  - global_avg_pool
  - dense: 10
optimizer: { sgd: { lr: 0.01, momentum: 0.9 } }`,
  },
};

/** Of the table of speeds; `resnet20` is there for its memory. */
const names = Object.keys(models).filter((name) => name !== "resnet20" && name !== "convnet");

/** Names of the models. */
export { names as modelNames };

export interface OpenTraining {
  readonly tuning: Tuning;
  /** Does about this many steps, whole chunks, and says how many, how long they took, and the seconds of processors that the process took meanwhile. */
  run(steps: number): Promise<{ readonly steps: number; readonly seconds: number; readonly busy: number }>;
  close(): Promise<void>;
}

/** A stack of dense layers, for how time grows. */
export interface Stack {
  readonly width: number;
  /** Hidden layers. */
  readonly depth: number;
  readonly batch: number;
}

function stackOf({ width, depth, batch }: Stack): BenchmarkModel {
  const hidden = Array.from({ length: depth }, () => `  - dense: { units: ${width}, activation: relu }`).join("\n");
  return { input: [784], examples: Math.max(2000, 4 * batch), batch, file: `\nmodel:\n${hidden}\n  - dense: 10\noptimizer: { adam: { lr: 1e-3 } }` };
}

/** A training run of a model (or of a stack), tuned as a first run is; `statistics: false` switches the charts' figures off, `rules: true` has the live rules watch, `lowering` overrides the tuning's choice, `tuned: false` leaves out the measurement. */
export async function openTraining(name: string | Stack, options: { readonly threads: number; readonly provider?: Provider; readonly statistics?: boolean; readonly rules?: boolean; readonly lowering?: string; readonly tuned?: boolean }, backend = createOnnxRuntimeBackend()): Promise<OpenTraining> {
  const model = typeof name === "string" ? models[name] : stackOf(name);
  const provider = options.provider ?? "cpu";
  const parsed = fileOf(model, options.threads, options.statistics ?? true);
  const config = parsed.config!;
  const dataset = randomDataset(model);
  const log = (): void => undefined;
  const untuned = { threads: options.threads, chunkSteps: 1, lowering: "plain" };
  const measured = options.tuned === false ? untuned : await measureTuning({ config, dataset, backend, provider, cores: options.threads, log });
  const tuning = { ...measured, lowering: options.lowering ?? measured.lowering };
  const trainer = await createTrainer({ config, dataset, backend, provider, tuning, resume: null, log });
  const rules = options.rules === true ? new LiveRules(parsed, dataset, trainer.plan) : null;
  return {
    tuning,
    async run(steps) {
      const [first, begun, cpu] = [trainer.step, performance.now(), process.cpuUsage()];
      while (trainer.step - first < steps) {
        const event = await trainer.next();
        if (event.kind === "steps") rules?.pushChunk(event);
        if (event.kind === "end") throw new Error(`the run of ${JSON.stringify(name)} ended at step ${trainer.step}: ${event.error?.message ?? event.status}`);
      }
      const { user, system } = process.cpuUsage(cpu);
      return { steps: trainer.step - first, seconds: (performance.now() - begun) / 1000, busy: (user + system) / 1e6 };
    },
    close: () => trainer.dispose(),
  };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The file. The run is long enough never to end, short enough that statistics come as often as they ever do. */
function fileOf({ file, batch = 64 }: BenchmarkModel, threads: number, statistics: boolean): ParsedFile {
  const text = `data: { train: unused.csv }\n${file}\nloss: cross_entropy\ntraining: { steps: 120000, batch_size: ${batch} }\ndiagnostics: { statistics: ${statistics ? "layers" : "none"} }\n`;
  const parsed = parseTrainingFile(text, { file: "benchmark.train.yaml" });
  if (parsed.config === null) throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
  return { ...parsed, config: { ...parsed.config, threads } };
}

/** Uniform inputs, ten classes by turns; of a language model random symbols. */
export function randomDataset({ input, examples, symbols }: BenchmarkModel): Dataset {
  const size = input.reduce((product, dim) => product * dim, 1);
  const none = { kind: "none", offset: [0], divisor: [1] } as const;
  const draw = (): number => (symbols === undefined ? Math.random() : Math.floor(symbols * Math.random()));
  const classes = symbols ?? 10;
  const targets = symbols === undefined ? Array.from({ length: examples }, (_, i) => BigInt(i % 10)) : Array.from({ length: examples * size }, () => BigInt(draw()));
  return {
    task: symbols === undefined ? "classification" : "language_model",
    inputKind: symbols !== undefined ? "tokens" : input.length === 1 ? "row" : input.length === 2 ? "sequence" : "image",
    inputs: { type: "float32", dims: [examples, ...input], data: Float32Array.from({ length: examples * size }, draw) },
    inputDivisor: 1,
    targets: { type: "int64", dims: symbols === undefined ? [examples] : [examples, ...input], data: BigInt64Array.from(targets) },
    classes: Array.from({ length: classes }, (_, i) => `${i}`),
    columns: null,
    targetColumns: ["target"],
    splits: { train: Int32Array.from({ length: examples }, (_, i) => i), validation: new Int32Array(0), test: new Int32Array(0) },
    scaling: none,
    targetScaling: none,
    rawStatistics: [],
    rawTargetStatistics: [],
    reading: { format: "inline", inputColumns: null, targetColumns: null, categories: {}, exampleShape: input, layout: "none", missing: "error", columnMeans: null },
  };
}
