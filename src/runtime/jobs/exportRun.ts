import type { Job } from "../../protocol/runtime.js";
import type { Report } from "../report.js";
import { loadRun } from "./loadRun.js";
import { writeOutput } from "./writeOutput.js";

/** Writes a run's best weights as a plain ONNX model: `{ run, output, step, bytes }`. Throws what loading the run throws, and `output-unwritable`. */
export async function exportRun(job: Extract<Job, { job: "export" }>, report: Report) {
  const run = await loadRun(job.run, report);
  const model = run.trainer.exportModel({ weights: "best", softmax: job.softmax, scaling: job.scaling });
  writeOutput(job.output, model);
  return { run: run.folder, output: job.output, step: run.trainer.best?.step ?? run.trainer.step, bytes: model.length };
}
