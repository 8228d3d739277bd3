/** What went wrong with a device, from the runtime's words: it has no codes for it. */
import { DescentError } from "../../common/errors.js";
import type { DeviceFailureCode } from "../../protocol/deviceFailure.js";
import type { Provider } from "../../engine/training/backend.js";

/**
 * CUDA's numbers and names (CUDA Runtime API, cudaError), cuDNN's and cuBLAS' statuses, the runtime's own arena, Vulkan's and Dawn's words. ONNX
 * Runtime writes `CUDA failure 2: out of memory`.
 */
const words: Readonly<Record<DeviceFailureCode, RegExp>> = {
  "out-of-memory": /CUDA (?:failure|error) 2\b|out of memory|cudaErrorMemoryAllocation|(?:CUDNN|CUBLAS)_STATUS_ALLOC_FAILED|Failed to allocate memory|Available memory of \d+ is smaller|bad_alloc|OUT_OF_(?:DEVICE|HOST)_MEMORY/i,
  // busy before lost: a GPU in exclusive use of another process is neither broken nor gone
  "device-busy": /CUDA (?:failure|error) 46\b|cudaErrorDevice(?:s)?Unavailable|busy or unavailable/i,
  "device-lost": /CUDA (?:failure|error) (?:4|100|101|214|7\d\d|999)\b|cudaError(?:CudartUnloading|NoDevice|ECCUncorrectable|IllegalAddress|LaunchFailure|Unknown)\b|illegal memory access|unspecified launch failure|uncorrectable ECC|driver shutting down|device(?: was| is)? lost|VK_ERROR_DEVICE_LOST|DXGI_ERROR_DEVICE_(?:REMOVED|HUNG|RESET)/i,
};

/** The coded failure of a device in these words, with what to do; null where they say nothing of the kind. */
export function deviceFailure(message: string, provider: Provider): DescentError | null {
  const code = (["out-of-memory", "device-busy", "device-lost"] as const).find((each) => words[each].test(message));
  if (code === undefined || (provider === "cpu" && code !== "out-of-memory")) return null;
  const device = provider === "cpu" ? "This machine" : provider === "cuda" ? "The GPU" : "The WebGPU device";
  const said = message.trim().split("\n")[0].slice(-200);
  switch (code) {
    case "out-of-memory":
      return new DescentError(code, `${device} has not enough memory for this run. Take smaller batches (half of training.batch_size with twice training.accumulate learns the same)${provider === "cpu" ? "" : ", or go on with device: cpu"}; other programs may hold some of it. (${said})`, { path: "training.batch_size" });
    case "device-busy":
      return new DescentError(code, `${device} is in the use of another program, which leaves none of it (nvidia-smi names it). Wait for that program, take another GPU (device: cuda:1), or go on with device: cpu. (${said})`, { path: "device" });
    case "device-lost":
      return new DescentError(code, `${device} was lost: its driver was restarted, updated or failed, or the GPU did. Look at nvidia-smi, restart the machine if it does not answer, and resume, or go on with device: cpu. (${said})`, { path: "device" });
  }
}
