/** Data that many runs train on, read once: kept ready in a file, which the runs after the first take as it is. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { decidingOf, type DatasetConfig } from "../engine/data/task.js";
import type { Dataset } from "../engine/data/types.js";

/** Milliseconds of reading below which keeping the data gains nothing. */
const leastReading = 100;
/** Bytes of data at most: a file is read into one buffer. */
const mostBytes = 2 ** 30;

/**
 * The data set of a configuration from `folder`, where a run before has kept it; else what `load` gives, which is kept if reading took its time.
 * Whoever makes the folder removes it: what lies there is taken without a look at the files that it was read from. What cannot be kept, on a full
 * disk, is read again by the next. Streamed data stay where they are.
 */
export async function keptDataset(folder: string, config: DatasetConfig, load: () => Promise<Dataset>): Promise<{ readonly dataset: Dataset; readonly isKept: boolean }> {
  const file = path.join(folder, `${createHash("sha256").update(JSON.stringify([process.version, decidingOf(config)])).digest("hex").slice(0, 20)}.data`);
  const kept = await read(file);
  if (kept !== null) return { dataset: kept, isKept: true };
  const begun = performance.now();
  const dataset = await load();
  if (performance.now() - begun >= leastReading && dataset.stream === undefined && bytesOf(dataset) <= mostBytes) keep(file, dataset);
  return { dataset, isKept: false };
}

async function read(file: string): Promise<Dataset | null> {
  try {
    return deserialize(await fs.promises.readFile(file)) as Dataset;
  } catch {
    return null; // not there yet, or not to be read
  }
}

function bytesOf({ inputs, targets }: Dataset): number {
  return [inputs, targets].reduce((sum, { data }) => sum + ("byteLength" in data ? data.byteLength : 0), 0);
}

function keep(file: string, dataset: Dataset): void {
  const temporary = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(temporary, serialize(dataset));
    fs.renameSync(temporary, file); // whole, or not at all
  } catch {
    void fs.promises.rm(temporary, { force: true }).catch(() => {});
  }
}
