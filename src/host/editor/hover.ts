import * as vscode from "vscode";
import { hover } from "../../config/editor/hover.js";
import { toPosition, toRange } from "./positions.js";

/** What the key, layer or word under the pointer means, from the engine's own tables. */
export class TrainingHover implements vscode.HoverProvider {
  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | null {
    const found = hover(document.getText(), toPosition(position), document.uri.fsPath);
    return found && new vscode.Hover(new vscode.MarkdownString(found.text), toRange(found.range));
  }
}
