import path from "node:path";
import { DescentError } from "../../common/errors.js";
import { foldFindings } from "../../rules/causes/foldFindings.js";
import { curveFindings } from "../../rules/curves/curveFindings.js";
import { mapTags } from "../../rules/curves/mapTags.js";
import { readScalars } from "../../runs/events/readScalars.js";
import { diagnosisOf, type Diagnosis } from "./diagnosis.js";

/**
 * Diagnoses the runs of a folder with TensorBoard event files, whoever wrote them: one for each sub-folder that is a run of its own.
 * Throws `nothing-to-diagnose` where no curve of a loss or an accuracy is found.
 */
export async function diagnoseEventFolder(folder: string): Promise<Diagnosis[]> {
  const { series } = await readScalars(folder);
  const runs = [...mapTags(series)].filter(([, { train, validation }]) => [train.loss, train.accuracy, validation.loss, validation.accuracy].some((curve) => curve !== undefined));
  if (runs.length === 0) {
    const tags = [...series.keys()];
    const seen = tags.length === 0 ? "it has no event files with scalars" : `its tags are ${tags.slice(0, 8).join(", ")}${tags.length > 8 ? ", …" : ""}`;
    throw new DescentError("nothing-to-diagnose", `No curve of a loss or an accuracy is in ${folder}: ${seen}.`, { file: folder });
  }
  return runs.map(([run, curves]) => diagnosisOf(path.join(folder, run), foldFindings(curveFindings(curves)), true));
}
