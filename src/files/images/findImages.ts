/** Folders of images: a folder a class. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { DataConfig } from "../../engine/training/config.js";
import { fileError } from "../readFile.js";
import { resolveFiles, type FoundFile } from "../resolveFiles.js";

/** An image, and the folder that says its class; null where no folder does. */
export interface FoundImage extends FoundFile {
  readonly label: string | null;
}

const isImage = (name: string): boolean => /\.(jpe?g|png)$/i.test(name);

/**
 * The images that `patterns` name, in order: of a folder with folders in it, the images within each, whose class is that folder's name; of a folder
 * without, its images; of files and globs, those, classes by the folders that they are in. null: these are no images (unless `format` says so).
 * @throws DescentError `file-missing`, `files-none`, `file-permission`
 */
export async function findImages(patterns: readonly string[], folder: string, format: DataConfig["format"]): Promise<readonly FoundImage[] | null> {
  if (format !== "auto" && format !== "images") return null;
  const found: FoundImage[] = [];
  let hasClassFolders = false;
  for (const pattern of patterns) {
    const absolute = path.resolve(folder, pattern);
    const isFolder = await stat(absolute).then((entry) => entry.isDirectory(), () => false);
    const images = isFolder ? await inFolder(absolute, pattern) : await byPattern(pattern, folder, format);
    if (images.length === 0 && format === "auto") return null;
    hasClassFolders ||= isFolder && images.some(({ label }) => label !== null);
    found.push(...images);
  }
  // files that all lie in one folder have no class by it, unless a folder of folders was named: then there is one class
  const folders = new Set(found.map(({ label }) => label));
  return folders.size === 1 && !hasClassFolders ? found.map(({ file, name }) => ({ file, name, label: null })) : found;
}

/** Files and globs; what is not there is another format's to tell unless these are to be images. */
async function byPattern(pattern: string, folder: string, format: DataConfig["format"]): Promise<FoundImage[]> {
  const files = await resolveFiles([pattern], folder).catch((error: unknown) => {
    if (format === "images") throw error;
    return [];
  });
  return files.filter(({ name }) => isImage(name)).map(({ file, name }) => ({ file, name, label: path.basename(path.dirname(file)) }));
}

async function inFolder(folder: string, name: string): Promise<FoundImage[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => { throw fileError(error, folder, name); });
  const visible = entries.filter((entry) => !entry.name.startsWith(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = name.split(path.sep).join("/").replace(/\/$/, "");
  const classes = visible.filter((entry) => entry.isDirectory());
  if (classes.length === 0) return visible.filter((entry) => isImage(entry.name)).map((entry) => ({ file: path.join(folder, entry.name), name: `${shown}/${entry.name}`, label: null }));
  const images: FoundImage[] = [];
  for (const { name: label } of classes) {
    const within = await readdir(path.join(folder, label), { recursive: true, withFileTypes: true });
    const files = within.filter((entry) => entry.isFile() && isImage(entry.name)).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
    for (const file of files) images.push({ file, name: `${shown}/${path.relative(folder, file).split(path.sep).join("/")}`, label });
  }
  return images;
}
