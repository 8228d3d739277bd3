import * as vscode from "vscode";
import { commands } from "../../contributions.js";
import { isDeviceFailure } from "../../protocol/deviceFailure.js";
import type { RunPanels } from "../panels/runPanels.js";
import { bestOf } from "./describe.js";
import type { Run } from "./run.js";
import type { RunStore } from "./runStore.js";

/** Says how a run ended: a failure always, anything else only where its panel is not in sight. */
export function announceEnds(store: RunStore, panels: RunPanels): vscode.Disposable {
  return store.onDidChange(({ run, what }) => {
    if (what !== "ended" || !run) return;
    const seen = panels.of(run.folder)?.isVisible ?? false;
    if (run.manifest.state === "failed") void announceFailure(run, seen);
    else if (!seen) void announceResult(run);
  });
}

async function announceFailure(run: Run, seen: boolean): Promise<void> {
  const { name, error } = run.manifest;
  const open = seen ? [] : ["Open Run"];
  // of a device that failed: with what the run can go on
  const ways = error && isDeviceFailure(error.code) ? (run.live?.findings.findLast(({ rule }) => rule === error.code)?.fixes ?? []) : [];
  const answer = await vscode.window.showErrorMessage(`${name} failed. ${error?.message ?? ""}`, ...open, ...ways.map(({ title }) => title.split(":")[0]), "Resume");
  if (answer === "Open Run") await vscode.commands.executeCommand(commands.openRun.id, { runFolder: run.folder });
  const way = ways.find(({ title }) => title.split(":")[0] === answer);
  if (way) {
    const overrides = Object.fromEntries(way.edits.flatMap((edit) => ("value" in edit ? [[edit.path, edit.value]] : [])));
    await vscode.commands.executeCommand(commands.continueRun.id, { runFolder: run.folder, overrides });
  }
  if (answer === "Resume") await vscode.commands.executeCommand(commands.continueRun.id, { runFolder: run.folder });
}

async function announceResult(run: Run): Promise<void> {
  const { name, state } = run.manifest;
  const best = bestOf(run);
  const answer = await vscode.window.showInformationMessage(`${name} ${state}${best ? `: best ${best}` : ""}.`, "Open Run");
  if (answer) await vscode.commands.executeCommand(commands.openRun.id, { runFolder: run.folder });
}
