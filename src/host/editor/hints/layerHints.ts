import * as vscode from "vscode";
import { settings } from "../../../contributions.js";
import { parseTrainingFile } from "../../../config/parseTrainingFile.js";
import { hintsFor } from "../../settings.js";
import type { LintDiagnostics } from "../lintDiagnostics.js";
import { toPosition } from "../positions.js";
import { currentOutline, hintsOf } from "./hintsOf.js";

/** Output shape, parameters and operations behind each layer, once the data have been read: nothing of it is on the way of a key being typed. */
export class LayerHints implements vscode.InlayHintsProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeInlayHints = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly diagnostics: LintDiagnostics) {
    this.subscriptions = [
      this.changed,
      diagnostics.onDidOutline(() => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settings.hintShape.key.split(".").slice(0, -1).join("."))) this.changed.fire();
      }),
    ];
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    const known = this.diagnostics.outlineOf(document.uri);
    const parts = hintsFor(document.uri);
    if (known === null || !(parts.outputShape || parts.parameters || parts.operations)) return [];
    const parsed = parseTrainingFile(document.getText(), { file: document.uri.fsPath });
    const outline = currentOutline(parsed, known);
    if (outline === null) return [];
    return hintsOf(parsed, outline, parts).flatMap(({ position: { line, column }, label, tooltip }) => {
      const position = new vscode.Position(line - 1, column - 1);
      // an outline of data read a moment ago may speak of lines that are gone
      if (!range.contains(position) || toPosition(position).line > document.lineCount) return [];
      const hint = new vscode.InlayHint(position, label);
      hint.paddingLeft = true;
      hint.tooltip = new vscode.MarkdownString(tooltip);
      return [hint];
    });
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }
}
