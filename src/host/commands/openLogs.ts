/** Logs of others, shown as runs: Open TensorBoard Logs, Close Logs. */
import path from "node:path";
import * as vscode from "vscode";
import { DescentError } from "../../common/errors.js";
import { formatCount } from "../../common/format.js";
import type { LogThread } from "../../logs/logThread.js";
import type { Host } from "../host.js";
import { isLogged } from "../runs/actions.js";
import { summaryOf } from "../runs/describe.js";
import { pickRun } from "./pickRun.js";

/** Milliseconds that the question which run is meant waits for the rest of the log. */
const moment = 1000;

/** Opens a folder of event files, CSV logs or a trainer_state.json; several runs in it are offered to choose from. */
export async function openLogs(host: Host, argument: unknown): Promise<void> {
  const folder = argument instanceof vscode.Uri ? argument : await pickFolder();
  if (!folder) return;
  const thread = host.logs.open(folder.fsPath);
  const listing = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: `Descent: ${path.basename(folder.fsPath)}` }, async (progress) => {
    progress.report({ message: "looking for logs" });
    const first = await thread.opened();
    // a log that is read in a moment is listed whole; what has no curve by then may have one later
    const settled = await Promise.race([thread.whole(), new Promise<null>((resolve) => setTimeout(resolve, moment, null))]);
    return settled ?? (first.runs.some(({ tags }) => tags > 0) ? first : thread.whole());
  });
  const runs = host.logs.runsOf(thread);
  if (runs.length === 0) {
    await host.logs.close(folder.fsPath);
    const why = listing.troubles.map(({ message }) => message).join(" ");
    throw new DescentError("log-empty", `No logs in ${folder.fsPath}: it has no event files of TensorBoard, no CSV log of Keras or Lightning and no trainer_state.json with values. ${why}`.trim(), { file: folder.fsPath });
  }
  showProgress(thread);
  if (runs.length === 1) return void host.panels.open(runs[0]);
  const now = Date.now();
  const items = runs.map((run) => ({ label: run.manifest.name, description: summaryOf(run, now), run }));
  const title = `${formatCount(runs.length)} runs in ${path.basename(folder.fsPath)}: which is to be opened?`;
  const answer = await vscode.window.showQuickPick(items, { title, placeHolder: "All of them are in the Runs view", matchOnDescription: true });
  if (answer) host.panels.open(answer.run);
}

/** Closes the log that a run belongs to; its files stay as they are. */
export async function closeLogs(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: isLogged, question: "Which run's logs are to be closed?", none: "No logs are open." });
  const log = run && host.logs.logOf(run.folder);
  if (!log) return;
  for (const one of host.store.runs) if (isLogged(one) && host.logs.logOf(one.folder) === log) host.panels.of(one.folder)?.close();
  await host.logs.close(log);
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false, canSelectFolders: true, canSelectMany: false, title: "Folder with Logs", openLabel: "Open Logs", defaultUri: vscode.workspace.workspaceFolders?.[0].uri,
  });
  return picked?.[0];
}

/** Says in the status bar how far a large log has been read, until it is whole. */
function showProgress(thread: LogThread): void {
  if (thread.listing?.progress.done) return;
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: "Descent: reading logs" }, async (progress) => {
    const stop = thread.onNews(() => {
      const { read, total } = thread.listing!.progress;
      progress.report({ message: `${Math.floor((100 * read) / Math.max(1, total))} % of ${formatCount(total / 1e6)} MB` });
    });
    await thread.whole().catch(() => undefined);
    stop();
  });
}
