import { describe, expect, it } from "vitest";
import { compareVersions, isWithin, normalisedName, parseWheelName, releaseNumbers } from "../../../src/devices/index/versions.js";

describe("versions", () => {
  it("are compared number by number", () => {
    const sorted = ["13.0.0.19", "13.0.2.14", "13.1.0.3", "13.2.0.9", "13.10.0.20", "14"];
    expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted);
    expect(compareVersions("13.0", "13.0.0")).toBe(0);
  });

  it("that were not released are none", () => {
    for (const version of ["10.4.4.46rc1", "9.26.0.39.dev64544457", "1.0a1", "1.30.0+cpu", "x"]) expect(releaseNumbers(version)).toBeNull();
    expect(releaseNumbers("1.2.post3")).toEqual([1, 2, 3]);
    expect(isWithin("13.4.46rc1", ["13", "14"])).toBe(false);
  });

  it("lie within a range that ends before its second number", () => {
    expect(["12.9", "13.0", "13.9.1", "14.0"].map((version) => isWithin(version, ["13.0", "14"]))).toEqual([false, true, true, false]);
  });
});

describe("names of wheels", () => {
  it("tell name, version and platform", () => {
    const cublas = parseWheelName("nvidia_cublas-13.10.0.20-py3-none-manylinux1_x86_64.manylinux_2_5_x86_64.whl")!;
    expect(cublas).toMatchObject({ name: "nvidia-cublas", version: "13.10.0.20" });
    expect([cublas.fits("linux-x64"), cublas.fits("win32-x64")]).toEqual([true, false]);
    const windows = parseWheelName("onnxruntime_gpu-1.30.0-cp312-cp312-win_amd64.whl")!;
    expect([windows.fits("linux-x64"), windows.fits("win32-x64")]).toEqual([false, true]);
    expect(parseWheelName("onnxruntime_gpu-1.30.0-cp312-cp312-manylinux_2_34_aarch64.whl")!.fits("linux-x64")).toBe(false);
    expect(parseWheelName("onnxruntime_gpu-1.30.0-cp312-cp312-win_arm64.whl")!.fits("win32-x64")).toBe(false);
    expect(parseWheelName("numpy-2.0.tar.gz")).toBeNull();
    const glibcOf = (tags: string): string | null => parseWheelName(`x-1-py3-none-${tags}.whl`)!.glibc;
    expect(["manylinux1_x86_64.manylinux_2_5_x86_64", "manylinux2014_x86_64.manylinux_2_17_x86_64", "manylinux_2_28_x86_64", "manylinux_2_10_x86_64.manylinux_2_9_x86_64", "linux_x86_64", "win_amd64"].map(glibcOf)).toEqual(["2.5", "2.17", "2.28", "2.9", null, null]);
    expect(parseWheelName("x-1-cp312-cp312-musllinux_1_2_x86_64.whl")!.fits("linux-x64")).toBe(false);
    expect(normalisedName("Nvidia_CuDNN.cu13")).toBe("nvidia-cudnn-cu13");
  });
});
