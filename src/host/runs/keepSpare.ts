import * as vscode from "vscode";
import { isTrainingFile } from "../../contributions.js";
import type { SpareRuntime } from "../../runtime/client/spareRuntime.js";

/** After a training file came to the front; opening and checking it goes first. */
const delay = 1500;

/** Has a process ready while a training file is in front, in workspaces where something may be trained. */
export function keepSpare(spare: SpareRuntime): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    clearTimeout(timer);
    const file = vscode.window.activeTextEditor?.document.uri;
    if (file && isTrainingFile(file.fsPath) && vscode.workspace.isTrusted) timer = setTimeout(() => spare.prepare(), delay);
  };
  look();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.workspace.onDidGrantWorkspaceTrust(look),
    { dispose: () => clearTimeout(timer) },
    spare,
  );
}
