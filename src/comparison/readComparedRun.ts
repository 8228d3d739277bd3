import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../common/errors.js";
import { hyperParameters } from "../logs/media.js";
import { manifestOf, runsOf } from "../logs/logRun.js";
import { readWholeLog } from "../logs/readWhole.js";
import type { Manifest } from "../protocol/manifest.js";
import { readManifestRepaired } from "../runs/liveness.js";
import { runFiles } from "../runs/runFolder.js";
import type { ComparedRun } from "./comparison.js";
import { settingsOf } from "./settings.js";

/** A folder as the runs in it: a run of ours is one, a folder of others' logs may hold several. Throws `run-missing`, `run-unreadable`. */
export async function readComparedRuns(folder: string): Promise<ComparedRun[]> {
  if (!fs.existsSync(folder)) throw new DescentError("run-missing", `There is no run ${folder}.`, { file: folder });
  if (fs.existsSync(path.join(folder, runFiles.manifest))) {
    const { manifest } = await readManifestRepaired(folder);
    return [{ run: folder, manifest, settings: await storedSettings(folder, manifest) }];
  }
  const reader = readWholeLog(folder);
  const runs = runsOf(reader).filter(({ tags }) => [...tags.values()].some((tag) => tag.hasPoints));
  if (runs.length === 0) throw new DescentError("run-missing", `${folder} is no run: it has neither ${runFiles.manifest} nor logs with values.`, { file: folder });
  return runs.map((run) => ({ run: path.join(folder, run.folder), manifest: manifestOf(reader, run, Date.now()), settings: new Map(Object.entries(hyperParameters(reader, run)).map(([name, value]) => [name, JSON.stringify(value)])) }));
}

/** The values of a run's training file as it was stored; none where it was not. */
export async function storedSettings(folder: string, { storedFile, overrides }: Manifest): Promise<Map<string, string>> {
  try {
    return settingsOf(await fs.promises.readFile(path.join(folder, storedFile), "utf8"), storedFile, overrides);
  } catch {
    return new Map();
  }
}
