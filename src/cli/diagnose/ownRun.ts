import path from "node:path";
import { foldFindings } from "../../rules/causes/foldFindings.js";
import { readFindings } from "../../runs/findingsFile.js";
import { readManifestRepaired } from "../../runs/liveness.js";
import { diagnosisOf, type Diagnosis } from "./diagnosis.js";

/** Diagnoses a run of our own, finished or not, from what its rules said while it went on. Throws `run-unreadable`. */
export async function diagnoseOwnRun(folder: string): Promise<Diagnosis> {
  const { manifest } = await readManifestRepaired(folder);
  const finished = manifest.state === "finished" || manifest.state === "finished early";
  return diagnosisOf(path.resolve(folder), foldFindings(await readFindings(folder)), finished);
}
