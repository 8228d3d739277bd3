import * as vscode from "vscode";
import { DescentError, toDescentError } from "../../common/errors.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { runName } from "../../runs/runFolder.js";
import { startTraining, type TrainJob } from "../../runtime/client/startTraining.js";
import type { Host } from "../host.js";
import { logLine } from "../log.js";
import { computeSettings, rulesFor, runsFolderOf } from "../settings.js";
import type { Run } from "./run.js";

export interface RunRequest {
  readonly file: vscode.Uri;
  /** The text to train, which may be newer than the disk. */
  readonly text: string;
  /** A run to go on with, by its folder; null for a new one. */
  readonly resume: string | null;
  /** Values of the file to go on with in place of its own, by path. */
  readonly overrides?: Readonly<Record<string, string | number>>;
}

/** Nothing is computed in a workspace that its user does not trust. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new DescentError("workspace-untrusted", "This workspace is not trusted: nothing is trained here. Trust it first (Workspaces: Manage Workspace Trust).");
}

/**
 * Starts a run and shows its panel. The process that trains is not this one's: it goes on when the window closes. A file that is refused
 * gets the reason at its place, and the error is thrown on.
 */
export async function startRun(host: Host, request: RunRequest): Promise<Run> {
  requireTrust();
  const { file, resume } = request;
  const name = runName(file.fsPath);
  host.diagnostics.clearRun(file);
  const { panel, isNew } = resume ? { panel: host.panels.of(resume), isNew: false } : host.panels.prepare(file.fsPath, host.store.runs);
  try {
    const run = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: `Descent: ${name}` }, async (progress) => {
      progress.report({ message: "preparing" });
      const handle = await startTraining(trainJob(host, request), {
        runtimePath: host.runtimePath,
        storage: host.storage,
        spare: host.spare.take(),
        panel: false, // the panel is a client of its own
        onLog: (level, text) => logLine(host.log, level, name, text),
        onProgress: (text) => progress.report({ message: text }),
      });
      return host.store.adopt(handle);
    });
    host.log.info(`[${run.manifest.id}] started in ${run.folder}`);
    if (panel) panel.show(run.folder, run.manifest.name);
    else host.panels.open(run);
    return run;
  } catch (thrown) {
    if (isNew) panel?.close();
    const error = toDescentError(thrown).at({ file: file.fsPath });
    host.diagnostics.showRefusal(file, error);
    throw error;
  }
}

function trainJob(host: Host, { file, text, resume, overrides = {} }: RunRequest): TrainJob {
  const { config } = parseTrainingFile(text, { file: file.fsPath });
  return {
    job: "train",
    source: { file: file.fsPath, text, overrides: { ...overrides } },
    runsFolder: runsFolderOf(file),
    storage: host.storage,
    ...computeSettings(config),
    seed: null,
    resume,
    owner: "host",
    rules: rulesFor(file),
  };
}
