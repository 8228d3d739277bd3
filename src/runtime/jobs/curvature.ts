/** The job `curvature`: how much the loss bends, at a run's newest checkpoint or at a file's initial weights. */
import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import { type CurvatureFigures, curvatureSchema } from "../../protocol/curvature.js";
import type { Job } from "../../protocol/runtime.js";
import { LiveRules } from "../../rules/liveRules.js";
import { appendCurvature } from "../../runs/curvatureFile.js";
import { appendFindings } from "../../runs/findingsFile.js";
import { isLive } from "../../runs/liveness.js";
import { runFiles } from "../../runs/runFolder.js";
import type { Report } from "../report.js";
import { prepare } from "../training/prepare.js";
import { loadRun } from "./loadRun.js";

/**
 * Measures, keeps the figures in a run's folder, and reports the rules' finding; of a run that has ended the finding is kept too, a live one is told by
 * whoever asked (`curvature` of its socket). Throws what reading throws, `curvature-not-finite`, `pretraining`.
 */
export async function curvature(job: Extract<Job, { job: "curvature" }>, report: Report): Promise<{ curvature: CurvatureFigures }> {
  const isRun = fs.existsSync(path.join(job.source, runFiles.manifest));
  const run = isRun ? await loadRun(job.source, report) : null;
  const { trainer, parsed, dataset } = run ?? await prepare({ file: job.source, text: await fs.promises.readFile(job.source, "utf8"), overrides: {} }, job.storage, null, report);
  try {
    report.progress("measuring the curvature", 0);
    const measured = await trainer.curvature({ examples: job.examples, products: job.products, onProgress: (fraction) => report.progress("measuring the curvature", fraction) });
    const checked = curvatureSchema.safeParse(measured);
    if (measured === null || !checked.success) throw new DescentError("curvature-not-finite", "The loss has no finite curvature at these weights: they, or the loss, are not numbers any more.", { file: job.source });
    const found = new LiveRules(parsed, dataset, trainer.plan, job.rules, []).pushCurvature(measured);
    if (run !== null) appendCurvature(run.folder, checked.data);
    if (run !== null && !(await isLive(run.manifest))) appendFindings(run.folder, found);
    for (const finding of found) report.finding(finding);
    return { curvature: checked.data };
  } finally {
    await trainer.dispose();
    await dataset.stream?.dispose();
  }
}
