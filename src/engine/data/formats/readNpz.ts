/** NumPy's archives of arrays, .npz: a zip of .npy files. */
import { DescentError } from "../../../common/errors.js";
import type { NamedBytes, RawTensor, Table } from "../table.js";
import type { NamedTensors } from "./namedTensors.js";
import { readNpy } from "./readNpy.js";
import { readZipDirectory, readZipEntry } from "./zip.js";

/** Name of the array that a member holds, or null for a member that is none. */
export function arrayName(member: string): string | null {
  return member.endsWith(".npy") ? member.slice(0, -".npy".length) : null;
}

/**
 * Reads an archive's directory and those of its arrays that `wanted` chooses (numpy stores the others for nothing to be paid).
 * @throws DescentError `file-truncated`, `zip-damaged`, `zip-method`, `file-empty`, and what reading an array throws
 */
export async function readNpz({ file, name, bytes }: NamedBytes, wanted: (names: readonly string[]) => readonly string[]): Promise<NamedTensors> {
  const read = async (offset: number, length: number): Promise<Uint8Array> => bytes.subarray(offset, Math.max(offset, Math.min(offset + length, bytes.length)));
  const entries = new Map((await readZipDirectory(read, bytes.length, file, name)).flatMap((entry) => {
    const array = arrayName(entry.name);
    return array === null ? [] : [[array, entry] as const];
  }));
  if (entries.size === 0) throw new DescentError("file-empty", `${name}: the archive holds no arrays (.npy).`, { file });
  const names = [...entries.keys()];
  const contents = new Map<string, RawTensor | Table>();
  for (const key of wanted(names)) {
    const content = await readZipEntry(entries.get(key)!, read, bytes.length, file, name);
    contents.set(key, readNpy({ file, name: `${name}, "${key}"`, bytes: content }));
  }
  return { kind: "tensors", file, name, names, read: (key) => contents.get(key)! };
}
