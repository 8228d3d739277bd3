import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { toDescentError } from "../../common/errors.js";
import { trainingFileGlob } from "../../contributions.js";
import type { Manifest } from "../../protocol/manifest.js";
import { saysLive } from "../../runs/liveness.js";
import { readManifest } from "../../runs/manifestFile.js";
import { runFiles } from "../../runs/runFolder.js";
import { attach } from "../../runtime/client/attach.js";
import type { RunHandle } from "../../runtime/client/runHandle.js";
import { logError, type Log } from "../log.js";
import { namedRunsFolder, runsFolderOf } from "../settings.js";
import { LiveRun } from "./liveRun.js";
import type { Run } from "./run.js";

export interface RunChange {
  readonly folder: string;
  /** null: the run is gone. */
  readonly run: Run | null;
  readonly what: "added" | "removed" | "manifest" | "state" | "progress" | "finding" | "ended";
}

/**
 * Every run of the workspace's folders and of the runs folder named in the settings, kept up to date by watching their manifests. A
 * run that says it lives is attached to (it may have been started before a reload of the window, or by the command line); one whose
 * process is gone is recorded as failed on the way. In a workspace that is not trusted the folders are only read.
 */
export class RunStore implements vscode.Disposable {
  private readonly entries = new Map<string, Run>();
  private readonly changed = new vscode.EventEmitter<RunChange>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[] = [];
  private watchers: vscode.Disposable[] = [];
  /** Loads under way, so that two events of one folder do not attach twice. */
  private readonly loading = new Map<string, Promise<void>>();
  /** Folders of runs by the log of others that holds them. */
  private readonly logged = new Map<string, ReadonlySet<string>>();
  private disposed = false;
  /** Parts of a whole that someone opened by themselves. */
  private readonly asked = new Set<string>();

