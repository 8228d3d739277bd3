/**
 * Training under ONNX Runtime's WebGPU provider on a software adapter, SwiftShader as Debian's chromium brings it: the same losses as on
 * the processor. A machine without it skips this, and says so.
 */
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceCopies } from "../../src/protocol/runEvents.js";
import { idxFile } from "../helpers/idx.js";
import { buildProduct, type Product } from "../helpers/product.js";

const chromium = "/usr/lib/chromium";
const adapter = path.join(chromium, "vk_swiftshader_icd.json");
const reason = fs.existsSync(adapter) && fs.existsSync(path.join(chromium, "libvulkan.so.1")) ? null : `no software adapter: ${adapter} (Debian's package chromium) is not there`;

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
});
afterAll(() => product.dispose());

/** Losses of every step on a device, and what was said beside. */
async function losses(file: string, device: string): Promise<{ readonly losses: readonly number[]; readonly notes: string; readonly parameters: number; readonly copies: DeviceCopies | undefined }> {
  const runtimeFolder = path.join(product.folder, "xdg");
  fs.mkdirSync(runtimeFolder, { recursive: true, mode: 0o700 });
  // the loader of Vulkan wants a folder of its own for its sockets
  const env = { ...process.env, VK_ICD_FILENAMES: adapter, XDG_RUNTIME_DIR: runtimeFolder, XDG_CACHE_HOME: product.folder, LD_LIBRARY_PATH: chromium };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [path.join(product.dist, "cli.js"), "train", file, "--device", device, "--json", "--runs", path.join(product.folder, "runs")], { env, maxBuffer: 2 ** 26 });
  const events = stdout.trim().split("\n").map((line) => JSON.parse(line) as { readonly event: string; readonly device?: string; readonly parameters?: number; readonly copies?: DeviceCopies; readonly values?: Readonly<Record<string, number>> });
  const start = events.find(({ event }) => event === "start");
  expect(start?.device).toBe(device);
  return { losses: events.flatMap(({ event, values }) => (event === "scalars" && values?.["train/loss"] !== undefined ? [values["train/loss"]] : [])), notes: stderr, parameters: start!.parameters!, copies: events.find(({ event }) => event === "end")?.copies };
}

// two chunks at least: one ends where an evaluation is due
const tail = "training: { steps: 4, batch_size: 16, evaluate: { every_steps: 2 } }\ndiagnostics: { statistics: none }\nseed: 3\n";
const models = {
  MLP: "data: { train: { generate: blobs, examples: 120 } }\nmodel: [{ dense: { units: 16, activation: relu } }, { dense: { units: 8, activation: relu } }, { dense: 3 }]\noptimizer: { adam: { lr: 1e-2 } }\n",
  LeNet: "data: { train: images.idx, labels: labels.idx, scaling: unit }\nmodel: [{ conv2d: { filters: 4, kernel: 5, activation: relu } }, { max_pool: 2 }, { conv2d: { filters: 8, kernel: 3, activation: relu } }, { max_pool: 2 }, flatten, { dense: { units: 16, activation: relu } }, { dense: 4 }]\noptimizer: { sgd: { lr: 0.05, momentum: 0.9 } }\n",
  "batch norm": "data: { train: images.idx, labels: labels.idx, scaling: unit }\nmodel: [{ conv2d: { filters: 4, kernel: 3, bias: false } }, batch_norm, relu, { max_pool: 2 }, global_avg_pool, { dense: 4 }]\noptimizer: { adam: { lr: 1e-2 } }\n",
};

describe.skipIf(reason !== null)(`training under WebGPU${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  it.each(Object.entries(models))("gives the processor's losses: %s", async (name, text) => {
    const pixels = Uint8Array.from({ length: 64 * 16 * 16 }, (_, i) => ((i * 48_271) % 65_537) % 256);
    fs.writeFileSync(path.join(product.folder, "images.idx"), idxFile([64, 16, 16], pixels));
    fs.writeFileSync(path.join(product.folder, "labels.idx"), idxFile([64], Uint8Array.from({ length: 64 }, (_, i) => i % 4)));
    const file = product.trainingFile(`${name}.train.yaml`, text + tail);
    const onProcessor = await losses(file, "cpu");
    const onGpu = await losses(file, "webgpu");
    expect(onProcessor.losses).toHaveLength(4);
    expect(onGpu.losses).toHaveLength(4);
    onGpu.losses.forEach((loss, i) => expect(Math.abs(loss - onProcessor.losses[i])).toBeLessThan(1e-3));
    // the weights stay in GPU buffers from chunk to chunk: less comes back than they are
    expect(onProcessor.copies).toBeUndefined();
    expect(onGpu.copies!.chunks).toBeGreaterThan(1);
    expect(onGpu.copies!.bytes_out / onGpu.copies!.chunks).toBeLessThan(4 * onGpu.parameters);
    // every operator has a form that the provider computes
    expect(onGpu.notes).not.toContain("on the processor");
  }, 300_000);
});
