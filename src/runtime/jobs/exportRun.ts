import type { Job } from "../../protocol/runtime.js";
import { isGroupFolder } from "../../runs/groupFile.js";
import type { Report } from "../report.js";
import { exportGroup } from "./ensemble/exportGroup.js";
import { loadRun } from "./loadRun.js";
import { writeOutput } from "./writeOutput.js";

/** Writes a run's best weights as a plain ONNX model, of an ensemble's folder its members as one: `{ run, output, step, bytes }`. Throws what loading the run throws, and `output-unwritable`. */
export async function exportRun(job: Extract<Job, { job: "export" }>, report: Report) {
  if (isGroupFolder(job.run)) return exportGroup(job.run, job.output, { softmax: job.softmax, scaling: job.scaling }, report);
  const run = await loadRun(job.run, report);
  const model = run.trainer.exportModel({ weights: "best", softmax: job.softmax, scaling: job.scaling });
  writeOutput(job.output, model);
  return { run: run.folder, output: job.output, step: run.trainer.best?.step ?? run.trainer.step, bytes: model.length };
}
