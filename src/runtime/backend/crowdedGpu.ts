/** A GPU whose memory others have nearly used up before the run begins. */
import { formatBytes } from "../../common/format.js";
import { readNvidia, type Gpu, type Nvidia } from "../../devices/nvidia.js";

/** Below this share of a GPU's memory free, others have taken it: a GPU that shows a desktop and nothing else has more than nine tenths. */
const leastFree = 0.1;

/** What is left of a GPU that others use. */
export interface CrowdedGpu extends Pick<Gpu, "name"> {
  /** Bytes. */
  readonly memory: number;
  readonly free: number;
  /** Processes that compute on it, this one left out; null: not known. */
  readonly others: number | null;
}

/** Of the device `cuda:N`, as the driver's tool tells it; null where there is room, or where nothing is known. To be asked before this process takes memory there. */
export async function crowdedGpu(device: string, read: () => Promise<Nvidia> = readNvidia): Promise<CrowdedGpu | null> {
  if (!device.startsWith("cuda")) return null;
  const { gpus } = await read();
  // a process that has been left one GPU sees that one alone
  const gpu = gpus.length === 1 ? gpus[0] : gpus.at(Number(device.split(":")[1] ?? 0));
  if (gpu === undefined || gpu.memory === null || gpu.free === null || gpu.free >= leastFree * gpu.memory) return null;
  return { name: gpu.name, memory: gpu.memory, free: gpu.free, others: gpu.busy };
}

/** What the finding says of it. */
export function crowdedSentence({ name, memory, free, others }: CrowdedGpu): string {
  const whose = others === null || others === 0 ? "other programs hold the rest" : `${others} other program${others === 1 ? " holds" : "s hold"} the rest`;
  return `Of ${name}'s ${formatBytes(memory)} only ${formatBytes(free)} are free: ${whose}. The run may end for want of memory, and it shares the GPU's time; nvidia-smi names who is there.`;
}
