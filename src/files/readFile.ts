/** Opens and decompresses a file of user data. */
import { constants } from "node:buffer";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { DescentError } from "../common/errors.js";
import type { NamedBytes } from "../engine/data/table.js";

/**
 * A file's bytes, decompressed where it begins like a gzip file. `name` is what messages call it.
 * @throws DescentError `file-missing`, `file-is-folder`, `file-permission`, `file-unreadable`, `file-empty`, `file-too-large`, `gzip-truncated`, `gzip-damaged`
 */
export async function readUserFile(file: string, name: string): Promise<NamedBytes> {
  const size = await checkFile(file, name);
  if (size > constants.MAX_LENGTH) throw new DescentError("file-too-large", `${name} has ${Math.round(size / 1e6)} MB; files of up to ${Math.round(constants.MAX_LENGTH / 1e6)} MB can be read.`, { file });
  if (size === 0) throw new DescentError("file-empty", `${name} is empty.`, { file });
  try {
    const bytes = (await isGzip(file)) ? await decompress(file, name) : await collect(createReadStream(file));
    if (bytes.length === 0) throw new DescentError("file-empty", `${name} is empty.`, { file });
    return { file, name, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) }; // a plain one: a Buffer's slice is no copy
  } catch (error) {
    throw fileError(error, file, name);
  }
}

async function checkFile(file: string, name: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new DescentError("file-is-folder", `${name} is a folder, not a file.`, { file });
    return found.size;
  } catch (error) {
    throw fileError(error, file, name);
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function decompress(file: string, name: string): Promise<Uint8Array> {
  const input = createReadStream(file);
  const gunzip = createGunzip({ chunkSize: 1 << 20 });
  input.on("error", (error) => gunzip.destroy(error));
  try {
    return await collect(input.pipe(gunzip));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_OUT_OF_RANGE" || error instanceof RangeError) throw new DescentError("file-too-large", `${name} is too large when decompressed.`, { file }, { cause: error });
    throw error;
  } finally {
    input.destroy();
  }
}

async function collect(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

/** The system's refusal, or a broken compressed file's, as an error for the user. */
export function fileError(error: unknown, file: string, name: string): DescentError {
  if (error instanceof DescentError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith("Z_") === true && code !== "Z_BUF_ERROR") return new DescentError("gzip-damaged", `${name} cannot be decompressed: ${message}.`, { file }, { cause: error });
  switch (code) {
    case "Z_BUF_ERROR": return new DescentError("gzip-truncated", `${name} is cut off: its compressed data ends too early.`, { file }, { cause: error });
    case "ENOENT": return new DescentError("file-missing", `${name} does not exist.`, { file }, { cause: error });
    case "ENOTDIR": return new DescentError("file-missing", `${name} does not exist: a part of its path is no folder.`, { file }, { cause: error });
    case "EACCES":
    case "EPERM": return new DescentError("file-permission", `${name} may not be read: permission denied.`, { file }, { cause: error });
    case "EISDIR": return new DescentError("file-is-folder", `${name} is a folder, not a file.`, { file }, { cause: error });
    default: return new DescentError("file-unreadable", `${name} cannot be read: ${message}.`, { file }, { cause: error });
  }
}
