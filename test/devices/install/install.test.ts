import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PipSettings } from "../../../src/devices/index/pipSettings.js";
import { install, type InstallOptions } from "../../../src/devices/install/install.js";
import { cudaEnvironment, cudaFolder, cudaFolderVariable, readInstallation, sizeOnDisk, uninstall } from "../../../src/devices/install/installation.js";
import { planInstall, spaceFor, type InstallPlan } from "../../../src/devices/install/plan.js";
import { cudaPlatform, cudaPackages, packageName, type CudaPackage } from "../../../src/devices/packages.js";
import { usualNetwork } from "../../../src/devices/transfer/http.js";
import { noise, startServer, wheel, type PackageServer, type ServedFile } from "../server.js";

const packages = cudaPackages[13].filter(({ name }) => ["onnxruntime-gpu", "nvidia-cublas", "nvidia-cudnn-cu13"].includes(name));
const providerWheel = (version: string) => wheel(`onnxruntime_gpu-${version}-cp312-cp312-manylinux_2_28_x86_64.whl`, {
  "onnxruntime/capi/libonnxruntime_providers_cuda.so": noise(90_000, 4), "onnxruntime/capi/libonnxruntime_providers_shared.so": noise(500, 5),
  "onnxruntime/capi/libonnxruntime_providers_tensorrt.so": noise(700, 6), "onnxruntime/LICENSE": Buffer.from("MIT"),
});
const cublas = (version: string) => wheel(`nvidia_cublas-${version}-py3-none-manylinux_2_27_x86_64.whl`, { "nvidia/cu13/lib/libcublas.so.13": noise(60_000, 7), "nvidia/cu13/lib/libnvblas.so.13": noise(99, 8), "nvidia/cu13/include/cublas.h": noise(50, 9) });
const cudnn = wheel("nvidia_cudnn_cu13-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl", { "nvidia/cudnn/lib/libcudnn.so.9": noise(40_000, 10), "nvidia/cudnn/lib/libcudnn_ops.so.9": noise(40_000, 11) });
const projects: Readonly<Record<string, readonly ServedFile[]>> = {
  "onnxruntime-gpu": [providerWheel("1.30.0"), providerWheel("1.31.1"), wheel("onnxruntime_gpu-1.30.0-cp312-cp312-win_amd64.whl", {})],
  "nvidia-cublas": [cublas("13.0.2.14"), cublas("13.1.2.11"), cublas("13.10.0.20"), cublas("12.9.1"), wheel("nvidia_cublas-13.1.2.11-py3-none-win_amd64.whl", {})],
  "nvidia-cudnn-cu13": [cudnn],
};

let server: PackageServer;
let storage: string;
let runtimeFolder: string;
const progress: number[] = [];

beforeEach(async () => {
  server = await startServer(projects, { json: true });
  storage = fs.mkdtempSync(path.join(os.tmpdir(), "descent-install-"));
  runtimeFolder = path.join(storage, "package");
  fs.mkdirSync(runtimeFolder);
  for (const name of ["onnxruntime_binding.node", "libonnxruntime.so.1"]) fs.writeFileSync(path.join(runtimeFolder, name), name);
  progress.length = 0;
});
afterEach(async () => {
  await server.close();
  fs.rmSync(storage, { recursive: true, force: true });
});

const pip = (): PipSettings => ({ indexes: [`${server.url}/simple`], findLinks: [], network: usualNetwork });
const planFor = (onnxruntime = "1.30.0", from: readonly CudaPackage[] = packages): Promise<InstallPlan> => planInstall({ cuda: 13, platform: "linux-x64", onnxruntime, folder: cudaFolder(storage), pip: pip(), packages: from });
const options = (): InstallOptions => ({ pip: pip(), runtimeFolder, onProgress: (_, fraction) => progress.push(fraction), patience: 1 });
const folder = (): string => cudaFolder(storage);

