import * as vscode from "vscode";
import { hover } from "../../config/editor/hover.js";
import { describeLook } from "../../files/describeLook.js";
import type { DataLooks } from "./dataLooks.js";
import { toPosition, toRange } from "./positions.js";

const parts = new Map([["data.train", "train"], ["data.validation", "validation"], ["data.test", "test"]] as const);

/** What the key, layer or word under the pointer means, from the engine's own tables; at a data file, what the file holds. */
export class TrainingHover implements vscode.HoverProvider {
  constructor(private readonly looks: DataLooks) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | null> {
    const found = hover(document.getText(), toPosition(position), document.uri.fsPath);
    if (found === null) return null;
    const part = (parts as ReadonlyMap<string, "train" | "validation" | "test">).get(found.path);
    const data = part === undefined ? null : await this.looks.of(document, part);
    const text = data === null ? found.text : `${found.text}\n\n${describeLook(data.name, data.look)}`;
    return new vscode.Hover(new vscode.MarkdownString(text), toRange(found.range));
  }
}
