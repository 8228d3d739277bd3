/** What is to be fetched so that everything is there: decided, with sizes, before anything is. */
import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import { findNuget } from "../index/nuget.js";
import { listPage, listProject, type IndexedFile } from "../index/simpleIndex.js";
import type { PipSettings } from "../index/pipSettings.js";
import { compareVersions, isWithin, normalisedName, parseWheelName } from "../index/versions.js";
import { cudaPackages, packageName, publicFeed, type CudaMajor, type CudaPackage, type CudaPlatform } from "../packages.js";
import { open, readBytes, type NetworkSettings } from "../transfer/http.js";
import { readDirectory, type ReadAt } from "../transfer/zip.js";
import { readInstallation, type InstalledPackage } from "./installation.js";

export interface PlannedPackage {
  readonly package: CudaPackage;
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly url: string;
  readonly digest: { readonly algorithm: "sha256" | "sha512"; readonly hex: string } | null;
  /** Bytes to fetch, less what an interrupted attempt left. */
  readonly missing: number;
  /** Bytes of the archive. */
  readonly download: number;
  /** Bytes of its needed members; null where the server gives no parts of a file: then it is only known once it is here. */
  readonly unpacked: number | null;
}

export interface InstallPlan {
  readonly cuda: CudaMajor;
  readonly platform: CudaPlatform;
  readonly onnxruntime: string;
  readonly folder: string;
  readonly packages: readonly PlannedPackage[];
  /** What is there already, of the versions that are wanted. */
  readonly kept: readonly InstalledPackage[];
  /** Bytes to fetch. */
  readonly download: number;
  /** Bytes that it takes on the disk while it is installed, at most. */
  readonly space: number;
  /** Bytes free there. */
  readonly free: number;
}

export interface PlanOptions {
  readonly cuda: CudaMajor;
  readonly platform: CudaPlatform;
  /** Version of onnxruntime-node. */
  readonly onnxruntime: string;
  /** Where it goes. */
  readonly folder: string;
  readonly pip: PipSettings;
  /** Version of the machine's GNU C library: wheels that need a newer one are passed over. null: it matters not, or is not known. */
  readonly glibc?: string | null;
  /** The NuGet feed; default the public one. */
  readonly feed?: string;
  /** Of CUDA's packages, those to fetch; a test has smaller ones. */
  readonly packages?: readonly CudaPackage[];
  readonly signal?: AbortSignal;
}

/** Unpacked libraries are at most this many times the size of their archive, where the server does not let it be known: the largest seen is 1.9. */
const mostUnpacking = 2.5;

/** Throws `package-missing`, naming what no index has, and `index-unreachable`, `index-unreadable`, `download-refused`. */
export async function planInstall(options: PlanOptions): Promise<InstallPlan> {
  const { cuda, platform, onnxruntime, folder } = options;
  const before = readInstallation(folder)?.packages ?? [];
  const found = await Promise.all((options.packages ?? cudaPackages[cuda]).map((each) => find(each, options)));
  const kept = before.filter(({ name, version }) => found.some((one) => one.name === name && one.version === version));
  const packages = await Promise.all(
    found
      .filter(({ name, version }) => !kept.some((one) => one.name === name && one.version === version))
      .map((each) => measured(each, options)),
  );
  const download = packages.reduce((sum, { missing }) => sum + missing, 0);
  return { cuda, platform, onnxruntime, folder, packages, kept, download, space: spaceFor(packages), free: freeBytes(folder) };
}

type Found = Pick<PlannedPackage, "package" | "name" | "version" | "file" | "url" | "digest"> & { readonly size: number | null };

async function find(wanted: CudaPackage, options: PlanOptions): Promise<Found> {
  const { pip, platform, onnxruntime, glibc = null, signal } = options;
  const name = packageName(wanted, platform);
  if (wanted.from === "nuget") {
    const { name: file, url, sha512 } = await findNuget(options.feed ?? publicFeed, name, onnxruntime, pip.network, signal);
    return { package: wanted, name, version: onnxruntime, file, url, size: null, digest: sha512 === null ? null : { algorithm: "sha512", hex: sha512 } };
  }
  const { files, failure } = await listEverywhere(name, pip, signal);
  const wheels = files.flatMap((file) => {
    const wheel = parseWheelName(file.name);
    return wheel !== null && wheel.name === normalisedName(name) && wheel.fits(platform) ? [{ ...file, version: wheel.version, glibc: wheel.glibc }] : [];
  });
  const loadable = wheels.filter((wheel) => glibc === null || wheel.glibc === null || compareVersions(wheel.glibc, glibc) <= 0);
  const chosen = choose(loadable, wanted, onnxruntime);
  const tooNew = chosen === null ? choose(wheels, wanted, onnxruntime) : null;
  if (tooNew !== null) throw new DescentError("platform-without-cuda", `${name} ${tooNew.version} needs glibc ${tooNew.glibc} or newer, and this system has ${glibc}: update the system, or train on device: cpu or webgpu.`);
  if (chosen === null) {
    // an index that did not answer may be the one that has it
    if (failure !== null) throw failure;
    const versions = wanted.range === null ? onnxruntime : `from ${wanted.range[0]} up to ${wanted.range[1]}`;
    const asked = [...pip.indexes, ...pip.findLinks].map((address) => new URL(address).host || "a folder").join(", ") || "no index at all (pip's no-index)";
    throw new DescentError("package-missing", `${name} ${versions} for ${platform} is not to be had: ${asked} was asked. Name an index that has it with --index or PIP_INDEX_URL.`);
  }
  return { package: wanted, name, version: chosen.version, file: chosen.name, url: chosen.url, size: chosen.size, digest: chosen.sha256 === null ? null : { algorithm: "sha256", hex: chosen.sha256 } };
}

