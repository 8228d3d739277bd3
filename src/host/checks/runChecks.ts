import * as vscode from "vscode";
import { toDescentError } from "../../common/errors.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import type { CheckId } from "../../protocol/checks.js";
import type { Finding } from "../../protocol/finding.js";
import type { CheckEvent } from "../../protocol/runEvents.js";
import { runJob } from "../../runtime/client/runJob.js";
import type { Host } from "../host.js";
import { logLine } from "../log.js";
import { computeSettings, rulesFor } from "../settings.js";

/** What is heard of experiments while they run. */
export interface CheckListener {
  readonly onCheck: (event: CheckEvent) => void;
  /** `text`: the id of the experiment, or what is done before the first; `fraction` of all of them. */
  readonly onProgress: (text: string, fraction: number | null) => void;
  /** Before its `onCheck`. */
  readonly onFailure?: (finding: Finding) => void;
}

/**
 * Runs experiments on a file as it stands in the editor, in a process of their own, and puts failures on their lines. Throws what keeps the file from being
 * run, having shown it at its place, and `cancelled`.
 */
export async function runChecks(host: Host, file: vscode.Uri, only: readonly CheckId[], token: vscode.CancellationToken, listener: CheckListener): Promise<void> {
  const text = (await vscode.workspace.openTextDocument(file)).getText();
  const compute = computeSettings(parseTrainingFile(text, { file: file.fsPath }).config);
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const subscription = token.onCancellationRequested(() => controller.abort());
  const findings: Finding[] = [];
  host.diagnostics.showCheck(file, []);
  try {
    await runJob(
      { job: "check", source: { file: file.fsPath, text, overrides: {} }, storage: host.storage, only: [...only], ...compute, rules: rulesFor(file) },
      {
        runtimePath: host.runtimePath,
        storage: host.storage,
        signal: controller.signal,
        onFinding: (finding) => {
          // the rules' findings are shown already
          if (!(only as readonly string[]).includes(finding.rule)) return;
          findings.push(finding);
          host.diagnostics.showCheck(file, [...findings]);
          listener.onFailure?.(finding);
        },
        onCheck: (event) => {
          host.log.info(`[check] ${event.id} ${event.status}: ${event.message} ${JSON.stringify(event.figures)}`);
          listener.onCheck(event);
        },
        onProgress: listener.onProgress,
        onLog: (level, line) => logLine(host.log, level, "check", line),
      },
    );
  } catch (thrown) {
    const error = toDescentError(thrown).at({ file: file.fsPath });
    if (error.code !== "cancelled") host.diagnostics.showRefusal(file, error);
    throw error;
  } finally {
    subscription.dispose();
  }
}
