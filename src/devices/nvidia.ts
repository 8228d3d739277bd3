/** NVIDIA's driver and GPUs, as the driver's own tool tells them, and, without it, the files of the kernel module. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import { promisify } from "node:util";
import { compareVersions } from "./index/versions.js";
import { leastCompute, leastDriver, type CudaMajor, type CudaPlatform } from "./packages.js";

export interface Gpu {
  /** In the order of the PCI bus, as `cuda:N` counts where every GPU is visible. */
  readonly index: number;
  readonly uuid: string | null;
  readonly name: string;
  /** Bytes; null where only the driver's tool knows. */
  readonly memory: number | null;
  readonly free: number | null;
  /** Compute capability, such as 9.0; null: not known. */
  readonly compute: number | null;
  /** Other processes that compute on it now. */
  readonly busy: number | null;
}

export interface Nvidia {
  /** Version, `580.65.06`; null: no driver is loaded. */
  readonly driver: string | null;
  readonly gpus: readonly Gpu[];
  /** The tool's own complaint, such as a driver that was updated and waits for a restart; null: none. */
  readonly trouble: string | null;
}

/** Milliseconds that the tool may take; a driver that has lost its GPU can hang it. */
const patience = 10_000;

const fields = ["index", "uuid", "name", "memory.total", "memory.free", "compute_cap", "driver_version"] as const;

/** What of NVIDIA this machine has, those GPUs that CUDA_VISIBLE_DEVICES leaves to this process, in its order. Never throws. */
export async function readNvidia(env: Readonly<Record<string, string | undefined>> = process.env): Promise<Nvidia> {
  try {
    const run = promisify(execFile);
    const { stdout } = await run("nvidia-smi", [`--query-gpu=${fields.join(",")}`, "--format=csv,noheader,nounits"], { timeout: patience, windowsHide: true });
    const busy = await run("nvidia-smi", ["--query-compute-apps=gpu_uuid,pid", "--format=csv,noheader"], { timeout: patience, windowsHide: true }).then((out) => out.stdout, () => null);
    const { driver, gpus } = parseGpus(stdout, busy, process.pid);
    return { driver: driver ?? kernelModule(), gpus: visibleGpus(gpus, env.CUDA_VISIBLE_DEVICES), trouble: null };
  } catch (thrown) {
    const { code, stdout = "", stderr = "" } = thrown as { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string };
    const words = `${stdout}\n${stderr}`.trim().split("\n")[0];
    const driver = kernelModule();
    return { driver, gpus: driver === null ? [] : visibleGpus(gpusOfKernel(), env.CUDA_VISIBLE_DEVICES), trouble: code === "ENOENT" || words === "" ? null : words };
  }
}

/** The newest CUDA that this driver and at least one of its GPUs take; where nothing is known of them, the newest there is. */
export function suggestedCuda({ driver, gpus }: Pick<Nvidia, "driver" | "gpus">, platform: CudaPlatform): CudaMajor {
  const isTooOld = driver !== null && compareVersions(driver, leastDriver[13][platform]) < 0;
  const known = gpus.filter(({ compute }) => compute !== null);
  return isTooOld || (known.length > 0 && known.every(({ compute }) => compute! < leastCompute[13])) ? 12 : 13;
}

/** The tool's table, memory in MiB, and its list of processes, of which `own` is left out. Exported for its test. */
export function parseGpus(table: string, busy: string | null, own?: number): { readonly driver: string | null; readonly gpus: readonly Gpu[] } {
  let driver: string | null = null;
  const number = (text: string): number | null => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : null);
  const gpus = table.split("\n").map((line) => line.split(",").map((cell) => cell.trim())).filter((cells) => cells.length === fields.length).map(([index, uuid, name, total, free, compute, version]): Gpu => {
    driver = version;
    const inBytes = (mebibytes: number | null): number | null => (mebibytes === null ? null : mebibytes * 2 ** 20);
    return {
      index: Number(index), uuid, name, memory: inBytes(number(total)), free: inBytes(number(free)), compute: number(compute),
      busy: busy === null ? null : busy.split("\n").filter((line) => line.startsWith(uuid) && Number(line.split(",")[1]) !== own).length,
    };
  });
  return { driver, gpus };
}

/** Those GPUs that a process sees with this CUDA_VISIBLE_DEVICES: numbers or beginnings of UUIDs, up to the first that names none. */
export function visibleGpus(gpus: readonly Gpu[], visible: string | undefined): readonly Gpu[] {
  if (visible === undefined) return gpus;
  const seen: Gpu[] = [];
  for (const name of visible.split(",").map((part) => part.trim())) {
    const gpu = gpus.find(({ index, uuid }) => (/^\d+$/.test(name) ? index === Number(name) : name !== "" && uuid?.startsWith(name)));
    if (gpu === undefined) break;
    seen.push(gpu);
  }
  return seen;
}

/** The version of Linux' kernel module, or null where none is loaded. */
function kernelModule(): string | null {
  return /Kernel Module\s+(?:for \S+\s+)?([\d.]+)/.exec(textOf("/proc/driver/nvidia/version"))?.[1] ?? null;
}

function gpusOfKernel(): readonly Gpu[] {
  const folder = "/proc/driver/nvidia/gpus";
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).sort().map((bus, index) => {
    const text = textOf(`${folder}/${bus}/information`);
    const field = (name: string): string | null => new RegExp(`^${name}:\\s*(.+)$`, "m").exec(text)?.[1].trim() ?? null;
    return { index, uuid: field("GPU UUID"), name: field("Model") ?? "NVIDIA GPU", memory: null, free: null, compute: null, busy: null };
  });
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
