/** What is installed of CUDA in the product's own storage, and what a forked process needs to find it. */
import fs from "node:fs";
import path from "node:path";

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Its folder, beside this file. */
  readonly folder: string;
  /** Where it came from, without a password. */
  readonly url: string;
  readonly digest: string | null;
  readonly files: readonly { readonly name: string; readonly size: number }[];
}

export interface Installation {
  readonly format: 1;
  readonly cuda: 13 | 12;
  /** Version of onnxruntime-node that the provider belongs to: another one must not load it. */
  readonly onnxruntime: string;
  readonly platform: string;
  readonly installedAt: string;
  readonly packages: readonly InstalledPackage[];
}

/** Written out, because the schema library takes longer to load than the command line has until it forks a process. */
function isInstallation(value: unknown): value is Installation {
  const { format, cuda, onnxruntime, platform, installedAt, packages } = (value ?? {}) as Partial<Record<keyof Installation, unknown>>;
  return format === 1 && (cuda === 13 || cuda === 12) && areTexts(onnxruntime, platform, installedAt) && Array.isArray(packages) && packages.every(isPackage);
}

function isPackage(value: unknown): value is InstalledPackage {
  const { name, version, folder, url, digest, files } = (value ?? {}) as Partial<Record<keyof InstalledPackage, unknown>>;
  return areTexts(name, version, folder, url) && (digest === null || typeof digest === "string") && Array.isArray(files) && files.every((file: { name?: unknown; size?: unknown } | null) => typeof file?.name === "string" && Number.isInteger(file.size));
}

function areTexts(...values: unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}

const fileName = "installation.json";

/** Tells the runtime process where CUDA's libraries are installed. */
export const cudaFolderVariable = "DESCENT_CUDA";

/** Where everything of CUDA lies within the product's storage. */
export function cudaFolder(storage: string): string {
  return path.join(storage, "cuda");
}

/** What is installed in the folder; null where nothing is, or not all of it any more. */
export function readInstallation(folder: string): Installation | null {
  try {
    const installation: unknown = JSON.parse(fs.readFileSync(path.join(folder, fileName), "utf8"));
    const isWhole = isInstallation(installation) && installation.packages.every(({ folder: own, files }) => files.every(({ name, size }) => fs.statSync(path.join(folder, own, name)).size === size));
    return isWhole ? installation : null;
  } catch {
    return null;
  }
}

/** Says what is installed, at once and whole. */
export function writeInstallation(folder: string, installation: Installation): void {
  const file = path.join(folder, fileName);
  fs.writeFileSync(`${file}.new`, JSON.stringify(installation, null, 2));
  fs.renameSync(`${file}.new`, file);
}

/** Takes away what is installed and what an interrupted installation left. Returns the bytes that are free again. */
export function uninstall(folder: string): number {
  const bytes = sizeOnDisk(folder);
  // what processes that still train have loaded stays readable for them on Linux; on Windows it cannot be deleted, and says so
  fs.rmSync(path.join(folder, fileName), { force: true });
  fs.rmSync(folder, { recursive: true, force: true });
  return bytes;
}

/** Bytes of all files in a folder; 0 where there is none. */
export function sizeOnDisk(folder: string): number {
  if (!fs.existsSync(folder)) return 0;
  return fs.readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

/** Variables for a forked process that may use CUDA: the loader finds the libraries, the runtime the provider. Empty where nothing is installed. */
export function cudaEnvironment(storage: string, env: Readonly<Record<string, string | undefined>> = process.env): Record<string, string> {
  const folder = cudaFolder(storage);
  const installation = readInstallation(folder);
  if (installation === null) return {};
  const folders = installation.packages.map((each) => path.join(folder, each.folder)).join(path.delimiter);
  // Windows spells it Path and does not mind the case; two spellings in one environment would be two variables
  const variable = process.platform === "win32" ? (Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "Path") : "LD_LIBRARY_PATH";
  const before = env[variable];
  return { [cudaFolderVariable]: folder, [variable]: before ? `${folders}${path.delimiter}${before}` : folders };
}
