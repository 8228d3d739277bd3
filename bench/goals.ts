/** Figures that have a goal, each in seconds of the processor (other programs do not count), the best of a few. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseTrainingFile } from "../src/config/parseTrainingFile.js";
import { Tsne } from "../src/engine/projection/tsne.js";
import { encodeModel } from "../src/engine/onnx/encode.js";
import { loadDataset } from "../src/files/loadDataset.js";
import { runLint } from "../src/rules/runRules.js";
import { dataConfig, files } from "../test/engine/data/testConfig.js";
import { watch } from "../test/rules/live/streams.js";
import { compileTime } from "./compile.js";

export interface Goal {
  readonly what: string;
  readonly goal: number;
  readonly seconds: number;
}

/** Measures everything; `root` is the repository's folder, `wasm` the projection's module. */
export async function measureGoals(root: string, wasm: WebAssembly.Module, report: (line: string) => void): Promise<readonly Goal[]> {
  const results: Goal[] = [];
  const measure = async (what: string, goal: number, times: number, work: () => unknown): Promise<void> => {
    let least = Infinity;
    for (let i = 0; i < times; i++) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1e6);
    }
    results.push({ what, goal, seconds: least });
    report(`${what}: ${least.toFixed(3)} s, goal ${goal}`);
  };

  const layers = Array.from({ length: 480 }, (_, i) => `  - dense: { units: ${64 + (i % 7)}, activation: relu } # layer ${i}`).join("\n");
  const long = `data:\n  train: a.csv\nmodel:\n${layers}\n  - dense: 3\nloss: cross_entropy\n`;
  await measure("lint a file of 500 lines", 0.05, 8, () => runLint(parseTrainingFile(long, { file: "a.train.yaml" }), {}));
  const torn = long.slice(0, -40).replace("layer 400", "[{");
  await measure("parse a file of 500 lines that is torn", 2, 3, () => parseTrainingFile(torn, { file: "a.train.yaml" }));

  const config = dataConfig({ train: files("t10k-images-idx3-ubyte.gz"), labels: "t10k-labels-idx1-ubyte.gz", scaling: "unit" });
  await measure("load 10,000 MNIST digits", 0.15, 4, () => loadDataset(config, { folder: path.join(root, "examples", "data"), log: () => undefined }));

  const rows = readFileSync(path.join(root, "examples", "data", "digits.csv"), "utf8").trim().split("\n").slice(1, 1001);
  const data = Float32Array.from(rows.flatMap((line) => line.split(",").slice(0, 64).map(Number)));
  await measure("t-SNE of 1,000 digits, 1,000 iterations", 2.5, 2, () => Tsne.prepare(wasm, { data, rows: 1000, width: 64 }).advance(1000));

  await measure("watch a million steps by the live rules", 2, 2, () => watch({ totalSteps: 1_000_000, loss: (t) => 0.1 + 0.6 * Math.exp(-t / 60), chunk: 500, norm: () => 1 }));

  const weights = { type: "float32" as const, dims: [25_000_000], data: new Float32Array(25_000_000) };
  const graph = { name: "weights", inputs: [], outputs: [{ name: "w", type: "float32" as const, shape: weights.dims }], initializers: new Map([["w", weights]]), nodes: [], values: new Map() };
  await measure("encode 100 MB of weights as ONNX", 2, 2, () => encodeModel({ graph, opsets: new Map([["", 20]]), irVersion: 9, metadata: new Map() }));

  for (const [shape, what] of [["dense", "dense layers with ReLU, a node each"], ["convolutions", "convolutions with batch norm"], ["file", "an ONNX file of dense layers, differentiated"]] as const) {
    for (const nodes of [500, 1000, 2000]) await measure(`${nodes.toLocaleString("en-US")} nodes (${what}) become a running step`, (2 * nodes) / 1000, 1, () => compileTime(shape, nodes));
  }
  return results;
}
