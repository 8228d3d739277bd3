import * as vscode from "vscode";
import { isTrainingFile } from "../../contributions.js";
import type { Host } from "../host.js";
import { requireTrust } from "../runs/startRun.js";
import { asTryRequest, triableFixes, tryRequest, type TryRequest } from "../try/tryRequest.js";

/** Try a Fix: trains the changed file beside the file as it is. `argument`: a `TryRequest`; else what is found in the file in front is offered. */
export async function tryFix(host: Host, argument: unknown): Promise<void> {
  requireTrust();
  const request = asTryRequest(argument) ?? (await pickFix(host));
  if (request) host.tries.open(request);
}

async function pickFix(host: Host): Promise<TryRequest | undefined> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || !isTrainingFile(uri.path)) {
    void vscode.window.showInformationMessage("Open a training file first: what is found in it can be tried.");
    return undefined;
  }
  const items = host.diagnostics.shownOn(uri).flatMap(({ finding }) => triableFixes(finding).map((fix) => {
    const request = tryRequest(uri.fsPath, finding, fix);
    return { label: fix.title, description: request.finding.title, detail: finding.message, request };
  }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage("Nothing is found in this file that has a fix to try.");
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: "Which fix is to be tried?", matchOnDescription: true, matchOnDetail: true }))?.request;
}
