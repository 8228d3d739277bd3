/** From the device that a file names to the provider that runs it, and what this machine has. */
import os from "node:os";
import { DescentError } from "../../common/errors.js";
import { probeBlockSize } from "../../engine/lowering/probeBlockSize.js";
import type { Provider } from "../../engine/training/backend.js";
import type { Device, DeviceLink } from "../../protocol/devices.js";
import { readNvidia, type Gpu } from "../../devices/nvidia.js";
import { providerFolder, runtimeVersion } from "./binding.js";
import { cudaLinks, hasDriverLibrary } from "./cudaChain.js";
import { createOnnxRuntimeBackend, loadOnnxRuntime } from "./onnxRuntimeBackend.js";
import { probeModel } from "./probeModel.js";

/** Every device that a training file may name, with what is missing where it cannot be used: a `cuda:N` for each GPU, or `cuda:0` where there is none. */
export async function listDevices(): Promise<Device[]> {
  return [await processor(), ...(await cudaDevices()), await webgpu()];
}

async function processor(): Promise<Device> {
  const block = await probeBlockSize(createOnnxRuntimeBackend());
  const blocks = block === null ? "no blocked convolutions" : `convolutions in blocks of ${block} channels`;
  const links: DeviceLink[] = [
    { name: "processor", ok: true, detail: `${processorName()}, ${gibibytes(os.totalmem())}`, todo: null },
    { name: "runtime", ok: true, detail: `ONNX Runtime ${runtimeVersion()}, ${blocks}`, todo: null },
  ];
  return { id: "cpu", usable: true, missing: null, driver: null, name: processorName(), memory: os.totalmem(), free: process.availableMemory(), links };
}

async function cudaDevices(): Promise<Device[]> {
  const nvidia = await readNvidia();
  const gpus: readonly (Gpu | null)[] = nvidia.gpus.length > 0 ? nvidia.gpus : [null];
  // all GPUs share the driver, the libraries and the provider, which is tried on the first
  const first = await cudaLinks(nvidia, gpus[0], () => refusalOf("cuda"));
  return Promise.all(gpus.map(async (gpu, index): Promise<Device> => {
    const links = index === 0 ? first : await cudaLinks(nvidia, gpu, () => Promise.resolve(first.find(({ name, ok }) => name === "provider" && !ok)?.detail ?? null));
    const { usable, missing } = summary(links);
    return { id: `cuda:${index}`, usable, missing, driver: nvidia.driver, name: gpu?.name ?? null, memory: gpu?.memory ?? null, free: gpu?.free ?? null, links };
  }));
}

async function webgpu(): Promise<Device> {
  const refusal = await refusalOf("webgpu");
  const links: DeviceLink[] = [
    refusal === null
      ? { name: "adapter", ok: true, detail: `ONNX Runtime ${runtimeVersion()}'s WebGPU provider runs`, todo: null }
      : { name: "adapter", ok: false, detail: refusal, todo: `WebGPU needs a GPU with its driver for ${process.platform === "linux" ? "Vulkan (vulkaninfo shows what is there)" : process.platform === "win32" ? "Direct3D 12" : "Metal"}.` },
  ];
  return { id: "webgpu", ...summary(links), driver: null, name: null, memory: null, free: null, links };
}

function summary(links: readonly DeviceLink[]): Pick<Device, "usable" | "missing"> {
  // what works in the end works, whatever could not be told of a link before
  const usable = links.every(({ ok }) => ok) || links.at(-1)?.ok === true;
  const first = links.find(({ ok }) => !ok);
  return { usable, missing: usable || first === undefined ? null : `${first.name}: ${sentence(first.detail)}${first.todo === null ? "" : ` ${first.todo}`}` };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * The provider for `auto`, `cpu`, `cuda`, `cuda:N` or `webgpu`. `auto` is CUDA where it is installed and works, else the processor. With
 * `cuda:N` this process sees that GPU alone from here on. Throws `device-unknown` for another name and `device-unavailable`, saying what is
 * missing and what to do.
 */
export async function resolveDevice(device: string): Promise<{ readonly provider: Provider; readonly id: string }> {
  if (device === "cpu") return { provider: "cpu", id: "cpu" };
  if (device === "auto") {
    const cuda = providerFolder() !== null && hasDriverLibrary() && (await refusalOf("cuda")) === null;
    return cuda ? { provider: "cuda", id: "cuda:0" } : { provider: "cpu", id: "cpu" };
  }
  const match = /^(?:(cuda)(?::(\d+))?|webgpu)$/.exec(device);
  if (!match) throw new DescentError("device-unknown", `There is no device ${device}: auto, cpu, cuda, cuda:1 or webgpu.`, { path: "device" });
  if (match[1] === undefined) {
    const { missing } = await webgpu();
    if (missing !== null) throw unavailable(device, missing);
    return { provider: "webgpu", id: "webgpu" };
  }
  const index = Number(match[2] ?? 0);
  if (index > 0) await showOnlyGpu(index);
  if (providerFolder() === null || !hasDriverLibrary() || (await refusalOf("cuda")) !== null) {
    const { missing } = (await cudaDevices())[0];
    if (missing !== null) throw unavailable(device, missing);
  }
  return { provider: "cuda", id: `cuda:${index}` };
}

function unavailable(device: string, missing: string): DescentError {
  return new DescentError("device-unavailable", `The device ${device} cannot be used here (CUDA, WebGPU and the processor: descent devices). Missing: ${missing}`, { path: "device" });
}

/** Leaves this process one GPU, before CUDA looks. Throws `device-unavailable` where there are not so many. */
async function showOnlyGpu(index: number): Promise<void> {
  const { gpus, driver } = await readNvidia();
  const gpu = gpus.at(index);
  if (gpu === undefined && driver !== null && gpus.length > 0) throw new DescentError("device-unavailable", `There is no device cuda:${index} here: ${gpus.map(({ name }, i) => `cuda:${i} is ${name}`).join(", ")}.`, { path: "device" });
  if (gpu === undefined) return; // that there is none at all is told by its chain
  process.env.CUDA_DEVICE_ORDER = "PCI_BUS_ID"; // the order of nvidia-smi, which named it
  process.env.CUDA_VISIBLE_DEVICES = gpu.uuid ?? String(gpu.index);
}

/** Tries a model of one node on a provider. null where it runs, else the runtime's words. */
async function refusalOf(provider: Provider): Promise<string | null> {
  const ort = await loadOnnxRuntime();
  try {
    const session = await ort.InferenceSession.create(probeModel(), {
      executionProviders: [provider],
      logSeverityLevel: 4,
      extra: { session: { set_denormal_as_zero: "1" } }, // for the calling thread, the process' first session decides
    });
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

/** `AMD EPYC 9B14, 2 cores`. */
export function processorName(): string {
  const cores = os.availableParallelism();
  return `${os.cpus()[0]?.model.trim() ?? os.arch()}, ${cores} core${cores === 1 ? "" : "s"}`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
