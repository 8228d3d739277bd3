import { Worker } from "node:worker_threads";
import { DescentError, fromSerializedError } from "../common/errors.js";
import type { ReportAnswer, ReportOrder } from "./reportMessages.js";

/** A report and its style sheet, written by a thread. `script`: absolute path of the built `workers/report.js`. Rejects with `run-missing`, `report-failed`. */
export async function writeReport(script: string, order: ReportOrder): Promise<{ readonly html: string; readonly style: string }> {
  const worker = new Worker(script, { workerData: order });
  try {
    const answer = await new Promise<ReportAnswer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", (error) => reject(new DescentError("report-failed", `The report cannot be written: ${error.message}`, {}, { cause: error })));
      worker.once("exit", (code) => reject(new DescentError("report-failed", `The report cannot be written: its thread ended with code ${code}.`)));
    });
    if ("error" in answer) throw fromSerializedError(answer.error);
    return answer;
  } finally {
    await worker.terminate();
  }
}
