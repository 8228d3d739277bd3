/** The directory of a zip archive, with the 64-bit extensions (npz files use them): PKWARE's APPNOTE, 4.3. Members are inflated by fflate. */
import { inflateSync } from "fflate";
import { DescentError } from "../../../common/errors.js";

/** A member of an archive. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
  /** Where its local header begins. */
  readonly headerOffset: number;
}

const endMagic = 0x06054b50;
const end64LocatorMagic = 0x07064b50;
const end64Magic = 0x06064b50;
const entryMagic = 0x02014b50;
const localMagic = 0x04034b50;

/** Bytes at the end of a file that hold the end record and a comment of any length. */
export const zipTailBytes = 22 + 20 + 65_535;

export function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));
}

/** A stretch of a file: gives the bytes from `offset` on, fewer than `length` at its end. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

/** The members of an archive of `size` bytes. @throws DescentError `zip-damaged`, `file-truncated` */
export async function readZipDirectory(read: ReadRange, size: number, file: string, name: string): Promise<ZipEntry[]> {
  const fail = (code: string, message: string): DescentError => new DescentError(code, `${name}: ${message}`, { file });
  const tailStart = Math.max(0, size - zipTailBytes);
  const tail = viewOf(await read(tailStart, size - tailStart));
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== endMagic) at--;
  if (at < 0) throw fail("file-truncated", "cut off: the directory at the end of the archive is missing.");
  let [count, length, offset] = [tail.getUint16(at + 10, true), tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (at >= 20 && tail.getUint32(at - 20, true) === end64LocatorMagic) {
    const record = viewOf(await read(readUint64(tail, at - 20 + 8), 56));
    if (record.byteLength < 56 || record.getUint32(0, true) !== end64Magic) throw fail("zip-damaged", "the archive's 64-bit directory cannot be found.");
    [count, length, offset] = [readUint64(record, 32), readUint64(record, 40), readUint64(record, 48)];
  }
  if (offset + length > size) throw fail("zip-damaged", "the archive's directory lies beyond its end.");
  const bytes = await read(offset, length);
  const directory = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let start = 0; entries.length < count;) {
    if (start + 46 > directory.byteLength || directory.getUint32(start, true) !== entryMagic) throw fail("zip-damaged", `entry ${entries.length + 1} of the archive's directory is broken.`);
    const [nameLength, extraLength, commentLength] = [directory.getUint16(start + 28, true), directory.getUint16(start + 30, true), directory.getUint16(start + 32, true)];
    const next = start + 46 + nameLength + extraLength + commentLength;
    if (next > directory.byteLength) throw fail("zip-damaged", `entry ${entries.length + 1} of the archive's directory is cut off.`);
    const short = { size: directory.getUint32(start + 24, true), compressedSize: directory.getUint32(start + 20, true), headerOffset: directory.getUint32(start + 42, true) };
    const extra = new DataView(bytes.buffer, bytes.byteOffset + start + 46 + nameLength, extraLength);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(start + 46, start + 46 + nameLength)),
      method: directory.getUint16(start + 10, true),
      crc: directory.getUint32(start + 16, true),
      ...withLongFields(short, extra),
    });
    start = next;
  }
  return entries;
}

/** Where a member's own bytes begin. @throws DescentError `zip-damaged`, `zip-method` */
export async function zipContentOffset(entry: ZipEntry, read: ReadRange, size: number, file: string, name: string): Promise<number> {
  const local = viewOf(await read(entry.headerOffset, 30));
  const fail = (code: string, message: string): DescentError => new DescentError(code, `${name}, "${entry.name}": ${message}`, { file });
  if (local.byteLength < 30 || local.getUint32(0, true) !== localMagic) throw fail("zip-damaged", "its place in the archive is broken.");
  if ((local.getUint16(6, true) & 1) === 1) throw fail("zip-method", "it is encrypted.");
  if (entry.method !== 0 && entry.method !== 8) throw fail("zip-method", `it is compressed by method ${entry.method}; stored and deflated members can be read.`);
  const offset = entry.headerOffset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (offset + entry.compressedSize > size) throw fail("file-truncated", "cut off: it ends beyond the end of the archive.");
  return offset;
}

/** A member's content, inflated and checked against its checksum. @throws DescentError `zip-damaged`, `zip-method`, `file-truncated` */
export async function readZipEntry(entry: ZipEntry, read: ReadRange, size: number, file: string, name: string): Promise<Uint8Array> {
  const packed = await read(await zipContentOffset(entry, read, size, file, name), entry.compressedSize);
  const damaged = (how: string): DescentError => new DescentError("zip-damaged", `${name}, "${entry.name}": ${how}.`, { file });
  // deflate shrinks to a thousandth at most: a larger claim is a broken directory, not to be believed with memory
  if (entry.size > 1032 * entry.compressedSize + 64) throw damaged("its sizes in the archive cannot be right");
  let content: Uint8Array;
  try {
    content = entry.method === 0 ? packed : inflateSync(packed, { out: new Uint8Array(entry.size) });
  } catch (error) {
    throw damaged(`it cannot be decompressed: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (content.length !== entry.size) throw damaged(`it has ${content.length} bytes where the archive's directory says ${entry.size}`);
  if (crc32(content) !== entry.crc) throw damaged("its checksum does not match");
  return content;
}

/** Sizes and offset that do not fit 32 bits are in the extra field 1, those alone, in this order. */
function withLongFields<T extends { readonly size: number; readonly compressedSize: number; readonly headerOffset: number }>(short: T, extra: DataView): T {
  const long = { ...short };
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    for (const key of ["size", "compressedSize", "headerOffset"] as const) {
      if (short[key] !== 0xffffffff || field + 8 > extra.byteLength) continue;
      Object.assign(long, { [key]: readUint64(extra, field) });
      field += 8;
    }
  }
  return long;
}

function readUint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + 2 ** 32 * view.getUint32(at + 4, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const crcTable = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = -1;
  for (let i = 0; i < bytes.length; i++) c = crcTable[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
  return ~c >>> 0;
}