  constructor(private readonly log: Log) {
    this.subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("descent.runs")) void this.refresh();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.refresh()),
    );
  }

  /** Newest first. */
  get runs(): readonly Run[] {
    return [...this.entries.values()].sort(newestFirst);
  }

  /** Those with a process, newest first. */
  get live(): readonly Run[] {
    return [...this.entries.values()].filter((run) => run.live !== null).sort(newestFirst);
  }

  get(folder: string): Run | undefined {
    return this.entries.get(path.resolve(folder));
  }

  /** Looks through the workspace again, and watches it. Runs of folders that lie elsewhere (an opened one) stay. */
  async refresh(): Promise<void> {
    this.watch();
    const found = await Promise.all([
      vscode.workspace.findFiles(`**/${runFiles.manifest}`, outside).then((manifests) => manifests.map((uri) => path.dirname(uri.fsPath))),
      // where a user's settings hide the runs folders from searches
      vscode.workspace.findFiles(trainingFileGlob, outside).then((files) => foldersIn(files.map(runsFolderOf))),
      foldersIn(namedFolders()),
    ]);
    const folders = new Set([...found.flat(), ...this.entries.keys()].map((folder) => path.resolve(folder)));
    await Promise.all([...folders].map((folder) => this.load(folder)));
  }

  /** Shows a run that is a part of a search or the like, which is otherwise listed with the whole. */
  loadPart(folder: string): Promise<void> {
    this.asked.add(path.resolve(folder));
    return this.load(folder);
  }

  /** Reads a run's folder (again), and attaches where it is live. Files of the same name that are no manifest are passed over. */
  load(folder: string): Promise<void> {
    const key = path.resolve(folder);
    const before = this.loading.get(key);
    // what changed after the reading began needs another
    const load = (before ?? Promise.resolve()).then(() => this.loadNow(key)).catch((thrown) => logError(this.log, `Reading ${key}`, thrown));
    this.loading.set(key, load);
    return load.finally(() => {
      if (this.loading.get(key) === load) this.loading.delete(key);
    });
  }

  /** Takes a run that this window just started. */
  async adopt(handle: RunHandle): Promise<Run> {
    const key = path.resolve(handle.folder);
    const live = await LiveRun.create(handle, this.log);
    this.entries.get(key)?.live?.dispose();
    this.follow(key, live);
    return this.set(key, { folder: key, manifest: handle.attached.manifest, live }, "added");
  }

  /** Takes the runs of an open log of others, in the place of those it had before; none closes it. */
  setLogged(log: string, runs: readonly Run[]): void {
    const before = this.logged.get(log) ?? new Set<string>();
    const now = new Set(runs.map(({ folder }) => folder));
    this.logged.set(log, now);
    for (const folder of before) if (!now.has(folder)) this.remove(folder);
    for (const run of runs) {
      const known = this.entries.get(run.folder);
      if (known && known.manifest.origin === undefined) continue; // a run of ours that lies in the log's folder
      if (known && JSON.stringify(known.manifest) === JSON.stringify(run.manifest)) continue;
      this.set(run.folder, run, known ? "manifest" : "added");
    }
  }

  /** Forgets a run that was deleted. */
  remove(folder: string): void {
    const key = path.resolve(folder);
    const run = this.entries.get(key);
    if (!run) return;
    run.live?.dispose();
    this.entries.delete(key);
    this.changed.fire({ folder: key, run: null, what: "removed" });
  }

  dispose(): void {
    this.disposed = true;
    for (const run of this.entries.values()) run.live?.dispose();
    for (const one of [...this.subscriptions, ...this.watchers]) one.dispose();
    this.changed.dispose();
  }

  private async loadNow(key: string): Promise<void> {
    const known = this.entries.get(key);
    if (known?.manifest.origin !== undefined) return; // its log tells of it
    let manifest: Manifest;
    try {
      manifest = await readManifest(key);
    } catch (thrown) {
      const error = toDescentError(thrown);
      if (error.code === "run-missing") this.remove(key);
      else this.log.debug(error.message); // some other program's run.json
      return;
    }
    if (this.disposed) return;
    // a trial or a member is listed with its whole, unless someone opened it
    if (manifest.partOf !== undefined && known === undefined && !this.asked.has(key)) return;
    if (known?.live) {
      this.set(key, { ...known, manifest }, "manifest");
      return;
    }
    const live = saysLive(manifest) && vscode.workspace.isTrusted ? await this.attachTo(key) : null;
    if (this.entries.get(key)?.live || this.disposed) return live?.dispose(); // adopted meanwhile
    if (live) this.follow(key, live);
    else if (saysLive(manifest)) manifest = await readManifest(key); // recorded as failed by the attempt
    this.set(key, { folder: key, manifest, live }, known ? "manifest" : "added");
  }

  private async attachTo(folder: string): Promise<LiveRun | null> {
    try {
      return await LiveRun.create(await attach(folder, { client: "host", panel: false }), this.log);
    } catch (thrown) {
      if (toDescentError(thrown).code !== "run-not-live") throw thrown;
      return null;
    }
  }

  /** Passes on what a live run says, until it ends. */
  private follow(key: string, live: LiveRun): void {
    live.onDidChange((what) => {
      const run = this.entries.get(key);
      if (run?.live === live) this.changed.fire({ folder: key, run, what });
    });
    void live.ended.then((manifest) => {
      const run = this.entries.get(key);
      if (run?.live !== live) return;
      live.dispose();
      if (manifest) this.set(key, { folder: key, manifest, live: null }, "ended");
      else this.remove(key);
    });
  }

  private set(key: string, run: Run, what: RunChange["what"]): Run {
    this.entries.set(key, run);
    this.changed.fire({ folder: key, run, what });
    return run;
  }

  private watch(): void {
    for (const watcher of this.watchers) watcher.dispose();
    const inWorkspace = (vscode.workspace.workspaceFolders ?? []).map((folder) => new vscode.RelativePattern(folder, `**/${runFiles.manifest}`));
    const named = namedFolders().map((folder) => new vscode.RelativePattern(vscode.Uri.file(folder), `*/${runFiles.manifest}`));
    this.watchers = [...inWorkspace, ...named].map((pattern) => {
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const load = (uri: vscode.Uri) => void this.load(path.dirname(uri.fsPath));
      watcher.onDidCreate(load);
      watcher.onDidChange(load);
      watcher.onDidDelete(load);
      return watcher;
    });
    // a folder deleted as a whole is one event, of the folder
    const deletions = vscode.workspace.createFileSystemWatcher("**", true, true, false);
    deletions.onDidDelete((uri) => {
      for (const folder of this.entries.keys()) if (folder.startsWith(uri.fsPath)) void this.load(folder);
    });
    this.watchers.push(deletions);
  }
}

function newestFirst(a: Run, b: Run): number {
  return a.manifest.created < b.manifest.created ? 1 : -1;
}

const outside = "**/{node_modules,.git}/**";

/** Runs folders that the settings name. */
function namedFolders(): string[] {
  return [...new Set((vscode.workspace.workspaceFolders ?? []).map(namedRunsFolder).filter((folder) => folder !== null))];
}

/** The folders in runs folders; a runs folder that does not exist has none. */
async function foldersIn(runsFolders: readonly string[]): Promise<string[]> {
  const listed = [...new Set(runsFolders)].map(async (runsFolder) => {
    const entries = await fs.promises.readdir(runsFolder, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(runsFolder, entry.name));
  });
  return (await Promise.all(listed)).flat();
}
