import path from "node:path";
import type { Command } from "commander";
import { readReportRuns, type ReportRun } from "../../report/reportRun.js";
import { reportHtml } from "../../report/report.js";
import { writeFileAtomic } from "../../runs/atomicFile.js";
import { printLine, relative } from "../output.js";
import { version } from "../../../package.json";

export function addReport(program: Command): void {
  program
    .command("report")
    .description("one HTML file of a run, or of several side by side: curves, matrix, projection, findings, the file; it needs no network")
    .argument("<runs...>", "folders of runs, ours or with logs of others")
    .option("-o, --output <file>", "the file to write", "report.html")
    .action(async (names: readonly string[], { output }: { readonly output: string }) => {
      const runs: ReportRun[] = [];
      for (const name of names) runs.push(...(await readReportRuns(path.resolve(name))));
      writeFileAtomic(path.resolve(output), reportHtml(runs, version, new Date()));
      printLine(relative(path.resolve(output)));
    });
}
