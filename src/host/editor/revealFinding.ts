import * as vscode from "vscode";
import type { Finding } from "../../protocol/finding.js";
import { columnOf } from "./applyFix.js";
import { readTrainingFile } from "./language.js";
import { toRange } from "./positions.js";

/** Shows the place of a finding in the training file as it is now. */
export async function revealFinding(finding: Finding, trainingFile: string): Promise<void> {
  const uri = vscode.Uri.file(finding.file ?? trainingFile);
  const document = await vscode.workspace.openTextDocument(uri);
  const range = finding.path === "" ? finding.range : readTrainingFile(document.getText(), uri.fsPath).locate(finding.path);
  await vscode.window.showTextDocument(document, { viewColumn: columnOf(uri), selection: range ? toRange(range) : undefined });
}
