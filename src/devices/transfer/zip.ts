/** Members of a zip archive that may lie on a disk or on a server: its directory is read first, then only what is needed. */
import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import { Transform } from "node:stream";
import zlib from "node:zlib";
import { DescentError } from "../../common/errors.js";

/** Bytes [offset, offset + length) of an archive. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

export interface ZipMember {
  readonly path: string;
  readonly method: "stored" | "deflated";
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

/** The record at the end of an archive, and the longest comment behind it (PKWARE APPNOTE 4.3.16). */
const [endLength, longestComment] = [22, 65_535];

/** The directory of an archive of `size` bytes. Throws `archive-broken`. */
export async function readDirectory(readAt: ReadAt, size: number): Promise<readonly ZipMember[]> {
  const tailLength = Math.min(size, endLength + longestComment);
  const tail = await readAt(size - tailLength, tailLength);
  const end = tail.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  if (end < 0) throw new DescentError("archive-broken", "What was fetched is no zip archive.");
  const [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (start === 0xffffffff) throw new DescentError("archive-broken", "The archive is in the form for more than 4 GB, which nothing that is installed here has.");
  const tailStart = size - tailLength;
  const directory = start >= tailStart ? tail.subarray(start - tailStart, start - tailStart + length) : await readAt(start, length);
  const members: ZipMember[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const method = directory.readUInt16LE(at + 10);
    if (method === 0 || method === 8) {
      members.push({
        path: directory.toString("utf8", at + 46, at + 46 + nameLength),
        method: method === 0 ? "stored" : "deflated",
        crc: directory.readUInt32LE(at + 16), compressed: directory.readUInt32LE(at + 20), size: directory.readUInt32LE(at + 24), offset: directory.readUInt32LE(at + 42),
      });
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  return members;
}

/** Reads a file on the disk. */
export function readAtFile(file: string): ReadAt {
  return async (offset, length) => {
    const handle = await fs.promises.open(file);
    try {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await handle.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  };
}

/** Unpacks one member of an archive on the disk into a file. Throws `archive-broken` where its checksum differs, and the disk's own errors. */
export async function extractMember(archive: string, member: ZipMember, target: string, onBytes?: (bytes: number) => void): Promise<void> {
  const header = await readAtFile(archive)(member.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) throw new DescentError("archive-broken", `The archive is damaged at ${member.path}.`);
  const start = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  let crc = 0;
  let size = 0;
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      onBytes?.(chunk.length);
      done(null, chunk);
    },
  });
  const from = member.compressed === 0 ? null : fs.createReadStream(archive, { start, end: start + member.compressed - 1, highWaterMark: 2 ** 20 });
  const to = fs.createWriteStream(target);
  try {
    if (from === null) await pipeline([], check, to);
    else if (member.method === "stored") await pipeline(from, check, to);
    else await pipeline(from, zlib.createInflateRaw({ chunkSize: 2 ** 20 }), check, to);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code?.startsWith("Z_")) throw new DescentError("archive-broken", `The archive is damaged at ${member.path}.`, {}, { cause: thrown });
    throw thrown;
  }
  if (crc !== member.crc || size !== member.size) throw new DescentError("archive-broken", `The archive is damaged at ${member.path}: its checksum differs.`);
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 as zip has it (ISO 3309); zlib's own where this Node.js has it, as it is many times as fast. */
function crc32(bytes: Buffer, before: number): number {
  const native = (zlib as { readonly crc32?: (data: Buffer, value: number) => number }).crc32;
  if (native !== undefined) return native(bytes, before);
  let crc = ~before;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
