/** Which format a file has. */
import { DescentError } from "../../../common/errors.js";
import type { DataConfig } from "../../training/config.js";
import { looksLikeIdx } from "../readIdx.js";
import type { NamedBytes } from "../table.js";
import { looksLikeArrow } from "./readArrow.js";
import { looksLikeJsonl } from "./readJsonl.js";
import { looksLikeNpy } from "./readNpy.js";
import { looksLikeParquet } from "./readParquet.js";
import { looksLikeSafetensors } from "./readSafetensors.js";
import { looksLikeZip } from "./zip.js";

export type Format = Exclude<DataConfig["format"], "auto" | "text">;

/** Endings of names, before a `.gz`. What begins like a binary format is that, whatever its name. */
const endings: readonly (readonly [RegExp, Format])[] = [
  [/\.npy$/i, "npy"],
  [/\.npz$/i, "npz"],
  [/\.(parquet|pq|parq)$/i, "parquet"],
  [/\.(arrow|feather|ipc|arrows)$/i, "arrow"],
  [/\.safetensors$/i, "safetensors"],
  [/\.(jsonl|ndjson|jsonlines)$/i, "jsonl"],
  [/\.(jpe?g|png)$/i, "images"],
  [/idx\d|\.idx$|ubyte/i, "idx"],
  [/\.(csv|tsv|tab|txt|data)$/i, "csv"],
];

/** Names of all formats, for messages. */
const known = "csv, parquet, arrow, npy, npz, safetensors, jsonl, idx or images";

/**
 * Format of a file: what the training file says, else what its first bytes tell, else its name. `size` where `bytes` are not all of it.
 * @throws DescentError `format-unknown`
 */
export function detectFormat({ file, name, bytes }: NamedBytes, told: DataConfig["format"], size = bytes.length): Format {
  if (told !== "auto" && told !== "text") return told;
  const found = formatByBytes(bytes, size) ?? formatByName(name);
  if (found !== null) return found;
  if (looksLikeJsonl(bytes)) return "jsonl";
  throw new DescentError("format-unknown", `${name}: the format cannot be told from its name or first bytes. Say data.format: ${known}.`, { file });
}

/** By the first bytes, of binary formats alone. */
function formatByBytes(bytes: Uint8Array, size: number): Format | null {
  if (looksLikeNpy(bytes)) return "npy";
  if (looksLikeZip(bytes)) return "npz";
  if (looksLikeParquet(bytes)) return "parquet";
  if (looksLikeArrow(bytes)) return "arrow";
  if (looksLikeSafetensors(bytes, size)) return "safetensors";
  if (looksLikeIdx(bytes)) return "idx";
  return null;
}

/** By the ending of a name; null where it says nothing. */
export function formatByName(name: string): Format | null {
  const bare = name.replace(/\.gz$/i, "");
  return endings.find(([ending]) => ending.test(bare))?.[1] ?? null;
}
