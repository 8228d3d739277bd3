import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Manifest } from "../../protocol/manifest.js";
import { readScalars } from "../../runs/events/readScalars.js";
import { readManifestRepaired, saysLive } from "../../runs/liveness.js";
import { runFiles } from "../../runs/runFolder.js";

/** What a trial's folder says after its controller is gone. */
export interface RecoveredTrial {
  readonly manifest: Manifest | null;
  /** Whether it came to an end of its own; otherwise it is to go on. */
  readonly ended: boolean;
  /** Evaluations behind the last one that the journal has, steps rising. */
  readonly evaluations: readonly { readonly step: number; readonly epoch: number; readonly value: number }[];
}

/** Milliseconds that a run whose controller is gone is given to write its checkpoint. */
const longestGoodbye = 60_000;

/** Reads what became of a trial. Its process, if it lives, is on its way out: it is waited for. */
export async function recoverTrial(folder: string, metric: string, after: number): Promise<RecoveredTrial> {
  if (!fs.existsSync(path.join(folder, runFiles.manifest))) return { manifest: null, ended: false, evaluations: [] };
  const until = Date.now() + longestGoodbye;
  let { manifest } = await readManifestRepaired(folder);
  while (saysLive(manifest) && Date.now() < until) {
    await wait(100);
    ({ manifest } = await readManifestRepaired(folder));
  }
  const series = (await readScalars(folder)).series.get(metric);
  const perEpoch = manifest.stepsPerEpoch ?? 1;
  const evaluations: { step: number; epoch: number; value: number }[] = [];
  // points of train/ are steps; what counts are those with an evaluation
  if (series !== undefined && metric.startsWith("validation/")) {
    for (let i = 0; i < series.steps.length; i++) if (series.steps[i] > after) evaluations.push({ step: series.steps[i], epoch: series.steps[i] / perEpoch, value: series.values[i] });
  }
  const ended = manifest.state === "finished" || manifest.state === "finished early" || (manifest.state === "failed" && manifest.error?.code === "non-finite-loss");
  return { manifest, ended, evaluations };
}
