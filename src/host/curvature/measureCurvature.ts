/** The curvature of a run's loss, measured in a process of its own at the run's newest checkpoint. */
import * as vscode from "vscode";
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { curvatureSchema, type CurvatureFigures } from "../../protocol/curvature.js";
import type { RunHandle } from "../../runtime/client/runHandle.js";
import { runJob } from "../../runtime/client/runJob.js";
import type { Services } from "../host.js";
import { logLine } from "../log.js";
import { rulesFor } from "../settings.js";

/** Examples that are looked at, and Hessian-vector products of each of the two measurements, at most: seconds, for models that a processor trains. */
const [examples, products] = [1024, 60];
/** Milliseconds that a live run may take to write the checkpoint: chunks are short, but evaluations may not be. */
const patience = 60_000;

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/**
 * Measures. A live run writes a checkpoint first, goes on training meanwhile, and hears the figures, so that its rules may speak; of one that has ended the finding
 * is in its folder. Rejects with `cancelled`, and with what the job is refused for.
 */
export async function measureCurvature(services: Services, { folder, file }: { readonly folder: string; readonly file: string }, live: RunHandle | null, { signal, onProgress }: MeasureOptions): Promise<CurvatureFigures> {
  if (!vscode.workspace.isTrusted) throw new DescentError("workspace-untrusted", "The curvature is measured in trusted workspaces only.");
  onProgress(0);
  if (live !== null) await freshCheckpoint(live, signal);
  const value = await runJob({ job: "curvature", source: folder, storage: services.storage, examples, products, rules: rulesFor(vscode.Uri.file(file)) }, {
    runtimePath: services.runtimePath, storage: services.storage, signal,
    onProgress: (_, fraction) => onProgress(fraction ?? 0),
    onLog: (level, text) => logLine(services.log, level, "curvature", text),
  });
  const { curvature } = z.object({ curvature: curvatureSchema }).parse(value);
  live?.tellCurvature(curvature);
  return curvature;
}

/** Settles when the run has written a checkpoint of now, or has ended, which leaves one too. */
function freshCheckpoint(live: RunHandle, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelled = () => done(() => reject(new DescentError("cancelled", "Cancelled.")));
    const late = setTimeout(() => done(() => reject(new DescentError("checkpoint-late", "The run wrote no checkpoint within a minute: the curvature is measured at one."))), patience);
    const listener = live.onEvent((event) => {
      if (event.event === "checkpoint" || event.event === "end") done(resolve);
    });
    const done = (settle: () => void) => {
      clearTimeout(late);
      listener.dispose();
      signal.removeEventListener("abort", cancelled);
      settle();
    };
    signal.addEventListener("abort", cancelled, { once: true });
    void live.closed.then(() => done(resolve));
    live.checkpoint();
  });
}
