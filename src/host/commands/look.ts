/** Commands that look at runs, and the one that deletes them. */
import * as vscode from "vscode";
import { commands } from "../../contributions.js";
import type { Host } from "../host.js";
import { hasEnded } from "../runs/actions.js";
import type { Run } from "../runs/run.js";
import { pickRun } from "./pickRun.js";

const any = () => true;
const noRuns = "There is no run yet. Open a training file and choose Train.";

export async function openRun(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: any, question: "Which run is to be opened?", none: noRuns });
  if (run) host.panels.open(run);
}

export async function openRunFile(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: any, question: "Whose training file is to be opened?", none: noRuns });
  if (!run) return;
  const document = await vscode.workspace.openTextDocument(run.manifest.file);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
}

export async function revealRun(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: any, question: "Which run's folder is to be shown?", none: noRuns });
  if (!run) return;
  const uri = vscode.Uri.file(run.folder);
  const inWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(inWorkspace ? "revealInExplorer" : "revealFileInOS", uri);
}

export async function deleteRun(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: hasEnded, question: "Which run is to be deleted?", none: "No run has ended. A run that is training is stopped before it can be deleted." });
  if (!run) return;
  if (!hasEnded(run)) {
    const answer = await vscode.window.showInformationMessage(`${run.manifest.name} is still training. Stop it before deleting it.`, "Stop");
    if (answer === "Stop") await vscode.commands.executeCommand(commands.stop.id, { runFolder: run.folder });
    return;
  }
  // a remote machine has no trash
  const useTrash = vscode.env.remoteName === undefined;
  const verb = useTrash ? "Move to Trash" : "Delete";
  const detail = `${run.folder}\n${useTrash ? "It can be brought back from the trash." : "Its curves, findings and checkpoints cannot be brought back."}`;
  const answer = await vscode.window.showWarningMessage(`Delete the run ${run.manifest.id}?`, { modal: true, detail }, verb);
  if (answer === verb) await deleteFolder(host, run, useTrash);
}

async function deleteFolder(host: Host, run: Run, useTrash: boolean): Promise<void> {
  await vscode.workspace.fs.delete(vscode.Uri.file(run.folder), { recursive: true, useTrash });
  host.panels.of(run.folder)?.close();
  host.store.remove(run.folder);
}
