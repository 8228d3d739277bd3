import { loadDataset } from "../../files/loadDataset.js";
import type { Job } from "../../protocol/runtime.js";
import { runDataRules } from "../../rules/runRules.js";
import type { Report } from "../report.js";
import { loadOptions, locateIn, parseSource, readModelFiles } from "../training/prepare.js";

/** The rules that look at a file's data: a `finding` each, then `{ findings: N }`. Throws what reading the file and its data throws. */
export async function lintData(job: Extract<Job, { job: "lint-data" }>, report: Report) {
  const { parsed, config: written } = parseSource(job.source);
  try {
    const config = await readModelFiles(written, job.source, { runFolder: null, hasState: false });
    const dataset = await loadDataset(config, loadOptions(job.source, null, report));
    const findings = runDataRules({ ...parsed, config }, dataset, job.rules);
    for (const finding of findings) report.finding(finding);
    return { findings: findings.length };
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}
