import assert from "node:assert/strict";
import * as vscode from "vscode";

/** The first workspace folder: a copy of the examples. */
export function workspace(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "a folder is open");
  return folder.uri;
}

export function inWorkspace(name: string): vscode.Uri {
  return vscode.Uri.joinPath(workspace(), name);
}

/** Polls until `probe` gives something; fails with `what` after `limit` milliseconds. */
export async function until<T>(what: string, probe: () => T | undefined | null | false | Promise<T | undefined | null | false>, limit = 20_000): Promise<T> {
  for (const end = Date.now() + limit; ; ) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) assert.fail(`waited ${limit} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** Writes a file into the workspace and opens it. */
export async function openWith(name: string, text: string): Promise<vscode.TextDocument> {
  const uri = inWorkspace(name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Replaces a document's whole text, as typing would. */
export async function retype(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** The code of a diagnostic as text. */
export function codeOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === "object" ? code.value : code);
}

export function diagnosticsOf(uri: vscode.Uri, code: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => codeOf(diagnostic) === code);
}

/** Titles of all tabs. */
export function tabLabels(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
}
