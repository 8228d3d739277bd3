import { fork } from "node:child_process";
import path from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { DescentError, fromSerializedError } from "../../common/errors.js";
import type { ParsedFile } from "../../config/parseTrainingFile.js";
import type { GroupManifest } from "../../protocol/group.js";
import { createGroup } from "../../trials/group/createGroup.js";
import { planMembers } from "../../trials/group/planMembers.js";
import type { Host } from "../host.js";
import { rangeSchema } from "../../protocol/finding.js";
import { showError } from "../errors.js";
import { logLine } from "../log.js";
import { requireTrust } from "../runs/startRun.js";
import { computeSettings, runsFolderOf } from "../settings.js";

/** From the controller: no run can begin. */
const refusalSchema = z.object({ refused: z.object({ code: z.string(), message: z.string(), file: z.string().optional(), path: z.string().optional(), range: rangeSchema.optional() }) });

/** Whether a sound file asks for several runs. */
export function asksForGroup(parsed: ParsedFile): boolean {
  return parsed.group !== null && (parsed.group.repeat !== null || parsed.group.ensemble !== null);
}

/** Starts the runs of a repeat or an ensemble, here or on a cluster, and shows their panel. */
export function startGroup(host: Host, file: vscode.Uri, parsed: ParsedFile, executor: GroupManifest["executor"]): void {
  requireTrust();
  const { config, group } = parsed;
  const { device, threads } = computeSettings(config);
  const plan = planMembers(group!, config!)!;
  const overrides = { ...(device === null ? {} : { device }), ...(threads === null ? {} : { threads }) };
  const { folder } = createGroup({ runsFolder: runsFolderOf(file), source: { file: file.fsPath, text: parsed.text, overrides }, plan, executor });
  continueGroup(host, folder, file.fsPath);
  host.groups.open(folder);
}

/**
 * Goes on with a group: its controller is the command line's, in a process of its own. The window may close: as a run does, the group ends, each run
 * with a checkpoint, when no window has been there for half a minute; jobs of a cluster go on.
 */
export function continueGroup(host: Host, folder: string, file: string): void {
  requireTrust();
  const cli = path.join(path.dirname(host.runtimePath), "cli.js");
  const child = fork(cli, ["train", file, "--resume", folder, "--quiet", "--owned"], { detached: true, execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  host.groups.follow(folder);
  host.diagnostics.clearRun(vscode.Uri.file(file));
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-2000);
    logLine(host.log, "info", path.basename(folder), text.trimEnd());
  });
  let refusal: DescentError | null = null;
  child.on("message", (value) => {
    const checked = refusalSchema.safeParse(value);
    if (checked.success) refusal = fromSerializedError(checked.data.refused).at({ file });
  });
  child.once("exit", (code) => {
    if (code !== 2) return;
    const error = refusal ?? new DescentError("group-failed", errors.split("\n")[0] || "The runs could not be started.");
    host.diagnostics.showRefusal(vscode.Uri.file(file), error);
    void showError(host.log, "Starting the runs", error);
  });
  child.unref();
  child.channel?.unref();
}
