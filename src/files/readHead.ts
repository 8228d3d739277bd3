/** The beginning of a file of user data, for a look at what it is. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { fileError } from "./readFile.js";

/**
 * At most `limit` bytes of a file, decompressed where its name ends in `.gz`; `whole` says whether that is all of it.
 * @throws DescentError `file-missing`, `file-is-folder`, `file-permission`, `file-unreadable`
 */
export async function readHead(file: string, limit: number): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  const input = createReadStream(file);
  try {
    const gunzip = file.endsWith(".gz") ? createGunzip() : null;
    if (gunzip) input.on("error", (error) => gunzip.destroy(error));
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of gunzip ? input.pipe(gunzip) : input) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > limit) break;
    }
    return { bytes: Buffer.concat(chunks).subarray(0, limit), whole: length <= limit };
  } catch (error) {
    throw fileError(error, file, file);
  } finally {
    input.destroy();
  }
}
