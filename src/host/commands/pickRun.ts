import * as vscode from "vscode";
import type { Host } from "../host.js";
import { summaryOf } from "../runs/describe.js";
import type { Run } from "../runs/run.js";

interface RunQuestion {
  /** Whether a run can be meant. */
  readonly filter: (run: Run) => boolean;
  /** "Which run is to be stopped?" */
  readonly question: string;
  /** What to say when no run can be meant. */
  readonly none: string;
}

/** The run that a command is about: the one it was called on, that of the panel in front, the only one, or the one picked. */
export async function pickRun(host: Host, argument: unknown, { filter, question, none }: RunQuestion): Promise<Run | undefined> {
  const named = folderOf(argument);
  if (named !== undefined) {
    // a trial or a member is listed with its whole, until someone asks for it by itself
    if (host.store.get(named) === undefined) await host.store.loadPart(named);
    return host.store.get(named);
  }
  const inFront = host.panels.active?.runFolder;
  const shown = inFront ? host.store.get(inFront) : undefined;
  if (shown && filter(shown)) return shown;
  const candidates = host.store.runs.filter(filter);
  if (candidates.length === 0) void vscode.window.showInformationMessage(none);
  if (candidates.length < 2) return candidates[0];
  const now = Date.now();
  const items = candidates.map((run) => ({ label: run.manifest.name, description: summaryOf(run, now), detail: vscode.workspace.asRelativePath(run.folder), run }));
  return (await vscode.window.showQuickPick(items, { title: question, placeHolder: question, matchOnDescription: true, matchOnDetail: true }))?.run;
}

/** A tree's node, a panel's call and a test all say `{ runFolder }`. */
function folderOf(argument: unknown): string | undefined {
  const folder = (argument as { readonly runFolder?: unknown } | null | undefined)?.runFolder;
  return typeof folder === "string" ? folder : undefined;
}
