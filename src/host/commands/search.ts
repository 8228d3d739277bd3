import path from "node:path";
import * as vscode from "vscode";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { toDescentError } from "../../common/errors.js";
import { searchFiles, readSearchManifest } from "../../trials/search/searchFolder.js";
import type { Host } from "../host.js";
import { since } from "../runs/describe.js";
import { computeSettings, runsFolderOf } from "../settings.js";
import { askWhere } from "./askWhere.js";
import { pickTrainingFile } from "./pickTrainingFile.js";

/** Search: many runs of a training file as its editor shows it, by its `search:` section. Gives the search's folder. */
export async function search(host: Host, argument: unknown): Promise<string | undefined> {
  const file = await pickTrainingFile(host, argument, "Which file is to be searched?");
  if (!file) return undefined;
  const document = await vscode.workspace.openTextDocument(file);
  const text = document.getText();
  const parsed = parseTrainingFile(text, { file: file.fsPath });
  if (parsed.config !== null && parsed.search === null) return offerSection(document);
  const executor = await askWhere(parsed);
  if (executor === undefined) return undefined;
  host.diagnostics.clearRun(file);
  try {
    return await host.searches.start({ source: { file: file.fsPath, text, overrides: {} }, runsFolder: runsFolderOf(file), executor }, file, computeSettings(parsed.config).device);
  } catch (thrown) {
    const error = toDescentError(thrown).at({ file: file.fsPath });
    host.diagnostics.showRefusal(file, error);
    throw error;
  }
}

/** A file without a search is offered one to begin with, at its end. */
async function offerSection(document: vscode.TextDocument): Promise<undefined> {
  const add = "Add a Search Section";
  if ((await vscode.window.showInformationMessage(`${path.basename(document.uri.fsPath)} does not say what to search.`, add)) !== add) return undefined;
  const optimizer = parseTrainingFile(document.getText(), { file: document.uri.fsPath }).config?.optimizer.kind ?? "adam";
  const editor = await vscode.window.showTextDocument(document);
  const end = document.lineAt(document.lineCount - 1).range.end;
  const lead = end.character === 0 ? "" : "\n";
  await editor.edit((edit) => edit.insert(end, `${lead}search:\n  trials: 20\n  space:\n    optimizer.${optimizer}.lr: { log_uniform: [1e-5, 1e-1] }\n    training.batch_size: [16, 32, 64]\n`));
  const last = editor.document.lineCount - 1;
  editor.revealRange(new vscode.Range(last, 0, last, 0));
  return undefined;
}

/** Show a Search: the panel of a search of this workspace, newest first. */
export async function openSearch(host: Host, argument: unknown): Promise<void> {
  if (typeof argument === "object" && argument !== null && "searchFolder" in argument) {
    host.searches.open(String(argument.searchFolder));
    return;
  }
  const found = await vscode.workspace.findFiles(`**/${searchFiles.manifest}`, "**/node_modules/**");
  const manifests = await Promise.all(found.map(async (uri) => ({ folder: path.dirname(uri.fsPath), manifest: await readSearchManifest(path.dirname(uri.fsPath)).catch(() => null) })));
  const items = manifests
    .flatMap(({ folder, manifest }) => (manifest === null ? [] : [{ label: manifest.name, description: `${manifest.state} · ${manifest.trials} trials · ${manifest.metric} · ${since(manifest.created, Date.now())}`, folder, created: manifest.created }]))
    .sort((a, b) => (a.created < b.created ? 1 : -1));
  if (items.length === 0) {
    void vscode.window.showInformationMessage("This workspace has no search yet. Open a training file with a search: section and choose Search.");
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, { title: "Which search?", placeHolder: "Which search?" });
  if (chosen) host.searches.open(chosen.folder);
}
