/** Whether data are read into memory or streamed. */
import { stat } from "node:fs/promises";
import { detectFormat, type Format } from "../../engine/data/formats/detect.js";
import type { DataConfig } from "../../engine/training/config.js";
import type { FoundFile } from "../resolveFiles.js";
import { readHead } from "../readHead.js";

/** Data that would take more memory than this are streamed. The same everywhere: streamed examples are shuffled in another order. */
export const mostInMemory = 512 * 2 ** 20;

/** Bytes of memory that a byte of a file takes, about. */
const memoryPerByte: Readonly<Record<Format, number>> = { npy: 1, npz: 3, safetensors: 1, idx: 1, csv: 2, jsonl: 2, arrow: 2, parquet: 4, images: 20 };

/** Format of a source by its first file; null for text. @throws DescentError `format-unknown`, `file-missing`, ... */
export async function sourceFormat(files: readonly FoundFile[], told: DataConfig["format"]): Promise<Format | null> {
  if (told === "text") return null;
  if (told !== "auto") return told;
  const { file, name } = files[0];
  const { bytes } = await readHead(file, 65_536);
  return detectFormat({ file, name, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) }, told, file.endsWith(".gz") ? bytes.length : (await stat(file)).size);
}

/** Whether files of a format take more memory than they should. Compressed ones count four times. */
export async function isTooLarge(files: readonly FoundFile[], format: Format): Promise<boolean> {
  let bytes = 0;
  for (const { file } of files) bytes += (await stat(file)).size * (file.endsWith(".gz") ? 4 : 1);
  return bytes * memoryPerByte[format] > mostInMemory;
}
