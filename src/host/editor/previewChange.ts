import * as vscode from "vscode";
import type { Edit } from "../../protocol/finding.js";
import { readTrainingFile } from "./language.js";
import { applyFix, columnOf, fixEdits } from "./applyFix.js";

const scheme = "descent-change";

/**
 * Shows values for a training file beside the file as it is, and makes the change where the user says so: in the file's editor, undone as any other.
 * `title`: "Settings of trial 7". Throws what a file does that cannot be parsed.
 */
export async function previewChange(file: vscode.Uri, title: string, edits: readonly Edit[]): Promise<void> {
  const fix = { title, safe: true, edits: [...edits] };
  const document = await vscode.workspace.openTextDocument(file);
  if (fixEdits(document, [fix]).length === 0) {
    void vscode.window.showInformationMessage("The file has these values already.");
    return;
  }
  const changed = file.with({ scheme, query: "changed" });
  const text = changedText(document, fix);
  const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: () => text });
  try {
    const name = vscode.workspace.asRelativePath(file, false);
    await vscode.commands.executeCommand("vscode.diff", file, changed, `${name}: ${title}`, { viewColumn: columnOf(file), preview: true });
    const use = "Use These Settings";
    const answer = await vscode.window.showInformationMessage(`${title} in ${name}?`, use, "Leave as It Is");
    await closeDiff(changed);
    if (answer === use) await applyFix(file, fix);
  } finally {
    registration.dispose();
  }
}

function changedText(document: vscode.TextDocument, { edits }: { readonly edits: readonly Edit[] }): string {
  let text = document.getText();
  const changes = readTrainingFile(text, document.uri.fsPath).edit(edits);
  for (const { range, newText } of changes.toSorted((a, b) => b.range.start.line - a.range.start.line || b.range.start.column - a.range.start.column)) {
    const [from, to] = [range.start, range.end].map(({ line, column }) => document.offsetAt(new vscode.Position(line - 1, column - 1)));
    text = text.slice(0, from) + newText + text.slice(to);
  }
  return text;
}

async function closeDiff(changed: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => input instanceof vscode.TabInputTextDiff && String(input.modified) === String(changed));
  await vscode.window.tabGroups.close(tabs);
}