/** All that the indexes and folders have, the main index first, and the first failure to ask one: others may have what is wanted. */
async function listEverywhere(project: string, { indexes, findLinks, network }: PipSettings, signal?: AbortSignal): Promise<{ readonly files: readonly IndexedFile[]; readonly failure: unknown }> {
  const pages = await Promise.allSettled([...indexes.map((index) => listProject(index, project, network, signal)), ...findLinks.map((link) => listPage(link, network, signal))]);
  const files = pages.flatMap((page) => (page.status === "fulfilled" ? page.value : []));
  return { files, failure: pages.find((page) => page.status === "rejected")?.reason ?? null };
}

/** The newest that is preferred, else the newest that will do; of its files the first by name, so that everyone gets the same. */
export function choose<F extends { readonly name: string; readonly version: string }>(files: readonly F[], { range, preferBelow }: CudaPackage, onnxruntime: string): F | null {
  const usable = files.filter(({ version }) => (range === null ? version === onnxruntime : isWithin(version, range)));
  const preferred = preferBelow === undefined || range === null ? [] : usable.filter(({ version }) => isWithin(version, [range[0], preferBelow]));
  const from = preferred.length > 0 ? preferred : usable;
  return [...from].sort((a, b) => compareVersions(b.version, a.version) || (a.name < b.name ? -1 : 1))[0] ?? null;
}

/** With its sizes: the archive's from the index or the server, those of its members from its directory, which is read from where it lies. */
async function measured(found: Found, { folder, pip, platform, signal }: PlanOptions): Promise<PlannedPackage> {
  const { size, ...rest } = found;
  const download = size ?? (await sizeOf(found.url, pip.network, signal));
  const there = fs.statSync(path.join(folder, "downloads", `${found.file}.part`), { throwIfNoEntry: false })?.size ?? 0;
  const unpacked = await unpackedSize(found, download, platform, pip.network, signal);
  return { ...rest, download, missing: Math.max(0, download - there), unpacked };
}

async function sizeOf(url: string, network: NetworkSettings, signal?: AbortSignal): Promise<number> {
  const { total, body } = await open(url, { method: "HEAD", ...(signal ? { signal } : {}) }, network);
  body.resume();
  if (total === null) throw new DescentError("index-unreadable", `${new URL(url).host} does not say how large its files are.`);
  return total;
}

async function unpackedSize({ url, package: { members } }: Found, size: number, platform: CudaPlatform, network: NetworkSettings, signal?: AbortSignal): Promise<number | null> {
  let hasParts = true;
  const readAt: ReadAt = async (offset, length) => {
    const answer = await open(url, { range: [offset, offset + length - 1], ...(signal ? { signal } : {}) }, network);
    hasParts = answer.status === 206;
    if (!hasParts) {
      answer.body.destroy();
      return Buffer.alloc(0);
    }
    return readBytes(answer);
  };
  try {
    const directory = await readDirectory(readAt, size);
    return directory.filter((member) => members[platform].test(member.path)).reduce((sum, member) => sum + member.size, 0);
  } catch (thrown) {
    if (!hasParts) return null;
    throw thrown;
  }
}

/** The packages come one after the other: what is unpacked so far, beside the archive at work. */
export function spaceFor(packages: readonly Pick<PlannedPackage, "download" | "missing" | "unpacked">[]): number {
  let [most, unpackedSoFar] = [0, 0];
  for (const { download, missing, unpacked } of packages) {
    unpackedSoFar += unpacked ?? mostUnpacking * download;
    most = Math.max(most, unpackedSoFar + missing);
  }
  return most;
}

/** Bytes that a user may still write where the folder is, or will be. */
export function freeBytes(folder: string): number {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    try {
      const { bavail, bsize } = fs.statfsSync(at);
      return bavail * bsize;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT" || at === path.dirname(at)) throw thrown;
    }
  }
}
