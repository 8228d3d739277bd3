import path from "node:path";
import * as vscode from "vscode";
import { readWhole, wholeFiles, type Whole } from "../../trials/wholes.js";
import { logError, type Log } from "../log.js";
import { namedRunsFolder } from "../settings.js";

const pattern = `{${wholeFiles.join(",")}}`;
const outside = "**/{node_modules,.git}/**";
/** Milliseconds after which one that says it goes on is read again: its process may be gone without a word. */
const doubtInterval = 10_000;

/** The searches, repeats and ensembles of the workspace's folders and of the runs folder named in the settings, kept up to date by watching their manifests. */
export class WholeStore implements vscode.Disposable {
  private readonly entries = new Map<string, Whole>();
  private readonly changed = new vscode.EventEmitter<string>();
  /** Folder of what came, changed or went. */
  readonly onDidChange = this.changed.event;
  private watchers: vscode.Disposable[] = [];
  private readonly subscriptions: vscode.Disposable[];
  private readonly timer = setInterval(() => {
    for (const { folder, state } of this.entries.values()) if (state === "running" || state === "stopping") void this.load(folder);
  }, doubtInterval);

  constructor(private readonly log: Log) {
    this.subscriptions = [
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("descent.runs")) void this.refresh();
      }),
    ];
  }

  /** Newest first. */
  get wholes(): readonly Whole[] {
    return [...this.entries.values()].sort((a, b) => (a.created < b.created ? 1 : -1));
  }

  get(folder: string): Whole | undefined {
    return this.entries.get(path.resolve(folder));
  }

  /** Looks through the workspace again, and watches it. */
  async refresh(): Promise<void> {
    this.watch();
    const places: vscode.GlobPattern[] = [`**/${pattern}`, ...namedFolders().map((folder) => new vscode.RelativePattern(folder, `*/${pattern}`))];
    const found = await Promise.all(places.map((place) => vscode.workspace.findFiles(place, outside)));
    const folders = new Set([...found.flat().map((uri) => path.dirname(uri.fsPath)), ...this.entries.keys()]);
    await Promise.all([...folders].map((folder) => this.load(folder)));
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const one of [...this.subscriptions, ...this.watchers]) one.dispose();
    this.changed.dispose();
  }

  /** Reads a folder (again). Files of the same name that are no manifest are passed over. */
  private async load(folder: string): Promise<void> {
    const whole = await readWhole(folder).catch((thrown: Error) => {
      this.log.debug(thrown.message);
      return null;
    });
    const before = this.entries.get(folder);
    if (whole === null) this.entries.delete(folder);
    else this.entries.set(folder, whole);
    if (JSON.stringify(before) !== JSON.stringify(whole ?? undefined)) this.changed.fire(folder);
  }

  private watch(): void {
    for (const watcher of this.watchers) watcher.dispose();
    const places = [...(vscode.workspace.workspaceFolders ?? []).map((folder) => new vscode.RelativePattern(folder, `**/${pattern}`)), ...namedFolders().map((folder) => new vscode.RelativePattern(folder, `*/${pattern}`))];
    this.watchers = places.map((place) => {
      const watcher = vscode.workspace.createFileSystemWatcher(place);
      const load = (uri: vscode.Uri) => void this.load(path.dirname(uri.fsPath)).catch((thrown) => logError(this.log, `Reading ${uri.fsPath}`, thrown));
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

/** Runs folders that the settings name. */
function namedFolders(): vscode.Uri[] {
  return [...new Set((vscode.workspace.workspaceFolders ?? []).map(namedRunsFolder).filter((folder) => folder !== null))].map((folder) => vscode.Uri.file(folder));
}
