import * as vscode from "vscode";
import { contextKeys } from "../../contributions.js";
import { canPause, canResume, hasEnded, isLive } from "../runs/actions.js";
import type { RunStore } from "../runs/runStore.js";
import type { WholeStore } from "../runs/wholeStore.js";

/** Milliseconds in which changes are taken together: a workspace may have thousands of runs. */
const together = 20;

/** Keeps the context keys, by which commands know whether they can be run, in step with the runs. */
export function keepContextKeys(store: RunStore, wholes: WholeStore): vscode.Disposable {
  const known = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  };
  const update = () => {
    const { runs } = store;
    set(contextKeys.hasRuns, runs.length > 0 || wholes.wholes.length > 0);
    set(contextKeys.hasLiveRun, runs.some(isLive));
    set(contextKeys.hasRunningRun, runs.some(canPause));
    set(contextKeys.hasPausedRun, runs.some(canResume));
    set(contextKeys.hasEndedRun, runs.some(hasEnded));
  };
  update();
  let late: NodeJS.Timeout | null = null;
  const soon = () => {
    late ??= setTimeout(() => {
      late = null;
      update();
    }, together);
  };
  const subscriptions = [store.onDidChange(({ what }) => what === "progress" || what === "finding" || soon()), wholes.onDidChange(soon)];
  return new vscode.Disposable(() => {
    if (late) clearTimeout(late);
    for (const one of subscriptions) one.dispose();
  });
}
