import * as vscode from "vscode";
import { complete, takesColumns, type CompletionEntry } from "../../config/editor/complete.js";
import { namesOf } from "../../files/describeLook.js";
import type { DataLooks } from "./dataLooks.js";
import { rules } from "../../rules/registry.js";
import { toPosition, toRange } from "./positions.js";

const kinds: Record<CompletionEntry["kind"], vscode.CompletionItemKind> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  entry: vscode.CompletionItemKind.Class,
};

/** Keys, layers, optimizers and words where they may stand, from the engine's own tables. YAML only: JSON has no place for half a word. */
export class TrainingCompletion implements vscode.CompletionItemProvider {
  static readonly triggers = [" ", ":", "-", "{", ","];

  constructor(private readonly looks: DataLooks) {}

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
    if (document.uri.path.endsWith(".json")) return [];
    const [text, at] = [document.getText(), toPosition(position)];
    const found = takesColumns(text, at) ? await this.looks.of(document) : null;
    return complete(text, at, { rules, columns: found === null ? [] : namesOf(found.look) }).map(toItem);
  }
}

function toItem({ label, kind, documentation, detail, insertText, range, sortText }: CompletionEntry): vscode.CompletionItem {
  const item = new vscode.CompletionItem(label, kinds[kind]);
  item.detail = detail;
  item.documentation = new vscode.MarkdownString(documentation);
  item.insertText = new vscode.SnippetString(insertText);
  item.range = toRange(range);
  item.sortText = sortText;
  return item;
}
