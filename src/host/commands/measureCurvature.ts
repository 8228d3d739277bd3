import * as vscode from "vscode";
import { curvatureSentences, type CurvatureFigures } from "../../protocol/curvature.js";
import type { Host } from "../host.js";
import { hasCheckpoint, isLive } from "../runs/actions.js";
import { requireTrust } from "../runs/startRun.js";
import { pickRun } from "./pickRun.js";

/** Measure Curvature: opens the run's panel, which measures and shows it, and says the outcome in a sentence. */
export async function measureCurvature(host: Host, argument: unknown): Promise<CurvatureFigures | undefined> {
  requireTrust();
  const run = await pickRun(host, argument, { filter: (one) => hasCheckpoint(one) || isLive(one), question: "Of which run is the curvature to be measured?", none: "No run has a checkpoint to measure the curvature at yet." });
  if (!run) return undefined;
  const panel = host.panels.open(run);
  const figures = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Descent: Curvature of ${run.manifest.name}`, cancellable: true }, (progress, token) => {
    token.onCancellationRequested(() => panel.cancelCurvature());
    let shown = 0;
    return panel.measureCurvature((fraction) => {
      progress.report({ increment: 100 * (fraction - shown) });
      shown = fraction;
    });
  });
  if (figures) void vscode.window.showInformationMessage(`${run.manifest.name}, step ${figures.step}: ${curvatureSentences(figures).join(" ")}`);
  return figures ?? undefined;
}
