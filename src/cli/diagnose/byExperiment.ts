import fs from "node:fs";
import path from "node:path";
import { verdictSchema } from "../../protocol/runEvents.js";
import { runFiles } from "../../runs/runFolder.js";
import { readManifestRepaired } from "../../runs/liveness.js";
import { runToEnd } from "../runToEnd.js";
import type { Diagnosis } from "./diagnosis.js";

/** A diagnosis with its causes weighed by a short experiment, where it names two or more of a run of our own; else as it is. Throws what reading file and data throws. */
export async function byExperiment(diagnosis: Diagnosis): Promise<Diagnosis> {
  const folder = diagnosis.verdict.run;
  if (diagnosis.causes.length < 2 || !fs.existsSync(path.join(folder, runFiles.manifest))) return diagnosis;
  const { manifest } = await readManifestRepaired(folder);
  const text = await fs.promises.readFile(path.join(folder, manifest.storedFile), "utf8");
  const finished = manifest.state === "finished" || manifest.state === "finished early";
  const standing = diagnosis.findings.map(({ finding, closed }) => ({ finding, closed }));
  const verdict = await runToEnd({ job: "tell-apart", source: { file: manifest.file, text, overrides: manifest.overrides }, run: folder, standing, finished, device: null, threads: null }, verdictSchema);
  // the causes in the order, and as sure, as the experiment leaves them
  const causes = verdict.causes.flatMap(({ category, path: place, confidence }) => {
    const cause = diagnosis.causes.find((known) => known.category === category && known.path === place);
    return cause === undefined ? [] : [{ ...cause, confidence }];
  });
  return { ...diagnosis, causes, verdict };
}
