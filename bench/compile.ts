/** How long a model takes to become a running step, by its number of nodes. */
import { parseTrainingFile } from "../src/config/parseTrainingFile.js";
import { differentiateModel } from "../src/engine/differentiation/differentiateModel.js";
import { decodeModel } from "../src/engine/onnx/decode.js";
import { encodeModel } from "../src/engine/onnx/encode.js";
import { createTrainer } from "../src/engine/training/trainer.js";
import { buildTrainingForward } from "../src/engine/training/trainingForward.js";
import { describeProblem } from "../src/engine/training/problem.js";
import { createOnnxRuntimeBackend } from "../src/runtime/backend/onnxRuntimeBackend.js";
import { randomDataset } from "./ours.js";

export interface CompileTime {
  readonly model: string;
  readonly nodes: number;
  /** Seconds from the file's configuration to the first step done, of which the last is the runtime's own making of the session. */
  readonly seconds: number;
  readonly inRuntime: number;
}

type Shape = "dense" | "convolutions" | "file";

function layersOf(shape: Shape, nodes: number): string {
  const count = Math.round(nodes / (shape === "convolutions" ? 6 : 2));
  const layer = shape === "convolutions" ? "  - conv2d: { filters: 16, kernel: 3, padding: same, bias: false }\n  - batch_norm\n  - relu\n" : "  - dense: { units: 16, activation: relu }\n";
  return `model:\n${layer.repeat(count)}${shape === "convolutions" ? "  - global_avg_pool\n" : ""}  - dense: 10\n`;
}

/** Compiles a model of about so many nodes and does one step of it. */
export async function compileTime(shape: Shape, wanted: number): Promise<CompileTime> {
  const input = shape === "convolutions" ? [16, 8, 8] : [16];
  const text = `data: { train: unused.csv }\n${layersOf(shape, wanted)}loss: cross_entropy\ntraining: { steps: 2, batch_size: 16 }\n`;
  const { config, problems } = parseTrainingFile(text, { file: "benchmark.train.yaml" });
  if (config === null) throw new Error(problems.map(({ message }) => message).join("\n"));
  const dataset = randomDataset({ file: text, input, examples: 32 });
  const { graph } = buildTrainingForward(describeProblem(config, dataset), 16);
  const inner = createOnnxRuntimeBackend();
  let inRuntime = 0;
  const backend: typeof inner = {
    async createSession(model, options) {
      const begun = performance.now();
      const session = await inner.createSession(model, options);
      inRuntime += performance.now() - begun;
      return session;
    },
  };
  if (shape === "file") {
    const bytes = encodeModel({ graph, opsets: new Map([["", 20]]), irVersion: 9, metadata: new Map() });
    const begun = performance.now();
    const wrt = graph.inputs.filter(({ type, name }) => type === "float32" && name !== "inputs").map(({ name }) => name);
    const session = await backend.createSession(encodeModel(differentiateModel(decodeModel(bytes), { loss: "loss", wrt })), { provider: "cpu", threads: 1 });
    const seconds = (performance.now() - begun) / 1000;
    await session.release();
    return { model: shape, nodes: graph.nodes.length, seconds, inRuntime: inRuntime / 1000 };
  }
  const begun = performance.now();
  const trainer = await createTrainer({ config: { ...config, threads: 1 }, dataset, backend, provider: "cpu", tuning: { threads: 1, chunkSteps: 1, lowering: shape === "convolutions" ? "blocked" : "plain" }, resume: null, log: () => undefined });
  await trainer.next();
  const seconds = (performance.now() - begun) / 1000;
  await trainer.dispose();
  return { model: shape, nodes: graph.nodes.length, seconds, inRuntime: inRuntime / 1000 };
}
