/** Charts as files: asked where, written, and said. */
import path from "node:path";
import * as vscode from "vscode";
import type { PanelMessage } from "../../protocol/panel.js";

const kindNames = { png: "PNG picture", svg: "SVG picture", csv: "CSV table" } as const;

/** Saves what the panel has drawn; nothing where the user thinks better of it. */
export async function savePicture(folder: vscode.Uri | undefined, { name, kind, data }: Extract<PanelMessage, { message: "save-picture" }>): Promise<void> {
  const target = await askWhere(folder, name, kind);
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, typeof data === "string" ? new TextEncoder().encode(data) : data);
  await saySaved(target);
}

/** Saves points as CSV; `write` writes them to an absolute path. */
export async function saveCsv(folder: vscode.Uri | undefined, name: string, write: (file: string) => Promise<void>): Promise<void> {
  const target = await askWhere(folder, name, "csv");
  if (!target) return;
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Writing ${path.basename(target.fsPath)}` }, () => write(target.fsPath));
  await saySaved(target);
}

async function askWhere(folder: vscode.Uri | undefined, name: string, kind: keyof typeof kindNames): Promise<vscode.Uri | undefined> {
  const file = `${name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, "-").trim() || "chart"}.${kind}`;
  return vscode.window.showSaveDialog({ defaultUri: folder && vscode.Uri.joinPath(folder, file), filters: { [kindNames[kind]]: [kind] }, title: "Save the chart" });
}

async function saySaved(target: vscode.Uri): Promise<void> {
  const answer = await vscode.window.showInformationMessage(`Saved ${path.basename(target.fsPath)}.`, "Open");
  if (answer === "Open") await vscode.commands.executeCommand("vscode.open", target);
}
