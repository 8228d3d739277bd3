/** What is looked at in a run's weights: the loss around them, filters, activations. Computed by processes of its own; the run is not held up. */
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { DescentError, toDescentError } from "../../common/errors.js";
import type { InspectionRequest } from "../../protocol/inspection.js";
import type { HostMessage } from "../../protocol/panel.js";
import type { LossSurface, SurfaceWish } from "../../protocol/surface.js";
import { listStates } from "../../runs/checkpoints.js";
import { readSurfaces } from "../../runs/surfacesFile.js";
import type { RuntimeOptions } from "../../runtime/client/forkRuntime.js";
import type { RunHandle } from "../../runtime/client/runHandle.js";
import { RunInspector } from "../../runtime/client/runInspector.js";
import { runJob } from "../../runtime/client/runJob.js";
import { type Log, logError } from "../log.js";

/** Milliseconds that a live run may take to write its first checkpoint, and between two looks for it. */
const longestCheckpoint = 30_000;
const lookEvery = 100;

export interface InsightOptions {
  readonly log: Log;
  readonly runtime: RuntimeOptions;
  /** The run's process, where it lives. */
  readonly live: () => RunHandle | null;
  readonly post: (message: HostMessage) => void;
}

export class RunInsight {
  private readonly inspector: RunInspector;
  private computing: AbortController | null = null;

  constructor(
    private readonly folder: string,
    private readonly options: InsightOptions,
  ) {
    this.inspector = new RunInspector(folder, { ...options.runtime, live: () => options.live() !== null });
  }

  async sendSurfaces(): Promise<void> {
    this.options.post({ message: "surfaces", surfaces: await readSurfaces(this.folder) });
  }

  /** Computes a surface, shown while it becomes finer; what was computed before is given up. */
  async surface(wish: SurfaceWish): Promise<void> {
    this.computing?.abort();
    const { signal } = (this.computing = new AbortController());
    const { post, log, runtime, live } = this.options;
    const show = (surface: LossSurface, done: boolean): void => {
      if (!signal.aborted) post({ message: "surface", surface, done });
    };
    try {
      requireTrust();
      await this.firstCheckpoint(signal);
      const job = { job: "surface", run: this.folder, live: live() !== null, wish } as const;
      await runJob(job, {
        ...runtime, signal,
        onSurface: (surface) => show(surface, surface.x.length >= wish.points),
        onProgress: (text, fraction) => signal.aborted || post({ message: "surface-progress", text, fraction }),
      });
    } catch (thrown) {
      const { code, message } = toDescentError(thrown);
      if (code !== "cancelled") logError(log, "Loss surface", thrown);
      // a newer wish has taken its place
      if (this.computing.signal === signal) post({ message: "surface-failed", code, text: message });
    }
  }

  cancelSurface(): void {
    this.computing?.abort();
  }

  async inspect(id: number, request: InspectionRequest): Promise<void> {
    try {
      requireTrust();
      await this.firstCheckpoint(null);
      this.options.post({ message: "inspected", id, result: await this.inspector.ask(request) });
    } catch (thrown) {
      const { code, message } = toDescentError(thrown);
      this.options.post({ message: "inspected", id, result: { ok: false, error: { code, message } } });
    }
  }

  dispose(): void {
    this.computing?.abort();
    this.inspector.dispose();
  }

  /** Asks a live run that has none yet for a checkpoint, and waits for it. */
  private async firstCheckpoint(signal: AbortSignal | null): Promise<void> {
    const live = this.options.live();
    if (live === null || listStates(this.folder).length > 0) return;
    live.checkpoint();
    const until = Date.now() + longestCheckpoint;
    while (listStates(this.folder).length === 0 && Date.now() < until) {
      if (signal?.aborted) throw new DescentError("cancelled", "Cancelled.");
      await sleep(lookEvery);
    }
  }
}

/** Throws `workspace-untrusted`. */
function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new DescentError("workspace-untrusted", "What needs a run's weights is computed in trusted workspaces only.");
}
