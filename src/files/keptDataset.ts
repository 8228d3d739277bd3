/** Data that many runs train on, read once: kept ready in a file, which the runs after the first take as it is. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deserialize, serialize } from "node:v8";
import { decidingOf, type DatasetConfig } from "../engine/data/task.js";
import { streamsTargets, tensorInFiles, type ExampleStream } from "../engine/data/stream/exampleStream.js";
import type { Dataset } from "../engine/data/types.js";
import { isRunning } from "./stream/scratchFile.js";
import type { StreamPlan } from "./stream/streamDataset.js";

/** Milliseconds of reading below which keeping the data gains nothing. */
const leastReading = 100;
/** Bytes of data at most: a file is read into one buffer. */
const mostBytes = 2 ** 30;

/** Milliseconds between two looks at whether another run has read them. */
const lookInterval = 20;
/** Milliseconds that whoever begins to read them may take to say who it is. */
const longestNameless = 2000;

/** How a run reads its data. */
export interface DataReader {
  /** Reads them; of streamed data, also from where, as a thread is told it. Files of rows that it must make go to `scratch`. */
  readonly load: (scratch: string) => Promise<{ readonly dataset: Dataset; readonly plan: StreamPlan | null }>;
  /** Opens data that are streamed from where another has found or put them. */
  readonly openStream: (plan: StreamPlan) => ExampleStream;
}

/** What a file of kept data holds: of streamed ones all but the inputs themselves, and where those are. */
interface Kept {
  readonly dataset: Dataset;
  readonly plan: StreamPlan | null;
}

/**
 * The data set of a configuration from `folder`, where a run before has kept it; else what `load` gives, which is kept if reading took its time.
 * Of runs that begin at the same time one reads, the others wait for it; where that one keeps nothing or dies, each reads for itself. Whoever makes the folder removes it: what lies there is taken without a look at the files that it was read from. What cannot be kept, on a full
 * disk, is read again by the next. Of streamed data the rows are kept where they can be read from, once for all runs: the system's cache holds them once, too.
 */
export async function keptDataset(folder: string, config: DatasetConfig, { load, openStream }: DataReader): Promise<{ readonly dataset: Dataset; readonly isKept: boolean }> {
  const file = path.join(folder, `${createHash("sha256").update(JSON.stringify([process.version, decidingOf(config)])).digest("hex").slice(0, 20)}.data`);
  const turn = `${file}.reading`;
  let kept = await read(file);
  let isOurs = false;
  if (kept === null) {
    isOurs = takeTurn(turn);
    if (!isOurs) await othersTurn(turn);
    kept = await read(file); // by who had it before
  }
  try {
    if (kept !== null) return { dataset: opened(kept, openStream), isKept: true };
    const isDamaged = fs.existsSync(file);
    const begun = performance.now();
    const { dataset, plan } = await load(folder);
    const isFaster = !isDamaged && fs.existsSync(file); // another run
    if (performance.now() - begun >= leastReading && bytesOf(dataset) <= mostBytes && !isFaster) keep(file, dataset, plan);
    return { dataset, isKept: false };
  } finally {
    if (isOurs) fs.rmSync(turn, { force: true });
  }
}

/** Makes it known that this process reads the data, so that runs that begin at the same time wait for it. Whether it does: false where another is at it. */
function takeTurn(file: string): boolean {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (thrown) {
    const isTaken = (thrown as NodeJS.ErrnoException).code === "EEXIST";
    if (!isTaken) fs.rmSync(file, { force: true }); // a full disk leaves it empty
    return false;
  }
}

/** Settles when whoever reads the data has done so, or is gone. */
async function othersTurn(file: string): Promise<void> {
  for (const begun = Date.now(); ; await sleep(lookInterval)) {
    let owner: string;
    try {
      owner = await fs.promises.readFile(file, "utf8");
    } catch {
      return; // it has read
    }
    const isGone = owner === "" ? Date.now() - begun > longestNameless : !isRunning(Number(owner));
    if (!isGone) continue;
    fs.rmSync(file, { force: true });
    return;
  }
}

async function read(file: string): Promise<Kept | null> {
  try {
    const kept = deserialize(await fs.promises.readFile(file)) as Kept;
    return kept.plan === null || kept.plan.store.parts.every((part) => fs.existsSync(part.file)) ? kept : null;
  } catch {
    return null; // not there yet, or not to be read
  }
}

function opened({ dataset, plan }: Kept, openStream: DataReader["openStream"]): Dataset {
  if (plan === null) return dataset;
  const inputs = tensorInFiles(dataset.inputs.type, dataset.inputs.dims);
  return { ...dataset, inputs, targets: dataset.targets === dataset.inputs ? inputs : dataset.targets, stream: openStream(plan) };
}

/** Bytes of the data in memory. */
function bytesOf(dataset: Dataset): number {
  const { inputs, targets, stream } = dataset;
  const held = stream === undefined ? [inputs, targets] : streamsTargets(dataset) ? [] : [targets];
  return held.reduce((sum, { data }) => sum + ("byteLength" in data ? data.byteLength : 0), 0);
}

/** The data set without what lies in files, which is not to be stored. */
function storable(dataset: Dataset): Dataset {
  if (dataset.stream === undefined) return dataset;
  const { stream: _, ...rest } = dataset;
  const inputs = { type: dataset.inputs.type, dims: dataset.inputs.dims, data: new Float32Array(0) };
  return { ...rest, inputs, targets: streamsTargets(dataset) ? inputs : dataset.targets };
}

/** The plan by names of rows that stay when the run that made them removes its own: second names of the same files. */
function lasting(file: string, plan: StreamPlan): StreamPlan {
  const names = new Map(plan.scratch.map((made, i) => [made, `${file}.rows${i}`]));
  for (const [made, name] of names) {
    const temporary = `${name}.${process.pid}`;
    fs.linkSync(made, temporary);
    fs.renameSync(temporary, name);
  }
  const parts = plan.store.parts.map((part) => ({ ...part, file: names.get(part.file) ?? part.file }));
  return { ...plan, store: { ...plan.store, parts }, scratch: [] };
}

function keep(file: string, dataset: Dataset, plan: StreamPlan | null): void {
  if ((dataset.stream !== undefined && plan === null)) return;
  const temporary = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const kept: Kept = { dataset: storable(dataset), plan: plan === null ? null : lasting(file, plan) };
    fs.writeFileSync(temporary, serialize(kept));
    fs.renameSync(temporary, file); // whole, or not at all
  } catch {
    void fs.promises.rm(temporary, { force: true }).catch(() => {});
  }
}
