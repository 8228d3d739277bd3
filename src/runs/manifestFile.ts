import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../common/errors.js";
import { manifestSchema, type Manifest } from "../protocol/manifest.js";
import { writeFileAtomic } from "./atomicFile.js";
import { runFiles } from "./runFolder.js";

/** The manifest of a run's folder. Throws `run-missing` or `run-unreadable`, naming what is wrong. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, runFiles.manifest);
  let text: string;
  try {
    text = await fs.promises.readFile(file, "utf8");
  } catch (thrown) {
    throw new DescentError("run-missing", `${folder} is no run: it has no readable ${runFiles.manifest}.`, { file: folder }, { cause: thrown });
  }
  return parseManifest(text, file);
}

function parseManifest(text: string, file: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw new DescentError("run-unreadable", `${file} is no JSON: ${(thrown as Error).message}`, { file }, { cause: thrown });
  }
  const checked = manifestSchema.safeParse(json);
  if (checked.success) return checked.data;
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > 1) {
    throw new DescentError("run-too-new", `${file} was written by a newer Descent (format ${version}).`, { file });
  }
  const issue = checked.error.issues[0];
  throw new DescentError("run-unreadable", `${file} is no manifest: ${issue.path.join(".")} ${issue.message}`, { file });
}

/** Replaces the manifest, with the time of now. Throws what the file system throws. */
export function writeManifest(folder: string, manifest: Manifest): void {
  writeFileAtomic(path.join(folder, runFiles.manifest), textOf(manifest));
}

/**
 * Writes over the manifest in its own place, which a full disk allows where a second copy has no room: for how a run ended, which must not
 * be lost. Throws what the file system throws.
 */
export function overwriteManifest(folder: string, manifest: Manifest): void {
  const bytes = Buffer.from(textOf(manifest));
  const descriptor = fs.openSync(path.join(folder, runFiles.manifest), "r+");
  try {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(descriptor, bytes, at, bytes.length - at, at);
    fs.ftruncateSync(descriptor, bytes.length);
  } finally {
    fs.closeSync(descriptor);
  }
}

function textOf(manifest: Manifest): string {
  return JSON.stringify({ ...manifest, updated: new Date().toISOString() }, null, 2) + "\n";
}
