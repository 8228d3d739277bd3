import * as vscode from "vscode";
import type { Fix } from "../../protocol/finding.js";
import { readTrainingFile } from "./language.js";
import { toRange } from "./positions.js";

/**
 * The text changes of fixes, made one after another, as one change of the document: comments and layout stay. Empty where nothing changes.
 * Throws where the file cannot be parsed or has no such place (any more).
 */
export function fixEdits(document: vscode.TextDocument, fixes: readonly Fix[]): vscode.TextEdit[] {
  const edits = fixes.flatMap((fix) => fix.edits);
  return readTrainingFile(document.getText(), document.uri.fsPath).edit(edits).map(({ range, newText }) => vscode.TextEdit.replace(toRange(range), newText));
}

/** Makes a fix in the training file's editor, where it can be looked at and undone. */
export async function applyFix(file: vscode.Uri, fix: Fix): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const edits = fixEdits(document, [fix]);
  if (edits.length === 0) {
    void vscode.window.showInformationMessage("The file has this change already.");
    return;
  }
  const shown = await vscode.window.showTextDocument(document, { viewColumn: columnOf(file), preserveFocus: false });
  const change = new vscode.WorkspaceEdit();
  change.set(file, edits);
  await vscode.workspace.applyEdit(change);
  shown.revealRange(edits[0].range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The column in which the file is open already, else the first: a panel stays where it is. */
export function columnOf(file: vscode.Uri): vscode.ViewColumn {
  for (const group of vscode.window.tabGroups.all) {
    if (group.tabs.some((tab) => tab.input instanceof vscode.TabInputText && String(tab.input.uri) === String(file))) return group.viewColumn;
  }
  return vscode.ViewColumn.One;
}
