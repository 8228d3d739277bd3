/**
 * One model of ours on one device, in a process of its own, driven as `gpuTorch.py` is: first a line with the time of the first step, from the
 * model's description on, then a line for every number of steps asked for. `{"devices": true}` asks what this machine can train on.
 */
import fs from "node:fs";
import { createInterface } from "node:readline";
import type { Provider } from "../src/engine/training/backend.js";
import { installedCuda } from "../src/runtime/backend/binding.js";
import { listDevices } from "../src/runtime/backend/devices.js";
import { createOnnxRuntimeBackend, loadOnnxRuntime } from "../src/runtime/backend/onnxRuntimeBackend.js";
import { openTraining, type Stack } from "./ours.js";

type Request = TrainingRequest | { readonly devices: true };

interface TrainingRequest {
  readonly model: string | Stack;
  readonly device: Provider;
  readonly threads: number;
}

const say = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

/** Bytes of this process, now or at most; null where the system does not tell. */
function resident(key: "VmRSS" | "VmHWM"): number | null {
  const found = fs.existsSync("/proc/self/status") ? new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(fs.readFileSync("/proc/self/status", "utf8")) : null;
  return found === null ? null : 1024 * Number(found[1]);
}

async function main(request: Request): Promise<void> {
  if ("devices" in request) return say({ devices: await listDevices() });
  return train(request);
}

async function train({ model, device, threads }: TrainingRequest): Promise<void> {
  // as PyTorch's time does not count its import
  await loadOnnxRuntime();
  const base = resident("VmRSS");
  const notes: string[] = [];
  const backend = createOnnxRuntimeBackend((level, text) => level === "warning" && notes.push(text));
  const begun = performance.now();
  const training = await openTraining(model, { threads, provider: device }, backend);
  const { steps } = await training.run(1);
  say({ first: (performance.now() - begun) / 1000, chunk: steps, lowering: training.tuning.lowering, cuda: installedCuda()?.installation.packages.map(({ name, version }) => `${name} ${version}`) ?? [] });
  for await (const line of createInterface({ input: process.stdin })) {
    const done = await training.run(Number(line));
    const peak = resident("VmHWM");
    say({ ...done, memory: peak === null || base === null ? null : peak - base, notes: [...new Set(notes)] });
  }
  await training.close();
}

main(JSON.parse(process.argv[2]) as Request).catch((thrown: unknown) => {
  say({ error: (thrown as Error).message.split("\n")[0].slice(0, 300) });
  process.exit(0);
});
