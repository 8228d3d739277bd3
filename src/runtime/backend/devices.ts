/** From the device that a file names to the provider that runs it, and what this machine has. */
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import type { Provider } from "../../engine/training/backend.js";
import { loadOnnxRuntime } from "./onnxRuntimeBackend.js";
import { probeModel } from "./probeModel.js";

/** A device and whether it can be used; one object of `devices --json`. */
export type Device = {
  /** `cpu`, `cuda:0`, `webgpu`. */
  id: string;
  usable: boolean;
  /** What is missing, in a sentence; null where it is usable. */
  missing: string | null;
  driver: string | null;
  /** What the machine calls it. */
  name: string | null;
};

/** Every device that a training file may name, with what is missing where it cannot be used. */
export async function listDevices(): Promise<Device[]> {
  return [
    { id: "cpu", usable: true, missing: null, driver: null, name: processorName() },
    await probed("cuda:0", "cuda"),
    await probed("webgpu", "webgpu"),
  ];
}

async function probed(id: string, provider: Provider): Promise<Device> {
  const missing = await whatIsMissing(provider);
  return { id, usable: missing === null, missing, driver: provider === "cuda" ? nvidiaDriver() : null, name: null };
}

/**
 * The provider for `auto`, `cpu`, `cuda`, `cuda:N` or `webgpu`. `auto` is CUDA where it is installed and works, else the processor.
 * Throws `device-unknown` for another name and `device-unavailable`, saying what is missing.
 */
export async function resolveDevice(device: string): Promise<{ readonly provider: Provider; readonly id: string }> {
  if (device === "cpu") return { provider: "cpu", id: "cpu" };
  if (device === "auto") {
    const cuda = hasCudaLibraries() && (await whatIsMissing("cuda")) === null;
    return cuda ? { provider: "cuda", id: "cuda:0" } : { provider: "cpu", id: "cpu" };
  }
  const match = /^(?:(cuda)(?::(\d+))?|webgpu)$/.exec(device);
  if (!match) throw new DescentError("device-unknown", `There is no device ${device}: auto, cpu, cuda, cuda:1 or webgpu.`, { path: "device" });
  const provider: Provider = match[1] ? "cuda" : "webgpu";
  const missing = await whatIsMissing(provider);
  if (missing !== null) throw new DescentError("device-unavailable", `The device ${device} cannot be used here: ${missing}`, { path: "device" });
  if (Number(match[2] ?? 0) > 0) throw new DescentError("not-supported-yet", `The device ${device} is not supported yet: only the first GPU is.`, { path: "device" });
  return { provider, id: provider === "cuda" ? "cuda:0" : "webgpu" };
}

/** Tries a model of one node on a provider. null where it runs, else what is missing. */
async function whatIsMissing(provider: Provider): Promise<string | null> {
  if (provider === "cuda" && !hasCudaLibraries()) {
    return "the CUDA libraries are not installed (libonnxruntime_providers_cuda is not beside ONNX Runtime's own library).";
  }
  const ort = await loadOnnxRuntime();
  try {
    const session = await ort.InferenceSession.create(probeModel(), { executionProviders: [provider], logSeverityLevel: 4 });
    await session.run({ x: new ort.Tensor("float32", Float32Array.of(1), [1]) });
    await session.release();
    return null;
  } catch (thrown) {
    return shortReason((thrown as Error).message);
  }
}

/** The last part of ONNX Runtime's words: what failed, without the source files' paths before it. */
function shortReason(words: string): string {
  const line = words.trim().split("\n")[0];
  const reason = line.split(/ was false\. | with error: /).at(-1) ?? line;
  return reason.endsWith(".") ? reason : `${reason}.`;
}

function hasCudaLibraries(): boolean {
  const library = process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  return fs.existsSync(path.join(onnxRuntimeFolder(), library));
}

/** Where ONNX Runtime's own library lies. */
function onnxRuntimeFolder(): string {
  const entry = createRequire(__filename).resolve("onnxruntime-node");
  return path.join(path.dirname(entry), "..", "bin", "napi-v6", process.platform, process.arch);
}

/** The version of NVIDIA's kernel driver, or null where there is none. */
function nvidiaDriver(): string | null {
  try {
    return /Kernel Module\s+(?:for \S+\s+)?([\d.]+)/.exec(fs.readFileSync("/proc/driver/nvidia/version", "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** `AMD EPYC 9B14, 2 cores`. */
export function processorName(): string {
  const cores = os.availableParallelism();
  return `${os.cpus()[0]?.model.trim() ?? os.arch()}, ${cores} core${cores === 1 ? "" : "s"}`;
}
