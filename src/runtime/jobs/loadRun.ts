import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import { decodeState } from "../../engine/training/stateFile.js";
import type { Manifest } from "../../protocol/manifest.js";
import { readNewestState } from "../../runs/checkpoints.js";
import { readManifestRepaired } from "../../runs/liveness.js";
import type { Report } from "../report.js";
import { prepare, type Prepared } from "../training/prepare.js";

/** A run's model with its newest checkpoint, ready for inference. */
export interface LoadedRun extends Prepared {
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Builds a run's model again, from its stored training file, and loads its newest checkpoint. Throws `run-missing`, `run-unreadable`,
 * `run-without-checkpoint`, and what reading the data throws.
 */
export async function loadRun(folder: string, report: Report): Promise<LoadedRun> {
  const { manifest } = await readManifestRepaired(folder);
  const state = await readNewestState(folder, decodeState);
  if (!state) throw new DescentError("run-without-checkpoint", `The run ${manifest.id} has no checkpoint.`, { file: folder });
  const source = { file: manifest.file, text: await storedText(folder, manifest), overrides: manifest.overrides };
  return { ...(await prepare(source, null, state, report, { runFolder: folder })), folder, manifest };
}

async function storedText(folder: string, manifest: Manifest): Promise<string> {
  const file = path.join(folder, manifest.storedFile);
  try {
    return await fs.promises.readFile(file, "utf8");
  } catch (thrown) {
    throw new DescentError("run-unreadable", `The run's training file ${file} cannot be read.`, { file }, { cause: thrown });
  }
}