describe("planning", () => {
  it("takes exactly our runtime's version, the libraries of CUDA's first minor version, and tells their sizes", async () => {
    const plan = await planFor();
    expect(plan.packages.map(({ name, version }) => [name, version])).toEqual([["onnxruntime-gpu", "1.30.0"], ["nvidia-cublas", "13.1.2.11"], ["nvidia-cudnn-cu13", "9.28.0.42"]]);
    expect(plan.packages.map(({ unpacked }) => unpacked)).toEqual([90_500, 60_000, 80_000]);
    const sizes = [projects["onnxruntime-gpu"][0], projects["nvidia-cublas"][1], cudnn].map(({ bytes }) => bytes.length);
    expect(plan.packages.map(({ download }) => download)).toEqual(sizes);
    expect(plan.download).toBe(sizes[0] + sizes[1] + sizes[2]);
    expect(fs.existsSync(folder())).toBe(false);
  });

  it("takes a newer minor version where an index has nothing else", async () => {
    await server.close();
    server = await startServer({ ...projects, "nvidia-cublas": [cublas("13.10.0.20")] });
    expect((await planFor()).packages[1].version).toBe("13.10.0.20");
  });

  it("asks for sizes where the index names none, and estimates what the server does not let it see", async () => {
    await server.close();
    server = await startServer(projects);
    expect((await planFor()).packages.map(({ unpacked }) => unpacked)).toEqual([90_500, 60_000, 80_000]);
    server.faults.noRanges = true;
    const blind = await planFor();
    expect(blind.packages.map(({ unpacked }) => unpacked)).toEqual([null, null, null]);
    expect(blind.space).toBeGreaterThan(2 * blind.download);
  });

  it("names what no index has", async () => {
    await expect(planFor("1.29.7")).rejects.toMatchObject({ code: "package-missing", message: expect.stringMatching(/onnxruntime-gpu 1\.29\.7 for linux-x64.*127\.0\.0\.1/) as string });
  });

  it("passes over what the system's C library is too old for, and says so where nothing is left", async () => {
    await server.close();
    server = await startServer({ ...projects, "nvidia-cublas": [cublas("13.0.2.14"), wheel("nvidia_cublas-13.1.2.11-py3-none-manylinux_2_34_x86_64.whl", {})] }, { json: true });
    const on = (glibc: string): Promise<InstallPlan> => planInstall({ cuda: 13, platform: "linux-x64", onnxruntime: "1.30.0", folder: cudaFolder(storage), pip: pip(), packages, glibc });
    expect((await on("2.28")).packages.map(({ version }) => version)).toEqual(["1.30.0", "13.0.2.14", "9.28.0.42"]);
    await expect(on("2.17")).rejects.toMatchObject({ code: "platform-without-cuda", message: expect.stringMatching(/^onnxruntime-gpu 1\.30\.0 needs glibc 2\.28 or newer, and this system has 2\.17/) as string });
  });

  it("counts the space of the archive at work beside what is unpacked", () => {
    expect(spaceFor([{ download: 10, missing: 10, unpacked: 15 }, { download: 100, missing: 100, unpacked: 150 }, { download: 5, missing: 5, unpacked: 5 }])).toBe(265);
    expect(spaceFor([])).toBe(0);
  });

  it("is for the machines that NVIDIA and the runtime publish for, and for no other", () => {
    const named = (...machine: [string, string]): string | null => cudaPlatform(...machine);
    expect([named("linux", "x64"), named("win32", "x64")]).toEqual(["linux-x64", "win32-x64"]);
    expect([named("linux", "arm64"), named("win32", "arm64"), named("darwin", "arm64"), named("darwin", "x64"), named("linux", "ia32")]).toEqual([null, null, null, null, null]);
  });

  it("has a package of every kind for both platforms", () => {
    for (const major of [13, 12] as const) for (const each of cudaPackages[major]) for (const platform of ["linux-x64", "win32-x64"] as const) expect(packageName(each, platform)).toMatch(/^[\w.-]+$/);
    const { members } = cudaPackages[13][2];
    const real = ["nvidia/cu13/lib/libcublasLt.so.13", "nvidia/cu13/lib/libnvblas.so.13", "nvidia/cu13/bin/x86_64/cublasLt64_13.dll", "nvidia/cu13/bin/x86_64/nvblas64_13.dll", "nvidia/cudnn/bin/cudnn_ops64_9.dll", "nvidia/cublas/lib/libcublas.so.12", "nvidia/cublas/bin/cublas64_12.dll"];
    expect(real.filter((at) => members["linux-x64"].test(at))).toEqual([real[0], real[5]]);
    expect(real.filter((at) => members["win32-x64"].test(at))).toEqual([real[2], real[4], real[6]]);
  });
});

