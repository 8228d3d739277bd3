import { describe, expect, it } from "vitest";
import { deviceFailure } from "../../../src/runtime/backend/failures.js";
import { waysOn } from "../../../src/protocol/deviceFailure.js";

const codeOf = (message: string, provider: "cpu" | "cuda" | "webgpu" = "cuda"): string | null => deviceFailure(message, provider)?.code ?? null;

describe("a failed device", () => {
  it("is known by the runtime's words", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["CUDA failure 2: out of memory ; GPU=0 ; hostname=box ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_allocator.cc ; line=68 ; expr=cudaMalloc((void**)&p, size);", "out-of-memory"],
      ["Non-zero status code returned while running Loop node. Name:'loop' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:359 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 4294967296", "out-of-memory"],
      ["CUDNN failure 4000: CUDNN_STATUS_ALLOC_FAILED ; GPU=0", "out-of-memory"],
      ["CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0", "out-of-memory"],
      ["CUDA failure 46: CUDA-capable device(s) is/are busy or unavailable ; GPU=0", "device-busy"],
      ["CUDA failure 700: an illegal memory access was encountered ; GPU=0", "device-lost"],
      ["CUDA failure 719: unspecified launch failure ; GPU=0", "device-lost"],
      ["CUDA failure 999: unknown error ; GPU=0", "device-lost"],
      ["CUDA failure 100: no CUDA-capable device is detected ; GPU=0", "device-lost"],
    ];
    for (const [message, code] of cases) expect(codeOf(message), message).toBe(code);
    expect(codeOf("Device lost: VK_ERROR_DEVICE_LOST", "webgpu")).toBe("device-lost");
    expect(codeOf("std::bad_alloc", "cpu")).toBe("out-of-memory");
  });

  it("is not seen in what is wrong with a graph, nor on the processor", () => {
    expect(codeOf("Non-zero status code returned while running Gather node. indices element out of data bounds, idx=2147 must be within the inclusive range [-10,9]")).toBeNull();
    expect(codeOf("CUDA failure 2000 things")).toBeNull();
    expect(codeOf("device lost", "cpu")).toBeNull();
  });

  it("says what to do, and with what the run can go on", () => {
    expect(deviceFailure("CUDA failure 2: out of memory", "cuda")!.message).toMatch(/half of training\.batch_size.*device: cpu/);
    const config = { training: { batchSize: 64, accumulate: 2 } };
    expect(waysOn("out-of-memory", config, "cuda:0").map(({ edits }) => edits)).toEqual([
      [{ path: "training.batch_size", value: 32 }, { path: "training.accumulate", value: 4 }],
      [{ path: "device", value: "cpu" }],
    ]);
    expect(waysOn("device-lost", config, "cuda:0")).toHaveLength(1);
    expect(waysOn("out-of-memory", { training: { batchSize: "full", accumulate: 1 } }, "cpu")).toEqual([]);
  });
});
