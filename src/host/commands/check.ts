import * as vscode from "vscode";
import { checkIds, checkTexts, type CheckId } from "../../protocol/checks.js";
import type { CheckEvent } from "../../protocol/runEvents.js";
import { runChecks } from "../checks/runChecks.js";
import type { Host } from "../host.js";
import { requireTrust } from "../runs/startRun.js";
import { pickTrainingFile } from "./pickTrainingFile.js";

/** Instead of asking: a file and the experiments. */
interface Chosen {
  readonly uri: vscode.Uri;
  readonly only: readonly CheckId[];
}

/** Check: short experiments that show whether a model can learn at all; all of them, or the one that is picked. `argument`: a file, or `Chosen`. */
export async function check(host: Host, argument: unknown): Promise<readonly CheckEvent[] | undefined> {
  requireTrust();
  const chosen = isChosen(argument) ? argument : null;
  const file = await pickTrainingFile(host, chosen?.uri ?? argument, "Which file is to be checked?");
  if (!file) return undefined;
  const only = chosen?.only ?? (await pickChecks());
  if (!only) return undefined;
  const results: CheckEvent[] = [];
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: "Descent: checking", cancellable: true }, (progress, token) => {
    let done = 0;
    return runChecks(host, file, only, token, {
      onCheck: (event) => results.push(event),
      onProgress: (id, fraction) => {
        progress.report({ message: id in checkTexts ? checkTexts[id as CheckId].title : id, increment: fraction === null ? undefined : 100 * Math.max(0, fraction - done) });
        done = Math.max(done, fraction ?? 0);
      },
    });
  });
  report(host, results);
  return results;
}

function isChosen(argument: unknown): argument is Chosen {
  return typeof argument === "object" && argument !== null && "only" in argument;
}

/** All, or one; undefined where nothing is picked. */
async function pickChecks(): Promise<readonly CheckId[] | undefined> {
  const all = { label: "All Checks", detail: `${checkIds.length} experiments of some seconds each`, ids: [...checkIds] };
  const items = [all, ...checkIds.map((id) => ({ label: checkTexts[id].title, description: id, detail: checkTexts[id].detail, ids: [id] }))];
  return (await vscode.window.showQuickPick(items, { title: "Which experiment is to be run?", matchOnDescription: true, matchOnDetail: true }))?.ids;
}

function report(host: Host, results: readonly CheckEvent[]): void {
  const failures = results.filter(({ status }) => status === "failed");
  const message = results.length === 1 ? results[0].message : `${results.filter(({ status }) => status === "passed").length} of ${results.length} checks passed. ${failures.map(({ id, message: text }) => `${checkTexts[id as CheckId].title}: ${text}`).join(" ")}`.trim();
  if (failures.length > 0) void vscode.window.showWarningMessage(message, "Show Log").then((answer) => answer && host.log.show());
  else void vscode.window.showInformationMessage(message);
}
