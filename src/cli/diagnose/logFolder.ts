import path from "node:path";
import { DescentError } from "../../common/errors.js";
import { findingsOf, runsOf } from "../../logs/logRun.js";
import { readWholeLog } from "../../logs/readWhole.js";
import { foldFindings } from "../../rules/causes/foldFindings.js";
import { printNote, relative } from "../output.js";
import { diagnosisOf, type Diagnosis } from "./diagnosis.js";

/**
 * Diagnoses the runs of a folder of logs, whoever wrote them: one for each sub-folder that is a run of its own. What is wrong with a file is said on
 * standard error, and the others are read. Throws `nothing-to-diagnose` where no curve of a loss or an accuracy is found.
 */
export function diagnoseLogFolder(folder: string): Diagnosis[] {
  const reader = readWholeLog(folder);
  for (const { code, file, message } of reader.troubles) printNote(`warning[${code}]: ${relative(file)}: ${message}`);
  const runs = runsOf(reader).flatMap((run) => {
    const findings = findingsOf(run);
    return findings === null ? [] : [diagnosisOf(path.join(folder, run.folder), foldFindings(findings), true)];
  });
  if (runs.length > 0) return runs;
  const tags = reader.table.tags.map(({ folder: at, tag }) => (at === "" ? tag : `${at}/${tag}`));
  const seen = tags.length === 0 ? "it has no event files, CSV logs or trainer_state.json with values" : `its tags are ${tags.slice(0, 8).join(", ")}${tags.length > 8 ? ", …" : ""}`;
  throw new DescentError("nothing-to-diagnose", `No curve of a loss or an accuracy is in ${folder}: ${seen}.`, { file: folder });
}
