/** The jobs `plan-cuda` and `install-cuda`: in a process of their own, as unpacking and checking gigabytes is nothing for the editor's host, and killing is a way to cancel. */
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import { readPipSettings, type PipSettings } from "../../devices/index/pipSettings.js";
import { cudaFolder, type Installation } from "../../devices/install/installation.js";
import { install } from "../../devices/install/install.js";
import { planInstall, type InstallPlan } from "../../devices/install/plan.js";
import { readNvidia, suggestedCuda } from "../../devices/nvidia.js";
import { cudaPlatform, glibcVersion, nvidiaLicence } from "../../devices/packages.js";
import type { CudaPlan } from "../../protocol/devices.js";
import type { Job } from "../../protocol/runtime.js";
import { runtimeFolder, runtimeVersion } from "../backend/binding.js";
import type { Report } from "../report.js";

type CudaJob = Extract<Job, { job: "plan-cuda" | "install-cuda" }>;

/** Asks the index, and says what there is to fetch. Throws `platform-without-cuda` and what planning throws. */
export async function planCuda(job: CudaJob): Promise<CudaPlan> {
  const { cuda, onnxruntime, folder, packages, kept, download, space, free } = await plan(job, pipSettings(job));
  return {
    cuda, onnxruntime, folder, download, space, free,
    packages: packages.map((each) => ({ name: each.name, version: each.version, what: each.package.what, host: new URL(each.url).host, download: each.download, missing: each.missing, unpacked: each.unpacked, checked: each.digest !== null })),
    kept: kept.map(({ name }) => name),
    licence: nvidiaLicence,
  };
}

/** Installs what is missing. Its progress is told at most ten times a second. */
export async function installCuda(job: CudaJob, report: Report): Promise<{ cuda: number; folder: string; bytes: number; packages: { name: string; version: string }[] }> {
  const pip = pipSettings(job);
  report.progress("asking the index", 0);
  const planned = await plan(job, pip);
  let told = 0;
  const installation = await install(planned, {
    pip,
    runtimeFolder: runtimeFolder(),
    onProgress: (text, fraction) => {
      if (performance.now() - told < 100 && fraction < 1) return;
      told = performance.now();
      report.progress(text, fraction);
    },
  });
  return { cuda: installation.cuda, folder: planned.folder, bytes: bytesOf(installation), packages: installation.packages.map(({ name, version }) => ({ name, version })) };
}

function pipSettings({ index, proxy }: CudaJob): PipSettings {
  const pip = readPipSettings(index);
  return proxy === null ? pip : { ...pip, network: { ...pip.network, proxy } };
}

async function plan({ cuda, storage }: CudaJob, pip: PipSettings): Promise<InstallPlan> {
  const platform = cudaPlatform();
  if (platform === null) throw new DescentError("platform-without-cuda", `CUDA is for Linux and Windows on x64 processors, and this is ${process.platform}-${process.arch}: use device: webgpu or cpu.`);
  const glibc = glibcVersion();
  if (platform === "linux-x64" && glibc === null) throw new DescentError("platform-without-cuda", "CUDA's libraries are made for the GNU C library, and this Linux has another (musl, as Alpine has): use a distribution with glibc, or train on device: cpu or webgpu.");
  const major = cuda ?? suggestedCuda(await readNvidia(), platform);
  return planInstall({ cuda: major, platform, onnxruntime: runtimeVersion(), folder: path.resolve(cudaFolder(storage)), pip, glibc });
}

function bytesOf({ packages }: Installation): number {
  return packages.flatMap(({ files }) => files).reduce((sum, { size }) => sum + size, 0);
}
