import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../common/errors.js";
import { writeFileAtomic } from "./atomicFile.js";
import { runFiles } from "./runFolder.js";

const stateFile = /^step-(\d+)\.state$/;

/** A stored state: the step it was taken after, and its path relative to the run's folder. */
export interface StoredState {
  readonly step: number;
  readonly path: string;
}

/**
 * Stores a run's whole state after `step`, atomically and on the disk itself, then removes the oldest beyond `keep`. `state` carries a checksum of its own.
 * Throws what the file system throws; earlier checkpoints are then all there.
 */
export function writeState(folder: string, step: number, state: Uint8Array, keep: number): StoredState {
  const checkpoints = path.join(folder, runFiles.checkpoints);
  fs.mkdirSync(checkpoints, { recursive: true });
  const name = `step-${String(step).padStart(8, "0")}.state`;
  writeFileAtomic(path.join(checkpoints, name), state, { sync: true });
  for (const old of listNames(checkpoints).filter((other) => other !== name).slice(Math.max(keep, 1) - 1)) {
    fs.rmSync(path.join(checkpoints, old), { force: true });
  }
  return { step, path: `${runFiles.checkpoints}/${name}` };
}

/**
 * The newest state that `decode` takes, or null where the run has none. A damaged one (decode throws) is passed over in
 * favour of an older one; where all are damaged, throws `checkpoint-damaged`.
 */
export async function readNewestState<State>(folder: string, decode: (bytes: Uint8Array) => State): Promise<State | null> {
  const checkpoints = path.join(folder, runFiles.checkpoints);
  let damage: unknown = null;
  for (const name of listNames(checkpoints)) {
    try {
      return decode(await fs.promises.readFile(path.join(checkpoints, name)));
    } catch (thrown) {
      damage ??= thrown;
    }
  }
  if (damage !== null) throw new DescentError("checkpoint-damaged", `No checkpoint in ${checkpoints} is whole: ${(damage as Error).message}`, { file: checkpoints }, { cause: damage });
  return null;
}

/** The states that a run keeps, oldest first. */
export function listStates(folder: string): StoredState[] {
  return listNames(path.join(folder, runFiles.checkpoints)).map((name) => ({ step: stepOf(name), path: `${runFiles.checkpoints}/${name}` })).toReversed();
}

/** A state that is kept, or null where it has gone since it was listed or is damaged. */
export async function readState<State>(folder: string, stored: StoredState, decode: (bytes: Uint8Array) => State): Promise<State | null> {
  try {
    return decode(await fs.promises.readFile(path.join(folder, stored.path)));
  } catch {
    return null;
  }
}

/** States later than `step` belong to a stretch of the run that a resume has given up. */
export function dropStatesAfter(folder: string, step: number): void {
  const checkpoints = path.join(folder, runFiles.checkpoints);
  for (const name of listNames(checkpoints)) if (stepOf(name) > step) fs.rmSync(path.join(checkpoints, name), { force: true });
}

/** Newest first. */
function listNames(checkpoints: string): string[] {
  if (!fs.existsSync(checkpoints)) return [];
  return fs.readdirSync(checkpoints).filter((name) => stateFile.test(name)).sort((a, b) => stepOf(b) - stepOf(a));
}

function stepOf(name: string): number {
  return Number(stateFile.exec(name)?.[1]);
}