describe("installing", () => {
  it("puts the needed libraries, and the runtime beside its provider, into the storage, and says so at last", async () => {
    const installation = await install(await planFor(), options());
    expect(readInstallation(folder())).toEqual(installation);
    expect(fs.readdirSync(folder()).sort()).toEqual(["installation.json", "nvidia-cublas-13.1.2.11", "nvidia-cudnn-cu13-9.28.0.42", "onnxruntime-gpu-1.30.0"]);
    expect(fs.readdirSync(path.join(folder(), "nvidia-cublas-13.1.2.11")).sort()).toEqual(["libcublas.so.13", "record.json"]);
    expect(fs.readdirSync(path.join(folder(), "onnxruntime-gpu-1.30.0")).sort()).toEqual(["LICENSE", "libonnxruntime.so.1", "libonnxruntime_providers_cuda.so", "libonnxruntime_providers_shared.so", "onnxruntime_binding.node", "record.json"]);
    expect(Buffer.from(noise(60_000, 7)).equals(fs.readFileSync(path.join(folder(), "nvidia-cublas-13.1.2.11", "libcublas.so.13")))).toBe(true);
    expect(progress.at(-1)).toBeCloseTo(1, 6);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it("gives forked processes the libraries' folders", async () => {
    expect(cudaEnvironment(storage)).toEqual({});
    await install(await planFor(), options());
    const env = cudaEnvironment(storage, process.platform === "win32" ? { Path: "before" } : { LD_LIBRARY_PATH: "before" });
    expect(env[cudaFolderVariable]).toBe(folder());
    const folders = (process.platform === "win32" ? env.Path : env.LD_LIBRARY_PATH).split(path.delimiter);
    expect(folders).toEqual([...["onnxruntime-gpu-1.30.0", "nvidia-cublas-13.1.2.11", "nvidia-cudnn-cu13-9.28.0.42"].map((name) => path.join(folder(), name)), "before"]);
  });

  it("goes on after it was interrupted: what is whole stays, what is half is completed", async () => {
    const controller = new AbortController();
    const plan = await planFor();
    const part = path.join(folder(), "downloads", `${plan.packages[1].file}.part`);
    const onProgress = (text: string): void => {
      if (!text.startsWith("fetching nvidia-cublas")) return;
      if (fs.existsSync(part)) setTimeout(() => controller.abort(), 50);
      else Object.assign(server.faults, { breakAfter: 20_000, breaks: 1 });
    };
    await expect(install(plan, { ...options(), onProgress, patience: 60_000, signal: controller.signal })).rejects.toMatchObject({ code: "cancelled" });
    expect(readInstallation(folder())).toBeNull();
    expect(fs.statSync(part).size).toBe(20_000);
    server.requests.length = 0;
    const again = await planFor();
    expect(again.packages[1].missing).toBe(again.packages[1].download - 20_000);
    server.requests.length = 0;
    await install(again, options());
    expect(server.requests).toEqual([`GET /files/${plan.packages[1].file} bytes=20000-`, `GET /files/${cudnn.name}`]);
    expect(readInstallation(folder())?.packages).toHaveLength(3);
  });

  it("refuses a wrong checksum, and installs nothing of it", async () => {
    await server.close();
    server = await startServer(projects, { digests: { [cudnn.name]: "f".repeat(64) } });
    await expect(install(await planFor(), options())).rejects.toMatchObject({ code: "download-corrupt" });
    expect(readInstallation(folder())).toBeNull();
    expect(fs.existsSync(path.join(folder(), "nvidia-cudnn-cu13-9.28.0.42"))).toBe(false);
  });

  it("says that there is no space before it fetches anything", async () => {
    const plan = { ...(await planFor()), free: 100_000 };
    server.requests.length = 0;
    await expect(install(plan, options())).rejects.toMatchObject({ code: "no-space", message: expect.stringContaining("nothing was fetched") as string });
    expect(server.requests).toEqual([]);
    expect(fs.existsSync(folder())).toBe(false);
  });

  it("says that the storage cannot be written to before it fetches anything", async () => {
    const plan = await planFor();
    // a file where the folder is to be refuses the administrator, too
    fs.writeFileSync(folder(), "");
    const before = server.requests.length;
    await expect(install(plan, options())).rejects.toMatchObject({ code: "storage-unwritable", message: expect.stringContaining(folder()) as string });
    expect(server.requests).toHaveLength(before);
  });

  it("fetches only what changed for another version of the runtime, and takes the old away", async () => {
    await install(await planFor(), options());
    const plan = await planFor("1.31.1");
    expect(plan.packages.map(({ name }) => name)).toEqual(["onnxruntime-gpu"]);
    await install(plan, options());
    expect(readInstallation(folder())).toMatchObject({ onnxruntime: "1.31.1" });
    expect(fs.readdirSync(folder()).sort()).toEqual(["installation.json", "nvidia-cublas-13.1.2.11", "nvidia-cudnn-cu13-9.28.0.42", "onnxruntime-gpu-1.31.1"]);
    expect((await planFor("1.31.1")).packages).toEqual([]);
  });

  it("is done by one process at a time; a lock that its process left is taken over", async () => {
    const plan = await planFor();
    fs.mkdirSync(folder(), { recursive: true });
    fs.writeFileSync(path.join(folder(), "lock"), String(process.ppid));
    await expect(install(plan, options())).rejects.toMatchObject({ code: "install-in-progress" });
    fs.writeFileSync(path.join(folder(), "lock"), "999999999");
    await install(plan, options());
    expect(fs.existsSync(path.join(folder(), "lock"))).toBe(false);
  });

  it("is undone whole; a library that someone deleted is missed", async () => {
    await install(await planFor(), options());
    fs.rmSync(path.join(folder(), "nvidia-cublas-13.1.2.11", "libcublas.so.13"));
    expect(readInstallation(folder())).toBeNull();
    const bytes = sizeOnDisk(folder());
    expect(uninstall(folder())).toBe(bytes);
    expect(fs.existsSync(folder())).toBe(false);
  });
});
