import path from "node:path";
import * as vscode from "vscode";
import { commands } from "../../contributions.js";
import { originalOf } from "../../runs/storedCopy.js";

/** The line of the key `search:`, from 0; null where the file has none. */
function lineOfSearch(document: vscode.TextDocument): number | null {
  const lines = document.getText().split("\n");
  const line = lines.findIndex((text) => /^(search|\s*"search")\s*:/.test(text));
  return line < 0 ? null : line;
}

/** What a run's stored copy is a copy of, with a way there: its paths are those of the original's folder. */
function copyLens({ uri }: vscode.TextDocument, place: vscode.Range): vscode.CodeLens[] {
  const original = uri.scheme === "file" ? originalOf(uri.fsPath) : null;
  if (original === null) return [];
  const title = `$(history) Copy of ${path.basename(original)}, as ${path.basename(path.dirname(uri.fsPath))} had it: its paths start in the original's folder`;
  return [new vscode.CodeLens(place, { title, command: "vscode.open", tooltip: `Open ${original}`, arguments: [vscode.Uri.file(original)] })];
}

/** "Train" and "Check" above the first line of a training file, "Search" above its search, where they can be run. */
export class TrainingCodeLens implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly subscription = vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire());

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.isTrusted) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const searched = lineOfSearch(document);
    const search = searched === null ? [] : [new vscode.CodeLens(new vscode.Range(searched, 0, searched, 0), { title: "$(telescope) Search", command: commands.search.id, tooltip: "Train this file with other values of these settings", arguments: [document.uri] })];
    return [
      new vscode.CodeLens(top, { title: "$(play) Train", command: commands.train.id, tooltip: "Train this file", arguments: [document.uri] }),
      new vscode.CodeLens(top, { title: "$(beaker) Check", command: commands.check.id, tooltip: "Overfit a single batch: a model that cannot do this cannot learn", arguments: [document.uri] }),
      ...copyLens(document, top),
      ...search,
    ];
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}
