/** A worker thread that reads runs and writes the page of their report: reading a long run takes seconds, which the host has not. */
import fs from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { toDescentError } from "../common/errors.js";
import { readReportRuns, type ReportRun } from "./reportRun.js";
import { comparisonContent, reportHtml } from "./report.js";
import type { ReportAnswer, ReportOrder } from "./reportMessages.js";
import { editorStyle, style } from "./style.js";

async function write({ folders, version, look }: ReportOrder): Promise<ReportAnswer> {
  const runs: ReportRun[] = [];
  // a panel shows what is left of runs of which some were deleted; a file is not written of fewer than were asked for
  const there = look === "editor" ? folders.filter((folder) => fs.existsSync(folder)) : folders;
  for (const folder of there) runs.push(...(await readReportRuns(folder)));
  if (look === "editor") return { html: comparisonContent(runs, folders.length - there.length), style: style + editorStyle };
  return { html: reportHtml(runs, version, new Date()), style };
}

write(workerData as ReportOrder).then(
  (answer) => parentPort!.postMessage(answer, []),
  (thrown: unknown) => parentPort!.postMessage({ error: toDescentError(thrown).toJSON() } satisfies ReportAnswer, []),
);
