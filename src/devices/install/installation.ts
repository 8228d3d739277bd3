/** What is installed of CUDA in the product's own storage, and what a forked process needs to find it. */
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";

const installedPackageSchema = z.object({
  name: z.string(), version: z.string(),
  /** Its folder, beside this file. */
  folder: z.string(),
  /** Where it came from, without a password. */
  url: z.string(), digest: z.string().nullable(),
  files: z.array(z.object({ name: z.string(), size: z.int() })),
});
export type InstalledPackage = z.infer<typeof installedPackageSchema>;

export const installationSchema = z.object({
  format: z.literal(1),
  cuda: z.union([z.literal(13), z.literal(12)]),
  /** Version of onnxruntime-node that the provider belongs to: another one must not load it. */
  onnxruntime: z.string(),
  platform: z.string(),
  installedAt: z.string(),
  packages: z.array(installedPackageSchema),
});
export type Installation = z.infer<typeof installationSchema>;

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
    const installation = installationSchema.parse(JSON.parse(fs.readFileSync(path.join(folder, fileName), "utf8")));
    const isWhole = installation.packages.every(({ folder: own, files }) => files.every(({ name, size }) => fs.statSync(path.join(folder, own, name)).size === size));
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
