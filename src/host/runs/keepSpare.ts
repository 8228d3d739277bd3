import * as vscode from "vscode";
import { isTrainingFile } from "../../contributions.js";
import type { SpareRuntime } from "../../runtime/client/spareRuntime.js";
import type { RunStore } from "./runStore.js";

/** Milliseconds after a training file came to the front; opening and checking it goes first. */
const delay = 700;

/** Has a process ready while a training file can be seen, in workspaces where something may be trained: the next run takes it, and where that has ended there is one again. */
export function keepSpare(spare: SpareRuntime, store: RunStore): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    clearTimeout(timer);
    const seen = vscode.window.visibleTextEditors.some(({ document }) => isTrainingFile(document.uri.fsPath));
    if (seen && vscode.workspace.isTrusted) timer = setTimeout(() => spare.prepare(), delay);
  };
  look();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    store.onDidChange(({ what }) => {
      if (what === "ended") look();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(look),
    { dispose: () => clearTimeout(timer) },
    spare,
  );
}
