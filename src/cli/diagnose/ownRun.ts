import fs from "node:fs";
import path from "node:path";
import { DescentError, toDescentError } from "../../common/errors.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { loadDataset } from "../../files/loadDataset.js";
import type { Finding } from "../../protocol/finding.js";
import type { Manifest } from "../../protocol/manifest.js";
import { foldFindings } from "../../rules/causes/foldFindings.js";
import { curveFindings } from "../../rules/curves/curveFindings.js";
import { mapTags } from "../../rules/curves/mapTags.js";
import { replayRun } from "../../rules/replay.js";
import { readScalars } from "../../runs/events/readScalars.js";
import { readFindings } from "../../runs/findingsFile.js";
import { readManifestRepaired } from "../../runs/liveness.js";
import { pathsFolderOf } from "../../runs/storedCopy.js";
import { printNote, relative } from "../output.js";
import { diagnosisOf, type Diagnosis } from "./diagnosis.js";

/**
 * Diagnoses a run of our own, finished or not, from what its rules said while it went on; where that is not stored (nothing was said, or the
 * list was lost) its file, data and curves are looked at again. Throws `run-unreadable`.
 */
export async function diagnoseOwnRun(folder: string): Promise<Diagnosis> {
  const { manifest } = await readManifestRepaired(folder);
  const finished = manifest.state === "finished" || manifest.state === "finished early";
  const told = await readFindings(folder);
  return diagnosisOf(path.resolve(folder), foldFindings(told.length > 0 ? told : await lookAgain(folder, manifest, finished)), finished);
}

async function lookAgain(folder: string, manifest: Manifest, finished: boolean): Promise<Finding[]> {
  const { series } = await readScalars(folder);
  try {
    const text = await fs.promises.readFile(path.join(folder, manifest.storedFile), "utf8");
    const parsed = parseTrainingFile(text, { file: manifest.file, overrides: manifest.overrides });
    const { stepsPerEpoch, totalSteps, layers } = manifest;
    // an imported model's inside is not read again: its curves speak for it
    if (parsed.config !== null && parsed.config.imported === null && stepsPerEpoch !== null && totalSteps !== null) {
      const dataset = await loadDataset(parsed.config, { folder: pathsFolderOf(manifest.file), log: () => undefined });
      return replayRun(parsed, dataset, { stepsPerEpoch, totalSteps, layers }, series, finished);
    }
  } catch (thrown) {
    const { message } = thrown instanceof DescentError ? thrown : toDescentError(thrown);
    printNote(`${relative(folder)}: its file and data cannot be looked at again, only its curves. ${message}`);
  }
  return curveFindings([...mapTags(series).values()].at(0) ?? { train: {}, validation: {}, layerGradientNorms: new Map(), layerZeroFractions: new Map() });
}
