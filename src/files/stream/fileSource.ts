/** A file that is read in stretches. */
import { open, stat, type FileHandle } from "node:fs/promises";
import { DescentError } from "../../common/errors.js";
import type { ByteSource } from "../../engine/data/formats/byteSource.js";
import { fileError } from "../readFile.js";
import type { FoundFile } from "../resolveFiles.js";

/** An open file as a source of bytes. Its owner closes it. */
export interface OpenFile extends ByteSource {
  close(): Promise<void>;
}

/** @throws DescentError `file-missing`, `file-permission`, `file-is-folder`, `file-empty`, and while it is read `file-unreadable` */
export async function openFile({ file, name }: FoundFile): Promise<OpenFile> {
  let handle: FileHandle;
  let size: number;
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new DescentError("file-is-folder", `${name} is a folder, not a file.`, { file });
    if (found.size === 0) throw new DescentError("file-empty", `${name} is empty.`, { file });
    size = found.size;
    handle = await open(file);
  } catch (error) {
    throw fileError(error, file, name);
  }
  return {
    file, name, size,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const bytes = new Uint8Array(wanted);
      try {
        for (let done = 0; done < wanted;) {
          const { bytesRead } = await handle.read(bytes, done, wanted - done, offset + done);
          if (bytesRead === 0) throw new DescentError("file-truncated", `${name} became shorter while it was read.`, { file });
          done += bytesRead;
        }
      } catch (error) {
        throw fileError(error, file, name);
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}
