/**
 * Where augmentation runs best: what it costs within the step's graph, and what the same work costs a worker thread that prepares batches in
 * JavaScript. `npx esbuild bench/augmentation.ts --bundle --platform=node --external:onnxruntime-node --outfile=dist/bench-augmentation.cjs`, then node.
 */
import { median, openTraining } from "./ours.js";

const lists: Readonly<Record<string, readonly string[]>> = {
  "flip_horizontal, crop: 4": ["flip_horizontal", "crop: 4"],
  "rotate: 10": ["rotate: 10"],
  "flip_horizontal, crop: 4, color_jitter (all four), cutout: 8": ["flip_horizontal", "crop: 4", "color_jitter: { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05 }", "cutout: 8"],
  "mixup: 0.2": ["mixup: 0.2"],
};
const [batch, channels, side] = [64, 3, 32];
const rounds = 5;

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

async function main(): Promise<void> {
  const threads = 1; // what it costs is told by processor time, which a busy machine does not change
  const plain = await openTraining("convnet", { threads });
  for (const [name, augment] of Object.entries(lists)) {
    const changed = await openTraining("convnet", { threads, lowering: plain.tuning.lowering, augment });
    const times: [number, number][] = [];
    for (let round = 0; round < rounds; round++) {
      const each: number[] = [];
      for (const side of [plain, changed]) {
        const begun = process.cpuUsage();
        const { steps } = await side.run(20);
        each.push(milliseconds(begun) / steps);
      }
      times.push([each[0], each[1]]);
    }
    const [without, added] = [median(times.map(([a]) => a)), median(times.map(([a, b]) => b - a))];
    console.log(`| ${name} | ${without.toFixed(2)} | ${added.toFixed(2)} | ${((100 * added) / without).toFixed(1)} % |`);
    await changed.close();
  }
  await plain.close();
  console.log(`flip_horizontal, crop: 4 of one batch in JavaScript, one thread: ${preparedInJavaScript().toFixed(2)} ms`);
}

void main();
