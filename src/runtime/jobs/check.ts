import os from "node:os";
import { DescentError } from "../../common/errors.js";
import type { ParsedFile } from "../../config/parseTrainingFile.js";
import { loadDataset } from "../../files/loadDataset.js";
import { type CheckId, checkIds, isCheckId } from "../../protocol/checks.js";
import { type Finding, severitySchema } from "../../protocol/finding.js";
import type { Verdict } from "../../protocol/runEvents.js";
import type { Job } from "../../protocol/runtime.js";
import { verdictOf } from "../../rules/causes/causesOf.js";
import { foldFindings } from "../../rules/causes/foldFindings.js";
import { type CheckOptions, type CheckResult, skipped } from "../../rules/checks/checkResult.js";
import { checks } from "../../rules/checks/registry.js";
import { isSuppressed, pageOfCheck } from "../../rules/findings.js";
import { runDataRules, runLint } from "../../rules/runRules.js";
import { suppressions } from "../../rules/settings.js";
import { resolveDevice } from "../backend/devices.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { verdictByExperiment } from "./tellApart.js";
import { loadOptions, locateIn, parseSource, readModelFiles, withSettings } from "../training/prepare.js";

/** The checks that are meant, in the order in which they are run; all where none is named. Throws `check-unknown`. */
export function chosenChecks(only: readonly string[]): readonly CheckId[] {
  for (const id of only) if (!isCheckId(id)) throw new DescentError("check-unknown", `There is no check ${id}: ${checkIds.join(", ")}.`);
  return only.length === 0 ? checkIds : checkIds.filter((id) => only.includes(id));
}

/**
 * Runs the rules and the short experiments on a file: the rules' findings, then for each experiment, as it is done, its finding where it fails and its
 * `check`; last the verdict, most likely cause first. Throws what reading the file and its data throws.
 */
export async function check(job: Extract<Job, { job: "check" }>, report: Report): Promise<Verdict> {
  const chosen = chosenChecks(job.only);
  const source = withSettings(job.source, { device: job.device, threads: job.threads, seed: null });
  const { parsed, config: written } = parseSource(source);
  try {
    const config = await readModelFiles(written, source, { runFolder: null, hasState: false });
    const { provider } = await resolveDevice(config.device);
    report.progress("reading the data", null);
    const dataset = await loadDataset(config, loadOptions(source, null, report));
    const findings = [...runLint(parsed, job.rules), ...runDataRules({ ...parsed, config }, dataset, job.rules)];
    for (const finding of findings) report.finding(finding);
    const threads = config.threads === "auto" ? Math.min(os.availableParallelism(), 2) : config.threads;
    for (const [place, id] of chosen.entries()) {
      const onProgress = (fraction: number) => report.progress(id, (place + fraction) / chosen.length);
      onProgress(0);
      const memory = provider === "cpu" ? process.availableMemory() : null;
      const { status, message, figures, finding } = await perform(parsed, id, { ...job.rules, ...config.diagnostics.rules }[id], { config, dataset, backend: createOnnxRuntimeBackend(), provider, threads, memory, onProgress, log: report.log });
      if (finding !== null) {
        findings.push(finding);
        report.finding(finding);
      }
      report.check({ event: "check", id, status, message, figures: { ...figures } as Record<string, number> });
    }
    // asked for some checks only, nothing else is tried
    const standing = foldFindings(findings);
    if (job.only.length > 0) return verdictOf(source.file, standing, { finished: true });
    return await verdictByExperiment({ run: source.file, standing, finished: true, source, config, dataset, report });
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}

/** One experiment, unless the file or the settings silence it, and what its failure says on a line of the file. */
async function perform(parsed: ParsedFile, id: CheckId, setting: unknown, options: CheckOptions): Promise<CheckResult & { readonly finding: Finding | null }> {
  if (setting === "off") return { ...skipped(`${options.config.diagnostics.rules[id] === "off" ? "The file's diagnostics.rules silences it" : "The settings silence it"}.`), finding: null };
  const result = await checks[id](options);
  if (result.status !== "failed") return { ...result, finding: null };
  const finding = failureFinding(parsed, id, result);
  if (isSuppressed(finding, suppressions(parsed))) return { ...skipped(`A comment of the file silences it. ${result.message}`, result.figures), finding: null };
  const chosen = severitySchema.safeParse(setting);
  const severity = chosen.success ? chosen.data : finding.severity;
  return { ...result, finding: { ...finding, severity } };
}

function failureFinding(parsed: ParsedFile, id: CheckId, { message, figures, cause }: CheckResult): Finding {
  const at = cause?.path ?? "model";
  return {
    rule: id,
    severity: "error",
    problem: cause?.problem ?? "learning",
    category: cause?.category ?? "architecture",
    message,
    evidence: { ...figures } as Finding["evidence"],
    confidence: cause?.confidence ?? 0.4,
    step: null,
    state: "open",
    file: parsed.file,
    path: at,
    range: parsed.locate(at),
    fixes: [...(cause?.fixes ?? [])],
    page: pageOfCheck(id),
  };
}
