/** A worker thread that reads runs and writes the page of their report: reading a long run takes seconds, which the host has not. */
import { parentPort, workerData } from "node:worker_threads";
import { toDescentError } from "../common/errors.js";
import { readReportRuns, type ReportRun } from "./reportRun.js";
import { reportHtml } from "./report.js";
import type { ReportAnswer, ReportOrder } from "./reportMessages.js";

async function write({ folders, version, look }: ReportOrder): Promise<string> {
  const runs: ReportRun[] = [];
  for (const folder of folders) runs.push(...(await readReportRuns(folder)));
  return reportHtml(runs, version, new Date(), look);
}

write(workerData as ReportOrder).then(
  (html) => parentPort!.postMessage({ html } satisfies ReportAnswer, []),
  (thrown: unknown) => parentPort!.postMessage({ error: toDescentError(thrown).toJSON() } satisfies ReportAnswer, []),
);
