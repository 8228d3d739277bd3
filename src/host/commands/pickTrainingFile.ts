import * as vscode from "vscode";
import { commands, isTrainingFile, trainingFileGlob } from "../../contributions.js";
import type { Host } from "../host.js";

/** The training file that a command is about: the one it was called on, the one in front, that of the panel in front, or the one picked. */
export async function pickTrainingFile(host: Host, argument: unknown, question: string): Promise<vscode.Uri | undefined> {
  if (argument instanceof vscode.Uri && isTrainingFile(argument.path)) return argument;
  const inFront = vscode.window.activeTextEditor?.document.uri;
  if (inFront && isTrainingFile(inFront.path)) return inFront;
  const shown = host.panels.active?.runFolder;
  const run = shown ? host.store.get(shown) : undefined;
  if (run) return vscode.Uri.file(run.manifest.file);
  return ask(question);
}

async function ask(question: string): Promise<vscode.Uri | undefined> {
  // the copies within run folders are records, not files to train
  const found = await vscode.workspace.findFiles(trainingFileGlob, "**/{node_modules,runs}/**");
  if (found.length === 0) {
    const create = "New Training File";
    const answer = await vscode.window.showInformationMessage("This workspace holds no training file (NAME.train.yaml).", create);
    if (answer === create) await vscode.commands.executeCommand(commands.newTrainingFile.id);
    return undefined;
  }
  const items = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (await vscode.window.showQuickPick(items, { title: question, placeHolder: question }))?.uri;
}
