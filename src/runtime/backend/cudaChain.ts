/** What it takes to train on an NVIDIA GPU, link by link: driver, GPU, libraries, provider. */
import path from "node:path";
import type { Gpu, Nvidia } from "../../devices/nvidia.js";
import { compareVersions } from "../../devices/index/versions.js";
import { cudaPlatform, leastCompute, leastDriver, type CudaMajor } from "../../devices/packages.js";
import type { DeviceLink } from "../../protocol/devices.js";
import { installedCuda, providerFolder, providerName, runtimeVersion } from "./binding.js";

const installCommand = "descent devices install cuda (in the editor: Descent: Install CUDA Support)";

/** The driver's own library, on Linux and on Windows. */
const driverLibrary = /libcuda\.so|nvcuda\.dll/;

/** Tries the provider on a model of one node: null where it runs, else the runtime's words. */
export type TryProvider = () => Promise<string | null>;

/** The links for one GPU, or for none. The provider is tried only where it is there, so that each link says its own. */
export async function cudaLinks(nvidia: Nvidia, gpu: Gpu | null, tryProvider: TryProvider): Promise<DeviceLink[]> {
  const platform = cudaPlatform();
  if (platform === null) return [{ name: "platform", ok: false, detail: `${process.platform}-${process.arch}`, todo: "CUDA is for Linux and Windows on x64 processors; use device: webgpu or cpu here." }];
  const major = installedCuda()?.installation.cuda ?? 13;
  const libraries = librariesLink();
  return [driverLink(nvidia, major), gpuLink(nvidia, gpu, major), libraries, await providerLink(tryProvider)];
}

function driverLink({ driver, trouble }: Nvidia, major: CudaMajor): DeviceLink {
  if (trouble !== null) return { name: "driver", ok: false, detail: `${driver ?? "none"}: ${trouble}`, todo: "Restart the machine, which loads the driver that was installed last; if it stays so, install the driver anew." };
  if (driver === null) return { name: "driver", ok: false, detail: "none", todo: "No NVIDIA driver is loaded. With an NVIDIA GPU, install its driver (nvidia.com/drivers, or the distribution's package) and restart; without one, train on device: cpu or webgpu." };
  const least = leastDriver[major][cudaPlatform()!];
  if (compareVersions(driver, least) >= 0) return { name: "driver", ok: true, detail: driver, todo: null };
  const older = major === 13 && compareVersions(driver, leastDriver[12][cudaPlatform()!]) >= 0;
  return { name: "driver", ok: false, detail: driver, todo: `CUDA ${major} needs driver ${least} or newer: update it${older ? ", or install CUDA 12's libraries: descent devices install cuda --cuda 12" : ""}.` };
}

function gpuLink({ driver, trouble }: Nvidia, gpu: Gpu | null, major: CudaMajor): DeviceLink {
  if (gpu === null) {
    if (driver === null || trouble !== null) return { name: "gpu", ok: false, detail: "not known without a driver", todo: null };
    const hidden = process.env.CUDA_VISIBLE_DEVICES;
    return { name: "gpu", ok: false, detail: "none", todo: hidden === undefined ? "The driver sees no GPU: check with nvidia-smi, and with the machine's or the container's settings whether it is passed through." : `CUDA_VISIBLE_DEVICES=${hidden} hides every GPU: change it, or unset it.` };
  }
  const memory = gpu.memory === null ? "" : `, ${gibibytes(gpu.memory)}${gpu.free === null ? "" : `, ${gibibytes(gpu.free)} free`}`;
  const others = gpu.busy ? `, in use by ${gpu.busy} other process${gpu.busy === 1 ? "" : "es"}` : "";
  const detail = `${gpu.name}${memory}${others}`;
  if (gpu.compute !== null && gpu.compute < leastCompute[major]) {
    const older = major === 13 && gpu.compute >= leastCompute[12];
    return { name: "gpu", ok: false, detail, todo: `CUDA ${major} is for GPUs of compute capability ${leastCompute[major].toFixed(1)} or more, and this one has ${gpu.compute.toFixed(1)}${older ? ": install CUDA 12's libraries, descent devices install cuda --cuda 12" : "; train on the processor"}.` };
  }
  return { name: "gpu", ok: true, detail, todo: null };
}

