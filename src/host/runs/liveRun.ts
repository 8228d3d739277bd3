import * as vscode from "vscode";
import { fromJsonNumber } from "../../common/numbers.js";
import type { Finding } from "../../protocol/finding.js";
import type { Manifest, RunState } from "../../protocol/manifest.js";
import type { Progress, RuntimeMessage } from "../../protocol/runtime.js";
import { readFindings } from "../../runs/findingsFile.js";
import type { RunHandle } from "../../runtime/client/runHandle.js";
import { logLine, type Log } from "../log.js";

/** A run whose process is alive and to which this window is attached: how it stands, as plain values. Its owner is the run store. */
export class LiveRun {
  /** The last batch's loss. */
  loss: number | null = null;
  progress: Progress | null;
  state: RunState;
  /** Every finding's event so far, those from before this window attached included. */
  readonly findings: Finding[] = [];

  private readonly changed = new vscode.EventEmitter<"progress" | "state" | "finding">();
  readonly onDidChange = this.changed.event;

  private constructor(
    readonly handle: RunHandle,
    private readonly log: Log,
  ) {
    this.state = handle.attached.manifest.state;
    this.progress = handle.attached.progress;
  }

  /** Takes over a handle: its disposal too. */
  static async create(handle: RunHandle, log: Log): Promise<LiveRun> {
    const live = new LiveRun(handle, log);
    live.findings.push(...(await readFindings(handle.folder)));
    handle.onEvent((event) => live.receive(event));
    return live;
  }

  get folder(): string {
    return this.handle.folder;
  }

  /** The final manifest once the run has ended; null where this window went away first. */
  get ended(): Promise<Manifest | null> {
    return this.handle.closed;
  }

  dispose(): void {
    this.handle.dispose();
    this.changed.dispose();
  }

  private receive(event: RuntimeMessage): void {
    if (event.event === "state") {
      this.state = event.state;
      this.changed.fire("state");
    } else if (event.event === "progress") {
      const { event: _, ...progress } = event;
      this.progress = progress;
      this.changed.fire("progress");
    } else if (event.event === "series") {
      const last = event.series.find((series) => series.tag === "train/loss")?.values.at(-1);
      if (last !== undefined) this.loss = fromJsonNumber(last);
    } else if (event.event === "finding") {
      const { event: _, ...finding } = event;
      this.findings.push(finding);
      this.changed.fire("finding");
    } else if (event.event === "log") {
      logLine(this.log, event.level, this.handle.attached.manifest.id, event.text);
    }
  }
}
