import os from "node:os";
import { DescentError } from "../../common/errors.js";
import type { ParsedFile } from "../../config/parseTrainingFile.js";
import { loadDataset } from "../../files/loadDataset.js";
import type { Finding } from "../../protocol/finding.js";
import type { Verdict } from "../../protocol/runEvents.js";
import type { Job } from "../../protocol/runtime.js";
import { batchSize } from "../../rules/checks/batchSize.js";
import type { CheckResult } from "../../rules/checks/checkResult.js";
import { overfitBatch } from "../../rules/checks/overfitBatch.js";
import { runDataRules, runLint } from "../../rules/runRules.js";
import { resolveDevice } from "../backend/devices.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { loadOptions, locateIn, parseSource, readModelFiles, withSettings } from "../training/prepare.js";

/** The short experiments of the command line's page; those not in `built` are refused. */
const built = ["overfit-batch", "batch-size"];
const planned = ["gradient", "initial-loss", "loss-falls", "zeroed-input", "shuffled-labels", "train-eval", "learning-rate-range", "seeds"];

/** Throws `check-unknown` or `not-supported-yet` for a check that cannot be run. */
export function requireChecks(ids: readonly string[]): void {
  for (const id of ids) {
    if (built.includes(id)) continue;
    if (planned.includes(id)) throw new DescentError("not-supported-yet", `The check ${id} is not supported yet.`);
    throw new DescentError("check-unknown", `There is no check ${id}: ${[...built, ...planned].join(", ")}.`);
  }
}

/**
 * Runs the rules and the short experiments on a file: a `finding` or `check` for each, then the verdict, most likely cause first.
 * Throws what reading the file and its data throws.
 */
export async function check(job: Extract<Job, { job: "check" }>, report: Report): Promise<Verdict> {
  requireChecks(job.only);
  const source = withSettings(job.source, { device: job.device, threads: job.threads, seed: null });
  const { parsed, config: written } = parseSource(source);
  try {
    const config = await readModelFiles(written, source, { runFolder: null, hasState: false });
    const { provider } = await resolveDevice(config.device);
    report.progress("reading the data", null);
    const dataset = await loadDataset(config, loadOptions(source, null, report));
    const findings = [...runLint(parsed), ...runDataRules({ ...parsed, config }, dataset)];
    const threads = config.threads === "auto" ? Math.min(os.availableParallelism(), 2) : config.threads;
    const shared = { config, dataset, backend: createOnnxRuntimeBackend(), provider, log: report.log };
    const results = new Map<string, CheckResult>();
    for (const id of job.only) {
      report.progress(id, null);
      const onProgress = (fraction: number) => report.progress(id, fraction);
      const memory = provider === "cpu" ? process.availableMemory() : null;
      results.set(id, id === "overfit-batch" ? await overfitBatch({ ...shared, threads, onProgress }) : await batchSize({ ...shared, cores: threads }, memory));
    }
    for (const [id, result] of results) if (!result.passed) findings.push(failureFinding(parsed, id, result));
    for (const finding of findings) report.finding(finding);
    for (const [id, { passed, message, figures }] of results) report.check({ event: "check", id, status: passed ? "passed" : "failed", message, figures: { ...figures } });
    return verdictOf(source.file, findings);
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}

function failureFinding(parsed: ParsedFile, id: string, { message, figures, cause }: CheckResult): Finding {
  const at = cause?.path ?? "model";
  return {
    rule: id,
    severity: "error",
    problem: "learning",
    category: cause?.category ?? "architecture",
    message,
    evidence: { ...figures },
    confidence: cause?.confidence ?? 0.4,
    step: null,
    state: "open",
    file: parsed.file,
    path: at,
    range: parsed.locate(at),
    fixes: [],
    page: "",
  };
}

/** Errors and warnings speak against a healthy run; the surest comes first. */
function verdictOf(file: string, findings: readonly Finding[]): Verdict {
  const serious = findings.filter(({ severity }) => severity !== "info").sort((a, b) => b.confidence - a.confidence);
  return { event: "verdict", run: file, healthy: serious.length === 0, causes: serious.map(({ category, path: place, confidence }) => ({ category, path: place, confidence })) };
}
