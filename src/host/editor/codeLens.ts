import * as vscode from "vscode";
import { commands } from "../../contributions.js";

/** "Train" and "Check" above the first line of a training file, where they can be run. */
export class TrainingCodeLens implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly subscription = vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire());

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.isTrusted) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    return [
      new vscode.CodeLens(top, { title: "$(play) Train", command: commands.train.id, tooltip: "Train this file", arguments: [document.uri] }),
      new vscode.CodeLens(top, { title: "$(beaker) Check", command: commands.check.id, tooltip: "Overfit a single batch: a model that cannot do this cannot learn", arguments: [document.uri] }),
    ];
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}
