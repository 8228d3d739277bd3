import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { LogThread } from "../../logs/logThread.js";
import { runFiles } from "../../runs/runFolder.js";
import type { Run } from "../runs/run.js";
import type { RunStore } from "../runs/runStore.js";

/** A run of an open log: the thread that has it, and its folder within the log. */
export interface LogPlace {
  readonly thread: LogThread;
  readonly run: string;
}

/** The folders of others' logs that are open in this window. Their runs stand in the Runs view until they are closed. */
export class OpenLogs implements vscode.Disposable {
  private readonly threads = new Map<string, LogThread>();

  /**
   * @param script absolute path of the built `workers/logs.js`
   * @param storage the product's own folder
   */
  constructor(private readonly script: string, private readonly storage: string, private readonly store: RunStore) {}

  /** Opens a folder, or gives the one that is open; tells the store of its runs as they are found. */
  open(folder: string): LogThread {
    const key = path.resolve(folder);
    const known = this.threads.get(key);
    if (known && !known.hasFailed) return known;
    const thread = new LogThread(this.script, key, this.storage);
    this.threads.set(key, thread);
    thread.onNews(({ kind }) => {
      if (kind === "listing") this.store.setLogged(key, this.runsOf(thread));
    });
    return thread;
  }

  /** The runs of an open log that hold curves. */
  runsOf(thread: LogThread): Run[] {
    return (thread.listing?.runs ?? []).filter(({ tags }) => tags > 0).map(({ folder, manifest }) => ({ folder: path.join(thread.folder, folder), manifest, live: null }));
  }

  /** Where a run's folder is read: in an open log, or, where it is no run of ours, in one that is opened for it. Null for a run of ours. */
  placeOf(folder: string): LogPlace | null {
    const key = path.resolve(folder);
    for (const [log, thread] of this.threads) {
      const run = path.relative(log, key).split(path.sep).join("/");
      if (!run.startsWith("..") && !path.isAbsolute(run) && (run === "" || (thread.listing?.runs.some((one) => one.folder === run) ?? false))) return { thread, run };
    }
    return fs.existsSync(path.join(key, runFiles.manifest)) ? null : { thread: this.open(key), run: "" };
  }

  /** Closes a log; its runs leave the view. */
  async close(folder: string): Promise<void> {
    const key = path.resolve(folder);
    const thread = this.threads.get(key);
    this.threads.delete(key);
    this.store.setLogged(key, []);
    await thread?.dispose();
  }

  /** The log that a run belongs to, by the run's folder; undefined where it is none's. */
  logOf(folder: string): string | undefined {
    return [...this.threads.keys()].find((log) => folder === log || folder.startsWith(log + path.sep));
  }

  dispose(): void {
    for (const thread of this.threads.values()) void thread.dispose();
    this.threads.clear();
  }
}
