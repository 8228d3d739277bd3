import { exportEnsemble } from "../../../engine/ensemble/exportEnsemble.js";
import type { ExportOptions } from "../../../engine/training/exportModel.js";
import type { Report } from "../../report.js";
import { writeOutput } from "../writeOutput.js";
import { disposeMembers, loadMembers } from "./loadMembers.js";

/** Writes an ensemble as one plain ONNX model. Throws what loading members and `exportEnsemble` throw, and `output-unwritable`. */
export async function exportGroup(folder: string, output: string, options: ExportOptions, report: Report) {
  const ensemble = await loadMembers(folder, report);
  try {
    const { members, weights } = ensemble;
    const model = exportEnsemble(members.map(({ problem, run }) => ({ problem, export: (form) => run.trainer.exportModel({ weights, ...form }) })), options);
    writeOutput(output, model);
    const { trainer } = members[0].run;
    return { run: folder, output, step: trainer.best?.step ?? trainer.step, bytes: model.length, members: members.length };
  } finally {
    await disposeMembers(ensemble);
  }
}
