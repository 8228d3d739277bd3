import * as vscode from "vscode";
import type { TextRange } from "../../common/errors.js";
import type { Finding } from "../../protocol/finding.js";
import { columnOf } from "./applyFix.js";
import { readTrainingFile } from "./language.js";
import { toRange } from "./positions.js";

/** Shows the place of a finding in the training file as it is now. */
export async function revealFinding(finding: Finding, trainingFile: string): Promise<void> {
  await revealPath(vscode.Uri.file(finding.file ?? trainingFile), finding.path, finding.range);
}

/** Shows what a path names in a training file; `otherwise` where it is empty. */
export async function revealPath(uri: vscode.Uri, path: string, otherwise: TextRange | null = null): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const range = path === "" ? otherwise : readTrainingFile(document.getText(), uri.fsPath).locate(path);
  await vscode.window.showTextDocument(document, { viewColumn: columnOf(uri), selection: range ? toRange(range) : undefined });
}
