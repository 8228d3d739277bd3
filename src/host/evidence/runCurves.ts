import type { RunStore } from "../runs/runStore.js";
import { stateOf, type Run } from "../runs/run.js";
import { readScalars, type RunScalars } from "../../runs/events/readScalars.js";

/** Milliseconds for which the curves of a live run are not read again. */
const fresh = 2000;

/** The curves of the newest run of a file, as its folder has them; what was read of one run is kept. */
export class RunCurves {
  private kept: { readonly folder: string; readonly updated: string; readonly at: number; readonly scalars: Promise<RunScalars["series"]> } | null = null;

  constructor(private readonly store: RunStore) {}

  /** The newest run of a training file; null where it has none. */
  newest(file: string): Run | null {
    return this.store.runs.find((run) => run.manifest.file === file) ?? null;
  }

  /** By tag. Throws what the file system throws. */
  of(run: Run): Promise<RunScalars["series"]> {
    const isLive = run.live !== null && stateOf(run) !== "finished";
    const { folder, manifest: { updated } } = run;
    const { kept } = this;
    if (kept !== null && kept.folder === folder && (isLive ? performance.now() - kept.at < fresh : kept.updated === updated)) return kept.scalars;
    const scalars = readScalars(folder).then(({ series }) => series);
    this.kept = { folder, updated: isLive ? "" : updated, at: performance.now(), scalars };
    return scalars;
  }
}
