/** Carries a plan out: package after package is fetched, checked, unpacked beside its place and moved there whole. */
import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import type { PipSettings } from "../index/pipSettings.js";
import { fetchFile } from "../transfer/download.js";
import { shown } from "../transfer/http.js";
import { extractMember, readAtFile, readDirectory } from "../transfer/zip.js";
import { readInstallation, writeInstallation, type InstalledPackage, type Installation } from "./installation.js";
import { withLock } from "./lock.js";
import type { InstallPlan, PlannedPackage } from "./plan.js";

export interface InstallOptions {
  readonly pip: PipSettings;
  /** The folder of onnxruntime-node's own library and binding for this platform: the provider is looked for beside them, so that they are copied to it. */
  readonly runtimeFolder: string;
  readonly signal?: AbortSignal;
  /** What is being done, and the share of the whole that is done, within [0, 1]. */
  readonly onProgress: (text: string, fraction: number) => void;
  /** See `fetchFile`. */
  readonly patience?: number;
}

/** Fetching takes most of the time: a byte unpacked counts as this many fetched. */
const unpackingWeight = 0.15;

/**
 * Installs what the plan names and says so in the folder. Interrupted at any point it leaves either the former installation or the whole new
 * one, and goes on from there when called again. Throws `no-space` and `storage-unwritable` before anything is fetched, `install-in-progress`, and what fetching throws.
 */
export async function install(plan: InstallPlan, options: InstallOptions): Promise<Installation> {
  if (plan.space > plan.free) throw noSpace(plan);
  makeWritable(plan.folder);
  return withLock(path.join(plan.folder, "lock"), async () => {
    const track = progressOf(plan, options.onProgress);
    const packages = [...plan.kept];
    for (const each of plan.packages) packages.push(await installPackage(each, plan, options, track));
    const provider = packages.find(({ files }) => files.some(({ name }) => isProvider(name)));
    if (provider) addRuntime(path.join(plan.folder, provider.folder), options.runtimeFolder);
    const before = readInstallation(plan.folder);
    const installation: Installation = { format: 1, cuda: plan.cuda, onnxruntime: plan.onnxruntime, platform: plan.platform, installedAt: new Date().toISOString(), packages };
    writeInstallation(plan.folder, installation);
    fs.rmSync(path.join(plan.folder, "downloads"), { recursive: true, force: true });
    for (const { folder } of before?.packages ?? []) if (!packages.some((each) => each.folder === folder)) removeQuietly(path.join(plan.folder, folder));
    return installation;
  });
}