/** Whether the libraries are there, and whether the system's loader takes each. */
function librariesLink(): DeviceLink {
  const installed = installedCuda();
  if (installed === null) {
    const byHand = providerFolder();
    return byHand !== null
      ? { name: "libraries", ok: true, detail: `the system's own, with a provider in ${byHand}`, todo: null }
      : { name: "libraries", ok: false, detail: "not installed", todo: `Run ${installCommand}.` };
  }
  const { installation, folder, fits } = installed;
  const detail = `CUDA ${installation.cuda} in ${folder}`;
  if (!fits) return { name: "libraries", ok: false, detail: `${detail}, for ONNX Runtime ${installation.onnxruntime}`, todo: `This version has ONNX Runtime ${runtimeVersion()}: run ${installCommand} again, which fetches what changed.` };
  for (const each of installation.packages) {
    for (const { name } of each.files) {
      if (name.includes("onnxruntime")) continue;
      const refusal = loadRefusal(path.join(folder, each.folder, name));
      // the driver's own library is the driver's link
      if (refusal !== null && !driverLibrary.test(refusal)) return { name: "libraries", ok: false, detail: `${detail}; ${name} does not load: ${refusal}`, todo: `Take them away with descent devices uninstall cuda, and run ${installCommand}.` };
    }
  }
  return { name: "libraries", ok: true, detail: `${detail}, ${installation.packages.map(({ name, version }) => `${name} ${version}`).join(", ")}`, todo: null };
}

/** Whether the driver's own library loads, which is quick: nothing else of CUDA need be tried without it. */
export function hasDriverLibrary(): boolean {
  return loadRefusal(process.platform === "win32" ? "nvcuda.dll" : "libcuda.so.1") === null;
}

/** Why the system's loader refuses a library; null where it takes it, which Node.js then finds to be no module of its own. */
function loadRefusal(file: string): string | null {
  try {
    process.dlopen({ exports: {} }, path.isAbsolute(file) ? path.toNamespacedPath(file) : file);
    return null;
  } catch (thrown) {
    const words = (thrown as Error).message;
    return /did not self-register/.test(words) ? null : words;
  }
}

async function providerLink(tryProvider: TryProvider): Promise<DeviceLink> {
  const folder = providerFolder();
  if (folder === null) return { name: "provider", ok: false, detail: "not installed", todo: `Run ${installCommand}.` };
  const words = await tryProvider();
  // the runtime keeps what the loader said to itself
  const refusal = words === null ? null : ((/shared library/i.test(words) ? loadRefusal(path.join(folder, providerName)) : null) ?? words);
  if (refusal === null) return { name: "provider", ok: true, detail: `ONNX Runtime ${runtimeVersion()}, runs`, todo: null };
  return { name: "provider", ok: false, detail: refusal, todo: providerTodo(refusal) };
}

/** What the words of a provider that does not load ask for. */
export function providerTodo(words: string): string {
  if (driverLibrary.test(words)) return "libcuda is the driver's own library: install NVIDIA's driver; in a container, start it with the GPUs (docker run --gpus all).";
  const library = /\b(lib[\w+-]+\.so[\d.]*|\w+\.dll)\b: cannot open/.exec(words)?.[1];
  if (library !== undefined) return `${library} is missing: run ${installCommand}.`;
  if (/no CUDA-capable device|cudaErrorNoDevice|CUDA failure 100\b/i.test(words)) return "The driver has no GPU for this process: see nvidia-smi and CUDA_VISIBLE_DEVICES.";
  if (/insufficient|CUDA failure 35\b/i.test(words)) return "The driver is older than CUDA's libraries: update it, or descent devices install cuda --cuda 12.";
  if (/out of memory|CUDA failure 2\b/i.test(words)) return "Other programs hold the GPU's memory: end them (nvidia-smi names them), or wait.";
  return `See nvidia-smi; if the GPU works elsewhere, run ${installCommand} again.`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
