import * as vscode from "vscode";
import { commands, views } from "../../contributions.js";
import type { RunState } from "../../protocol/manifest.js";
import { contextValue } from "../runs/actions.js";
import { bestOf, summaryOf } from "../runs/describe.js";
import { stateOf, type Run } from "../runs/run.js";
import type { RunStore } from "../runs/runStore.js";

/** A run in the view. Only its folder is kept: what it says is asked when it is drawn. */
export interface RunNode {
  readonly runFolder: string;
}

/** Milliseconds between two updates of a live run's line. */
const progressInterval = 1000;
/** Milliseconds after which "5 min ago" is no longer true. */
const agoInterval = 60_000;

/** The view "Runs": newest first, live ones up to date. */
export class RunsTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<RunNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** One node a folder, so that the view keeps selection and scroll position. */
  private readonly nodes = new Map<string, RunNode>();
  private readonly view: vscode.TreeView<RunNode>;
  private readonly subscriptions: vscode.Disposable[];
  private late: NodeJS.Timeout | null = null;
  private readonly clock = setInterval(() => {
    if (this.view.visible) this.changed.fire(undefined);
  }, agoInterval);

  constructor(private readonly store: RunStore) {
    this.view = vscode.window.createTreeView(views.runs.id, { treeDataProvider: this, showCollapseAll: false });
    this.subscriptions = [
      this.view,
      store.onDidChange(({ folder, what }) => {
        if (what === "added" || what === "removed") this.changed.fire(undefined);
        else if (what === "progress") this.refreshSoon();
        else this.changed.fire(this.node(folder));
        if (what !== "progress") this.updateBadge();
      }),
    ];
  }

  getChildren(node?: RunNode): RunNode[] {
    return node ? [] : this.store.runs.map((run) => this.node(run.folder));
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    const run = this.store.get(node.runFolder);
    const item = new vscode.TreeItem(run?.manifest.name ?? node.runFolder);
    item.id = node.runFolder;
    if (!run) return item;
    const summary = summaryOf(run, Date.now());
    item.description = [summary, workspaceFolderName(run)].filter(Boolean).join(" · ");
    item.iconPath = stateIcon(stateOf(run));
    item.contextValue = contextValue(run);
    item.tooltip = tooltip(run);
    item.accessibilityInformation = { label: `${run.manifest.name}, ${stateOf(run)}, ${summary}` };
    item.command = { command: commands.openRun.id, title: commands.openRun.title, arguments: [node] };
    return item;
  }

  dispose(): void {
    if (this.late) clearTimeout(this.late);
    clearInterval(this.clock);
    for (const one of this.subscriptions) one.dispose();
    this.changed.dispose();
  }

  private node(folder: string): RunNode {
    let node = this.nodes.get(folder);
    if (!node) this.nodes.set(folder, (node = { runFolder: folder }));
    return node;
  }

  private refreshSoon(): void {
    this.late ??= setTimeout(() => {
      this.late = null;
      for (const run of this.store.live) this.changed.fire(this.node(run.folder));
    }, progressInterval);
  }

  private updateBadge(): void {
    const live = this.store.live.length;
    this.view.badge = live > 0 ? { value: live, tooltip: live === 1 ? "1 run is training" : `${live} runs are training` } : undefined;
  }
}

/** In a workspace of several folders, which one a run belongs to. */
function workspaceFolderName(run: Run): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length < 2 ? "" : (vscode.workspace.getWorkspaceFolder(vscode.Uri.file(run.folder))?.name ?? "");
}

function stateIcon(state: RunState): vscode.ThemeIcon {
  const icon = (id: string, colour: string) => new vscode.ThemeIcon(id, new vscode.ThemeColor(colour));
  switch (state) {
    case "preparing":
    case "running":
    case "stopping":
      return icon("loading~spin", "charts.blue");
    case "paused":
      return icon("debug-pause", "charts.yellow");
    case "finished":
    case "finished early":
      return icon("pass", "testing.iconPassed");
    case "stopped":
      return icon("circle-slash", "descriptionForeground");
    case "failed":
      return icon("error", "testing.iconFailed");
  }
}

function tooltip(run: Run): vscode.MarkdownString {
  const { manifest } = run;
  const text = new vscode.MarkdownString();
  const line = (label: string, value: string) => {
    if (value) text.appendMarkdown(`${label}: `).appendText(value).appendMarkdown("  \n");
  };
  text.appendMarkdown("**").appendText(manifest.name).appendMarkdown("** ").appendText(stateOf(run)).appendMarkdown("\n\n");
  line("Why", manifest.error?.message ?? "");
  line("Best", bestOf(run) && `${bestOf(run)}, step ${manifest.best?.step}`);
  line("Steps", manifest.totalSteps === null ? String(manifest.step) : `${manifest.step} of ${manifest.totalSteps}`);
  line("Began", new Date(manifest.created).toLocaleString());
  line("Seed", String(manifest.seed));
  line("File", manifest.file);
  line("Folder", run.folder);
  return text;
}
