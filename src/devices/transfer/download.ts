/** A large file from an address, in as many attempts as it takes: what has come stays, and the next attempt asks for the rest. */
import { createHash, type Hash } from "node:crypto";
import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { DescentError } from "../../common/errors.js";
import { open, shown, type NetworkSettings } from "./http.js";

export interface Download {
  readonly url: string;
  /** Where it goes; while it is not whole, its bytes are in `<file>.part`. */
  readonly file: string;
  /** Bytes of the whole, as the index or the server says; null: not known. */
  readonly size: number | null;
  /** Algorithm and hexadecimal digits; null where the index names none. */
  readonly digest: { readonly algorithm: "sha256" | "sha512"; readonly hex: string } | null;
}

export interface DownloadOptions {
  readonly network: NetworkSettings;
  readonly signal?: AbortSignal;
  /** Bytes there so far, from the first call on including those of earlier attempts. */
  readonly onBytes?: (bytes: number) => void;
  /** Milliseconds before the second attempt; doubled before each further one. */
  readonly patience?: number;
}

/** Attempts in a row that bring nothing, before it is given up. */
const mostFruitless = 4;

/**
 * Fetches the file, going on where an earlier call was interrupted. The digest is checked over all of it; a file that does not match is
 * removed. Throws `download-corrupt`, `download-incomplete`, `cancelled`, `disk-full`, and what `open` throws.
 */
export async function fetchFile(download: Download, options: DownloadOptions): Promise<void> {
  const part = `${download.file}.part`;
  const digest = createHash(download.digest?.algorithm ?? "sha256");
  let have = await hashExisting(part, digest, download.size);
  options.onBytes?.(have);
  for (let fruitless = 0; download.size === null || have < download.size; ) {
    const before = have;
    try {
      const { end, isWhole } = await fetchRest(download, part, have, digest, options);
      have = end;
      if (isWhole) break;
    } catch (thrown) {
      if (!(thrown instanceof DescentError) || thrown.code !== "index-unreachable") throw thrown;
      have = fs.existsSync(part) ? fs.statSync(part).size : 0;
      if (have === before && ++fruitless >= mostFruitless) throw thrown;
      if (have > before) fruitless = 0;
      await pause((options.patience ?? 1000) * 2 ** fruitless, undefined, { signal: options.signal }).catch(() => {});
      if (options.signal?.aborted) throw new DescentError("cancelled", "Cancelled.");
    }
  }
  const found = digest.digest("hex");
  if (download.digest !== null && found !== download.digest.hex.toLowerCase()) {
    fs.rmSync(part, { force: true });
    throw new DescentError("download-corrupt", `${shown(new URL(download.url))} is not what the index says: its ${download.digest.algorithm} is ${found}, not ${download.digest.hex}. It was removed; try again, and if it stays so, do not trust the index.`);
  }
  fs.renameSync(part, download.file);
}

/** Bytes of an earlier attempt, taken into the digest. More than the whole are of another file, and go. */
async function hashExisting(part: string, digest: Hash, size: number | null): Promise<number> {
  const have = fs.statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  if (have === 0) return 0;
  if (size === null || have > size) {
    fs.rmSync(part);
    return 0;
  }
  for await (const bytes of fs.createReadStream(part, { highWaterMark: 2 ** 20 })) digest.update(bytes as Buffer);
  return have;
}

/** Asks for everything from `have` on and appends it. A broken connection is `index-unreachable`, with what came kept. */
async function fetchRest(download: Download, part: string, have: number, digest: Hash, options: DownloadOptions): Promise<{ readonly end: number; readonly isWhole: boolean }> {
  const answer = await open(download.url, { ...(have > 0 ? { range: [have, null] as const } : {}), ...(options.signal ? { signal: options.signal } : {}) }, options.network);
  // a server without ranges sends everything again: what is known already is passed over, as its bytes are in the digest
  let skip = have > 0 && answer.status === 200 ? have : 0;
  const descriptor = fs.openSync(part, "a");
  let end = have;
  try {
    answer.body.on("error", () => {}); // told by the iteration
    for await (const chunk of answer.body) {
      let bytes = chunk as Buffer;
      if (skip > 0) {
        const passed = Math.min(skip, bytes.length);
        skip -= passed;
        bytes = bytes.subarray(passed);
      }
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(descriptor, bytes, at);
      digest.update(bytes);
      end += bytes.length;
      options.onBytes?.(end);
      if (options.signal?.aborted) throw new DescentError("cancelled", "Cancelled.");
    }
  } catch (thrown) {
    if (options.signal?.aborted) throw new DescentError("cancelled", "Cancelled.");
    throw transferError(thrown, download);
  } finally {
    fs.closeSync(descriptor);
  }
  const whole = download.size ?? answer.total;
  if (whole !== null && end < whole) throw new DescentError("index-unreachable", `${new URL(download.url).host} ended the connection after ${end} of ${whole} bytes.`);
  if (whole !== null && end > whole) throw new DescentError("download-corrupt", `${shown(new URL(download.url))} has ${end} bytes, and the index says ${whole}.`);
  return { end, isWhole: true };
}

function transferError(thrown: unknown, { url }: Download): DescentError {
  if (thrown instanceof DescentError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return new DescentError("disk-full", "The disk is full. What came so far is kept: make room, and install again.", {}, { cause: thrown });
  return new DescentError("index-unreachable", `The connection to ${new URL(url).host} broke: ${message}.`, {}, { cause: thrown });
}