/** Makes the folder, with that for what is on its way. Throws `storage-unwritable`, before anything is fetched. */
function makeWritable(folder: string): void {
  try {
    fs.mkdirSync(path.join(folder, "downloads"), { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (thrown) {
    const variable = process.platform === "win32" ? "LOCALAPPDATA" : "XDG_CACHE_HOME";
    throw new DescentError("storage-unwritable", `CUDA support cannot be put into ${folder}: ${(thrown as Error).message}. Make it writable, or name another place (${variable}, for the command line); nothing was fetched.`, {}, { cause: thrown });
  }
}

/** The sentence for a disk that is too full. */
export function noSpace({ space, free, folder }: Pick<InstallPlan, "space" | "free" | "folder">): DescentError {
  return new DescentError("no-space", `CUDA support takes ${gigabytes(space)} while it is installed, and ${gigabytes(free)} are free at ${folder}. Make room there first; nothing was fetched.`);
}

/** `1.62 GB`, `310 MB`: powers of ten, as disks and downloads are told. */
export function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}

type Track = (each: PlannedPackage, fetched: number, unpacked: number) => void;

function progressOf({ packages }: InstallPlan, onProgress: InstallOptions["onProgress"]): Track {
  const weightOf = ({ download, unpacked }: PlannedPackage): number => download + unpackingWeight * (unpacked ?? 0);
  const whole = packages.reduce((sum, each) => sum + weightOf(each), 0);
  let most = 0;
  return (each, fetched, unpacked) => {
    const before = packages.slice(0, packages.indexOf(each)).reduce((sum, one) => sum + weightOf(one), 0);
    const doing = fetched < each.download ? `fetching ${each.name} ${each.version}: ${gigabytes(fetched)} of ${gigabytes(each.download)}` : `unpacking ${each.name} ${each.version}`;
    most = Math.max(most, (before + fetched + unpackingWeight * Math.min(unpacked, each.unpacked ?? 0)) / whole);
    onProgress(doing, most);
  };
}

async function installPackage(each: PlannedPackage, plan: InstallPlan, options: InstallOptions, track: Track): Promise<InstalledPackage> {
  const folder = `${each.name}-${each.version}`;
  const target = path.join(plan.folder, folder);
  const archive = path.join(plan.folder, "downloads", each.file);
  // an interrupted installation may have finished this one: the folder is only there whole
  const finished = readPackageRecord(target);
  if (finished !== null && finished.digest === (each.digest?.hex ?? null)) {
    track(each, each.download, each.unpacked ?? 0);
    return finished;
  }
  await fetchFile({ url: each.url, file: archive, size: each.download, digest: each.digest }, {
    network: options.pip.network,
    onBytes: (bytes) => track(each, bytes, 0),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  });
  const files = await unpack(archive, `${target}.new`, each, plan, options, track);
  const record: InstalledPackage = { name: each.name, version: each.version, folder, url: shown(new URL(each.url)), digest: each.digest?.hex ?? null, files };
  fs.writeFileSync(path.join(`${target}.new`, recordName), JSON.stringify(record));
  fs.rmSync(target, { recursive: true, force: true });
  fs.renameSync(`${target}.new`, target);
  fs.rmSync(archive, { force: true });
  return record;
}

const recordName = "record.json";

function readPackageRecord(folder: string): InstalledPackage | null {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, recordName), "utf8")) as InstalledPackage;
  } catch {
    return null;
  }
}

async function unpack(archive: string, target: string, each: PlannedPackage, { platform }: InstallPlan, { signal }: InstallOptions, track: Track): Promise<InstalledPackage["files"]> {
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  const members = (await readDirectory(readAtFile(archive), fs.statSync(archive).size)).filter(({ path: at }) => each.package.members[platform].test(at) || /licen[sc]e[^/]*$/i.test(at));
  const libraries = members.filter(({ path: at }) => each.package.members[platform].test(at));
  if (libraries.length === 0) throw new DescentError("archive-broken", `${each.file} holds none of the libraries that it is fetched for.`);
  const files: { name: string; size: number }[] = [];
  let unpacked = 0;
  try {
    for (const member of members) {
      if (signal?.aborted) throw new DescentError("cancelled", "Cancelled.");
      const name = path.posix.basename(member.path);
      await extractMember(archive, member, path.join(target, name), (bytes) => track(each, each.download, (unpacked += bytes)));
      if (libraries.includes(member)) files.push({ name, size: member.size });
    }
  } catch (thrown) {
    fs.rmSync(target, { recursive: true, force: true });
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT") throw new DescentError("disk-full", "The disk became full while CUDA's libraries were unpacked. Make room, and install again: what was fetched is kept.", {}, { cause: thrown });
    throw thrown;
  }
  return files;
}

function isProvider(name: string): boolean {
  return /onnxruntime_providers_cuda\./.test(name);
}

/** Copies the runtime's own library and binding beside its provider, where the library looks for it. */
function addRuntime(providerFolder: string, runtimeFolder: string): void {
  for (const name of fs.readdirSync(runtimeFolder)) {
    if (/\.(node|dll)$|\.so(\.\d+)*$/.test(name) && !/providers/.test(name)) fs.copyFileSync(path.join(runtimeFolder, name), path.join(providerFolder, name));
  }
}

/** A library that a process still holds cannot be deleted on Windows; the next installation tries again. */
function removeQuietly(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // see above
  }
}
