import { describe, expect, it } from "vitest";
import { parseGpus, readNvidia, suggestedCuda, visibleGpus } from "../../src/devices/nvidia.js";

// as nvidia-smi --query-gpu=index,uuid,name,memory.total,memory.free,compute_cap,driver_version --format=csv,noheader,nounits prints it
const table = "0, GPU-aa11, NVIDIA H200, 143771, 143166, 9.0, 580.65.06\n1, GPU-bb22, Tesla V100-SXM2-16GB, 16384, 120, 7.0, 580.65.06\n2, GPU-cc33, NVIDIA GB10, [N/A], [N/A], 12.1, 580.65.06\n";

describe("nvidia-smi's table", () => {
  const { driver, gpus } = parseGpus(table, "GPU-bb22, 1234\nGPU-bb22, 1235\n");

  it("has driver, memory, capability and who else is there", () => {
    expect(driver).toBe("580.65.06");
    expect(gpus[0]).toEqual({ index: 0, uuid: "GPU-aa11", name: "NVIDIA H200", memory: 143_771 * 2 ** 20, free: 143_166 * 2 ** 20, compute: 9, busy: 0 });
    expect(gpus[1]).toMatchObject({ compute: 7, busy: 2 });
    expect(gpus[2]).toMatchObject({ name: "NVIDIA GB10", memory: null, free: null });
    expect(parseGpus(table, "GPU-bb22, 1234\nGPU-bb22, 1235\n", 1235).gpus[1].busy).toBe(1);
    expect(parseGpus(table, null).gpus[0].busy).toBeNull();
    expect(parseGpus("No devices were found\n", "")).toEqual({ driver: null, gpus: [] });
  });

  it("is cut down to what CUDA_VISIBLE_DEVICES leaves", () => {
    const names = (visible: string | undefined): string[] => visibleGpus(gpus, visible).map(({ name }) => name);
    expect(names(undefined)).toHaveLength(3);
    expect(names("1,0")).toEqual(["Tesla V100-SXM2-16GB", "NVIDIA H200"]);
    expect(names("GPU-cc")).toEqual(["NVIDIA GB10"]);
    expect(names("0,7,1")).toEqual(["NVIDIA H200"]);
    expect(names("")).toEqual([]);
  });
});

it("a machine without NVIDIA's tool is no failure", async () => {
  expect(await readNvidia({})).toMatchObject({ trouble: null });
});

it("CUDA 12 is for older drivers and GPUs", () => {
  const { gpus } = parseGpus(table, "");
  const suggested = (driver: string | null, which: readonly number[]): number => suggestedCuda({ driver, gpus: which.map((i) => gpus[i]) }, "linux-x64");
  expect([suggested(null, []), suggested("580.65.06", [0, 1]), suggested("580.65.06", [1]), suggested("550.90.07", [0])]).toEqual([13, 13, 12, 12]);
});
