/** A file of user data that is read in stretches, so that formats with an index need not be loaded whole. */
import type { NamedBytes } from "../table.js";
import type { ReadRange } from "./zip.js";

/** `file` is absolute, `name` what messages call it. */
export interface ByteSource {
  readonly file: string;
  readonly name: string;
  readonly size: number;
  /** Bytes from `offset` on; fewer than `length` at the file's end. */
  readonly read: ReadRange;
}

/** Bytes in memory as a source; what it reads are views. */
export function sourceOfBytes({ file, name, bytes }: NamedBytes): ByteSource {
  return { file, name, size: bytes.length, read: async (offset, length) => bytes.subarray(Math.min(offset, bytes.length), Math.max(0, Math.min(offset + length, bytes.length))) };
}
