import type { z } from "zod";
import { DescentError } from "../../common/errors.js";
import type { Dataset } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { outlineOfConfig } from "../../engine/training/problem.js";
import { loadDataset } from "../../files/loadDataset.js";
import type { dataLintSchema, ModelOutline } from "../../protocol/outline.js";
import type { Job } from "../../protocol/runtime.js";
import { runDataRules } from "../../rules/runRules.js";
import type { Report } from "../report.js";
import { loadOptions, locateIn, parseSource, readModelFiles } from "../training/prepare.js";

/** The rules that look at a file's data: a `finding` each, then their number and what the layers come to. Throws what reading the file and its data throws. */
export async function lintData(job: Extract<Job, { job: "lint-data" }>, report: Report): Promise<z.infer<typeof dataLintSchema>> {
  const { parsed, config: written } = parseSource(job.source);
  try {
    const config = await readModelFiles(written, job.source, { runFolder: null, hasState: false });
    const dataset = await loadDataset(config, loadOptions(job.source, null, report));
    const findings = runDataRules({ ...parsed, config }, dataset, job.rules);
    for (const finding of findings) report.finding(finding);
    return { findings: findings.length, outline: outlineOf(config, dataset) };
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}

/** null for a model that does not fit the data, which is refused with its own code when it is trained. */
function outlineOf(config: TrainingConfig, dataset: Dataset): ModelOutline | null {
  try {
    const layers = outlineOfConfig(config, dataset).outline.map(({ name, kind, path, inputShape, outputShape, parameters, operations }) => ({ name, kind, path, inputShape: [...inputShape], outputShape: [...outputShape], parameters, operations }));
    return { inputShape: dataset.inputs.dims.slice(1), layers };
  } catch (thrown) {
    if (thrown instanceof DescentError) return null;
    throw thrown;
  }
}
