import * as vscode from "vscode";
import { toDescentError } from "../../common/errors.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import type { Finding } from "../../protocol/finding.js";
import type { CheckEvent } from "../../protocol/runEvents.js";
import { runJob } from "../../runtime/client/runJob.js";
import type { Host } from "../host.js";
import { logLine } from "../log.js";
import { requireTrust } from "../runs/startRun.js";
import { computeSettings } from "../settings.js";
import { pickTrainingFile } from "./pickTrainingFile.js";

/** Check: trains on a single batch until it is learnt by heart. A model that cannot do this cannot learn. */
export async function check(host: Host, argument: unknown): Promise<CheckEvent | undefined> {
  requireTrust();
  const file = await pickTrainingFile(host, argument, "Which file is to be checked?");
  if (!file) return undefined;
  const document = await vscode.workspace.openTextDocument(file);
  let result: CheckEvent | undefined;
  const text = document.getText();
  const compute = computeSettings(parseTrainingFile(text, { file: file.fsPath }).config);
  const findings: Finding[] = [];
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: "Descent: overfitting a batch", cancellable: true }, (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return runJob(
        { job: "check", source: { file: file.fsPath, text, overrides: {} }, storage: host.storage, only: ["overfit-batch"], ...compute },
        {
          runtimePath: host.runtimePath,
          signal: controller.signal,
          onCheck: (event) => { result = event; },
          onFinding: (finding) => findings.push(finding),
          onProgress: (text) => progress.report({ message: text }),
          onLog: (level, text) => logLine(host.log, level, "check", text),
        },
      );
    });
  } catch (thrown) {
    const error = toDescentError(thrown).at({ file: file.fsPath });
    if (error.code !== "cancelled") host.diagnostics.showRefusal(file, error);
    throw error;
  }
  // the rules' findings are shown already
  host.diagnostics.showCheck(file, findings.filter(({ rule }) => rule === result?.id));
  if (result) report(host, result);
  return result;
}

function report(host: Host, { id, status, message, figures }: CheckEvent): void {
  host.log.info(`[check] ${id} ${status}: ${message} ${JSON.stringify(figures)}`);
  if (status === "failed") void vscode.window.showWarningMessage(message, "Show Log").then((answer) => answer && host.log.show());
  else void vscode.window.showInformationMessage(message);
}
