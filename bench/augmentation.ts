/**
 * Where augmentation runs best: processor time that it takes within a step's graph, and that of the same work in JavaScript, as a worker that
 * prepares batches would do it. `npx esbuild bench/augmentation.ts --bundle --platform=node --external:onnxruntime-node --outfile=dist/bench-augmentation.cjs`, then node.
 */
import { parseTrainingFile } from "../src/config/parseTrainingFile.js";
import { encodeModel } from "../src/engine/onnx/encode.js";
import { newGraph } from "../src/engine/ops/inference.js";
import { augmented, planAugmentation, writeDraws } from "../src/engine/training/augmentation.js";
import { createOnnxRuntimeBackend } from "../src/runtime/backend/onnxRuntimeBackend.js";
import { median, randomDataset } from "./ours.js";

const lists: Readonly<Record<string, string>> = {
  "nothing": "",
  "flip_horizontal, crop: 4": "flip_horizontal, crop: 4",
  "rotate: 10": "rotate: 10",
  "color_jitter without hue": "color_jitter: { brightness: 0.2, contrast: 0.2, saturation: 0.2 }",
  "color_jitter, hue alone": "color_jitter: { hue: 0.1 }",
  "cutout: 8": "cutout: 8",
};
const [batch, channels, side] = [64, 3, 32];

/** Processor time since then. */
function milliseconds(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** Milliseconds in which one thread flips and crops a batch of bytes into float32, as a worker would. */
function preparedInJavaScript(): number {
  const pixels = side * side;
  const data = Uint8Array.from({ length: 2000 * channels * pixels }, () => 256 * Math.random());
  const out = new Float32Array(batch * channels * pixels);
  const once = (): number => {
    const begun = process.cpuUsage();
    for (let i = 0; i < batch; i++) {
      const example = Math.floor(2000 * Math.random()) * channels * pixels;
      const [flip, down, right] = [Math.random() < 0.5, Math.floor(9 * Math.random()) - 4, Math.floor(9 * Math.random()) - 4];
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < side; y++) {
          const row = y + down;
          const to = ((i * channels + c) * side + y) * side;
          const from = example + (c * side + row) * side;
          for (let x = 0; x < side; x++) {
            const column = flip ? side - 1 - (x + right) : x + right;
            out[to + x] = row >= 0 && row < side && column >= 0 && column < side ? data[from + column] / 255 : 0;
          }
        }
      }
    }
    return milliseconds(begun);
  };
  return median(Array.from({ length: 400 }, once).slice(100));
}

/** Milliseconds of a list within a graph, one thread, the draws of the host included. */
async function withinTheGraph(list: string): Promise<number> {
  const { config } = parseTrainingFile(`data: { train: unused.csv, augment: [${list}] }\nmodel: [flatten]\n`, { file: "benchmark.train.yaml" });
  const dataset = randomDataset({ input: [channels, side, side], examples: batch, file: "" });
  const plan = planAugmentation(config!, dataset, []);
  const graph = newGraph();
  const x = graph.input("x", "float32", dataset.inputs.dims);
  const numbers = plan.columns > 0 ? graph.input("numbers", "float32", [batch, plan.columns]) : null;
  graph.output(graph.op("ReduceMax", [augmented(plan, x, { numbers, noise: [], mixture: null })], { keepdims: 0 }), "y");
  const model = encodeModel({ graph: graph.build("augmentation"), opsets: new Map([["", graph.opset]]), irVersion: 9, metadata: new Map() });
  const session = await createOnnxRuntimeBackend().createSession(model, { provider: "cpu", threads: 1 });
  const drawn = new Float32Array(batch * plan.columns);
  const times: number[] = [];
  for (let step = 0; step < 400; step++) {
    const begun = process.cpuUsage();
    writeDraws(plan, 0, step, batch, drawn, 0);
    await session.run({ x: dataset.inputs, ...(numbers === null ? {} : { numbers: { type: "float32" as const, dims: [batch, plan.columns], data: drawn } }) });
    times.push(milliseconds(begun));
  }
  await session.release();
  return median(times.slice(100));
}

async function main(): Promise<void> {
  const nothing = await withinTheGraph(lists.nothing);
  for (const [name, list] of Object.entries(lists)) if (list !== "") console.log(`${name}: ${((await withinTheGraph(list)) - nothing).toFixed(2)} ms`);
  console.log(`flip_horizontal, crop: 4 in JavaScript: ${preparedInJavaScript().toFixed(2)} ms`);
}

void main();
