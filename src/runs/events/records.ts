/**
 * The frame around each record of an event file (TensorFlow's TFRecord), all little-endian:
 * length (8 bytes), masked crc32c of the length (4), data, masked crc32c of the data (4).
 */
import { maskedCrc32c } from "./crc32c.js";

export const headerLength = 12;
export const footerLength = 4;

/** A growing run of bytes with records in it, ready to be appended to a file. */
export class RecordBuffer {
  private bytes = new Uint8Array(64 * 1024);
  private view = new DataView(this.bytes.buffer);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** The records so far; valid until the next change. */
  get content(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }

  clear(): void {
    this.used = 0;
  }

  /** Appends a record of `length` bytes that `fill` writes, from the offset it is given on. */
  append(length: number, fill: (bytes: Uint8Array, view: DataView, at: number) => void): void {
    this.reserve(headerLength + length + footerLength);
    const start = this.used;
    const data = start + headerLength;
    this.view.setUint32(start, length, true);
    this.view.setUint32(start + 4, Math.floor(length / 2 ** 32), true);
    this.view.setUint32(start + 8, maskedCrc32c(this.bytes, start, start + 8), true);
    fill(this.bytes, this.view, data);
    this.view.setUint32(data + length, maskedCrc32c(this.bytes, data, data + length), true);
    this.used = data + length + footerLength;
  }

  private reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.used + more));
    grown.set(this.content);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** What comes next in bytes[at..]: a record's data, `incomplete` (more bytes are needed, or the tail is torn), or `damaged`. */
export type NextRecord =
  | { readonly kind: "record"; readonly data: Uint8Array; readonly next: number }
  | { readonly kind: "incomplete"; readonly needed: number }
  | { readonly kind: "damaged"; readonly what: "length" | "data" };

/** Reads the record at `at`, checking both checksums. `data` shares the memory of `bytes`. */
export function nextRecord(bytes: Uint8Array, at: number): NextRecord {
  if (bytes.length - at < headerLength) return { kind: "incomplete", needed: headerLength };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(at + 8, true) !== maskedCrc32c(bytes, at, at + 8)) return { kind: "damaged", what: "length" };
  const length = Number(view.getBigUint64(at, true));
  const total = headerLength + length + footerLength;
  if (bytes.length - at < total) return { kind: "incomplete", needed: total };
  const data = at + headerLength;
  if (view.getUint32(data + length, true) !== maskedCrc32c(bytes, data, data + length)) return { kind: "damaged", what: "data" };
  return { kind: "record", data: bytes.subarray(data, data + length), next: at + total };
}
