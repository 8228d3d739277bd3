/** From what a training file says (files, globs, folders) to files on disk. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { DescentError } from "../common/errors.js";
import { fileError } from "./readFile.js";

/** A file on disk, and what messages call it: its path as the training file would write it. */
export interface FoundFile {
  readonly file: string;
  readonly name: string;
}

/**
 * The files that `patterns` name, relative to `folder`, in order, each pattern's files sorted by name. A folder means the files in it
 * (not those that begin with a dot). A pattern with `*`, `?` or `[...]` is a glob unless a file has that very name.
 * @throws DescentError `file-missing`, `files-none`, `file-permission`
 */
export async function resolveFiles(patterns: readonly string[], folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const pattern of patterns) {
    const absolute = path.resolve(folder, pattern);
    const kind = await kindOf(absolute);
    if (kind === "file") found.push({ file: absolute, name: pattern });
    else if (kind === "folder") found.push(...(await filesIn(absolute, pattern)));
    else if (/[*?[]/.test(pattern)) found.push(...(await glob(pattern, folder)));
    else throw new DescentError("file-missing", `${pattern} does not exist (looked for ${absolute}).`, { file: absolute });
  }
  return found;
}

async function kindOf(file: string): Promise<"file" | "folder" | null> {
  try {
    return (await stat(file)).isDirectory() ? "folder" : "file";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EINVAL") return null;
    throw fileError(error, file, file);
  }
}

async function filesIn(folder: string, name: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => { throw fileError(error, folder, name); });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith(".")).map((entry) => entry.name).sort();
  if (files.length === 0) throw new DescentError("files-none", `The folder ${name} holds no files.`, { file: folder });
  return files.map((file) => ({ file: path.join(folder, file), name: path.posix.join(name.split(path.sep).join("/"), file) }));
}

/** Files that match a glob: `*` and `?` within a name, `[abc]`, `**` for any number of folders. */
async function glob(pattern: string, folder: string): Promise<FoundFile[]> {
  const parts = pattern.split(/[\\/]/);
  const fixed = parts.slice(0, parts.findIndex((part) => /[*?[]/.test(part)));
  const base = path.resolve(folder, fixed.join("/") || (pattern.startsWith("/") ? "/" : "."));
  const expression = globExpression(parts.slice(fixed.length));
  const entries = await readdir(base, { recursive: true, withFileTypes: true }).catch(() => []);
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => ({ file, relative: path.relative(base, file).split(path.sep).join("/") }))
    .filter(({ relative }) => expression.test(relative))
    .sort((a, b) => (a.relative < b.relative ? -1 : 1));
  if (found.length === 0) throw new DescentError("files-none", `No file matches ${pattern}.`, { file: base });
  return found.map(({ file, relative }) => ({ file, name: [...fixed, relative].join("/") }));
}

function globExpression(parts: readonly string[]): RegExp {
  const source = parts.map((part, index) => {
    const last = index === parts.length - 1;
    if (part === "**") return last ? ".*" : "(?:.*/)?";
    const text = part.replace(/\[[^\]]*\]|[*?]|[.+^${}()|\\]/g, (token) => {
      if (token === "*") return "[^/]*";
      if (token === "?") return "[^/]";
      return token.startsWith("[") ? token.replace(/^\[!/, "[^") : `\\${token}`;
    });
    return last ? text : `${text}/`;
  });
  return new RegExp(`^${source.join("")}$`, "u");
}
