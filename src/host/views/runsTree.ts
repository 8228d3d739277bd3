import path from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { commands, views } from "../../contributions.js";
import type { RunState } from "../../protocol/manifest.js";
import { contextValue, isLogged } from "../runs/actions.js";
import { archiveHeading, arrangeRuns, type Arrangement, groupings, plainArrangement, sortings } from "../runs/arrangeRuns.js";
import { bestOf, summaryOf } from "../runs/describe.js";
import { stateOf, type Run } from "../runs/run.js";
import type { RunLabels } from "../runs/runLabels.js";
import type { RunStore } from "../runs/runStore.js";
import type { WholeStore } from "../runs/wholeStore.js";
import { partsOf, type Whole } from "../../trials/wholes.js";
import { partItem, wholeItem, type PartNode, type WholeNode } from "./wholeItems.js";

/** A run in the view. Only its folder is kept: what it says is asked when it is drawn. `heading`: the group it stands in, of several. */
export interface RunNode {
  readonly runFolder: string;
  readonly heading?: string;
}

interface GroupNode {
  readonly group: string;
  readonly nodes: readonly RunNode[];
}

type TreeNode = RunNode | GroupNode | WholeNode | PartNode;

const arrangementKey = "descent.runs.arrangement";

/** Milliseconds between two updates of a live run's line. */
const progressInterval = 1000;
/** Milliseconds in which new runs are taken together. */
const together = 20;
/** Milliseconds after which "5 min ago" is no longer true. */
const agoInterval = 60_000;

/** The view "Runs": newest first, or as the user arranged it, live ones up to date; a search, a repeat or an ensemble is one node. */
export class RunsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** One node a folder, so that the view keeps selection and scroll position. */
  private readonly nodes = new Map<string, RunNode>();
  private readonly wholeNodes = new Map<string, WholeNode>();
  private readonly view: vscode.TreeView<TreeNode>;
  private readonly subscriptions: vscode.Disposable[];
  private late: NodeJS.Timeout | null = null;
  private redraw: NodeJS.Timeout | null = null;
  private readonly clock = setInterval(() => {
    if (this.view.visible) this.changed.fire(undefined);
  }, agoInterval);

  private arranged: Arrangement;
  /** Folders of the wholes that are in the view. */
  private shown: ReadonlySet<string> = new Set();

  constructor(
    private readonly store: RunStore,
    private readonly wholes: WholeStore,
    private readonly labels: RunLabels,
    private readonly memory: vscode.Memento,
  ) {
    const kept = arrangementSchema.safeParse(memory.get(arrangementKey));
    this.arranged = kept.success ? kept.data : plainArrangement;
    this.view = vscode.window.createTreeView(views.runs.id, { treeDataProvider: this, showCollapseAll: false, canSelectMany: true });
    this.describe();
    this.subscriptions = [
      this.view,
      labels.onDidChange(() => this.changed.fire(undefined)),
      wholes.onDidChange((folder) => (this.shown.has(folder) && wholes.get(folder) !== undefined ? this.changed.fire(this.wholeNode(folder)) : this.redrawSoon())),
      store.onDidChange(({ folder, what }) => {
        if (what === "added" || what === "removed") this.redrawSoon();
        else if (what === "progress") this.refreshSoon();
        else this.changed.fire(this.node(folder));
        if (what !== "progress") this.updateBadge();
      }),
    ];
  }

  /** The runs, and the searches, repeats and ensembles, that are selected. */
  get selection(): readonly (RunNode | WholeNode)[] {
    return this.view.selection.flatMap((node): readonly (RunNode | WholeNode)[] => ("group" in node ? node.nodes : [node]));
  }

  get arrangement(): Arrangement {
    return this.arranged;
  }

  arrange(arrangement: Arrangement): void {
    this.arranged = arrangement;
    void this.memory.update(arrangementKey, arrangement);
    this.describe();
    this.changed.fire(undefined);
  }

  getChildren(node?: TreeNode): vscode.ProviderResult<TreeNode[]> {
    if (node === undefined) return this.roots();
    if ("group" in node) return [...node.nodes];
    return "wholeFolder" in node ? this.partsOf(node) : [];
  }

  private async partsOf({ wholeFolder }: WholeNode): Promise<PartNode[]> {
    const whole = this.wholes.get(wholeFolder);
    return whole === undefined ? [] : (await partsOf(whole)).map((part) => ({ runFolder: part.folder, part }));
  }

  private roots(): TreeNode[] {
    // a run that was opened out of its whole stands there all the same
    const runs = this.store.runs.filter(({ folder, manifest: { partOf } }) => partOf === undefined || this.wholes.get(path.resolve(folder, partOf)) === undefined);
    const wholes = this.wholes.wholes.filter((whole) => this.matches(whole));
    this.shown = new Set(wholes.map(({ folder }) => folder));
    const byRuns = this.runNodes(runs);
    const among = this.arranged.sort === "newest" || this.arranged.sort === "name";
    if (!among) return [...wholes.map(({ folder }) => this.wholeNode(folder)), ...byRuns];
    const merged: TreeNode[] = [];
    const left = this.arranged.sort === "name" ? wholes.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : [...wholes];
    for (const node of byRuns) {
      while (left.length > 0 && this.standsBefore(left[0], node)) merged.push(this.wholeNode(left.shift()!.folder));
      merged.push(node);
    }
    return [...merged, ...left.map(({ folder }) => this.wholeNode(folder))];
  }

  private matches(whole: Whole): boolean {
    const words = this.arranged.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const text = `${whole.name}\n${whole.folder}\n${whole.kind}\n${whole.state}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }

  private standsBefore(whole: Whole, node: TreeNode): boolean {
    if (!("runFolder" in node)) return true; // headings come behind
    const run = this.store.get(node.runFolder)?.manifest;
    return run === undefined || (this.arranged.sort === "name" ? whole.name <= run.name : whole.created > run.created);
  }

  private runNodes(shown: readonly Run[]): TreeNode[] {
    const groups = arrangeRuns(shown, (folder) => this.labels.of(folder), this.arranged);
    const nodes = (heading: string, runs: readonly Run[]) => runs.map(({ folder }) => (heading === "" || this.arranged.group !== "tag" ? this.node(folder) : { runFolder: folder, heading }));
    return groups.flatMap(({ heading, runs }): TreeNode[] => (heading === "" ? nodes(heading, runs) : [{ group: heading, nodes: nodes(heading, runs) }]));
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if ("group" in node) return groupItem(node);
    if ("part" in node) return partItem(node);
    if ("wholeFolder" in node) {
      const whole = this.wholes.get(node.wholeFolder);
      return whole === undefined ? new vscode.TreeItem(path.basename(node.wholeFolder)) : wholeItem(whole, Date.now());
    }
    const run = this.store.get(node.runFolder);
    const item = new vscode.TreeItem(run?.manifest.name ?? node.runFolder);
    item.id = node.heading === undefined ? node.runFolder : `${node.heading}\n${node.runFolder}`;
    if (!run) return item;
    const summary = summaryOf(run, Date.now());
    const { tags, note } = this.labels.of(run.folder);
    item.description = [tags.map((tag) => `#${tag}`).join(" "), summary, workspaceFolderName(run), note].filter(Boolean).join(" · ");
    item.iconPath = isLogged(run) && stateOf(run) !== "running" ? new vscode.ThemeIcon("graph", new vscode.ThemeColor("descriptionForeground")) : stateIcon(stateOf(run));
    item.contextValue = contextValue(run);
    item.tooltip = tooltip(run, note);
    item.accessibilityInformation = { label: `${run.manifest.name}, ${stateOf(run)}, ${summary}` };
    item.command = { command: commands.openRun.id, title: commands.openRun.title, arguments: [node] };
    return item;
  }

  dispose(): void {
    if (this.late) clearTimeout(this.late);
    if (this.redraw) clearTimeout(this.redraw);
    clearInterval(this.clock);
    for (const one of this.subscriptions) one.dispose();
    this.changed.dispose();
  }

  private wholeNode(folder: string): WholeNode {
    let node = this.wholeNodes.get(folder);
    if (!node) this.wholeNodes.set(folder, (node = { wholeFolder: folder }));
    return node;
  }

  private node(folder: string): RunNode {
    let node = this.nodes.get(folder);
    if (!node) this.nodes.set(folder, (node = { runFolder: folder }));
    return node;
  }

  /** Runs come by thousands when a workspace is opened: they are drawn together. */
  private redrawSoon(): void {
    this.redraw ??= setTimeout(() => {
      this.redraw = null;
      this.changed.fire(undefined);
    }, together);
  }

  private describe(): void {
    const { filter, sort } = this.arranged;
    this.view.description = [filter === "" ? "" : `"${filter}"`, sort === "newest" ? "" : sort].filter(Boolean).join(", ");
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

const arrangementSchema = z.object({ filter: z.string(), sort: z.enum(sortings), group: z.enum(groupings) });

function groupItem({ group, nodes }: GroupNode): vscode.TreeItem {
  const item = new vscode.TreeItem(group, group === archiveHeading ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group\n${group}`;
  item.description = String(nodes.length);
  item.contextValue = "group";
  return item;
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

function tooltip(run: Run, note: string): vscode.MarkdownString {
  const { manifest } = run;
  const text = new vscode.MarkdownString();
  const line = (label: string, value: string) => {
    if (value) text.appendMarkdown(`${label}: `).appendText(value).appendMarkdown("  \n");
  };
  text.appendMarkdown("**").appendText(manifest.name).appendMarkdown("** ").appendText(stateOf(run)).appendMarkdown("\n\n");
  line("Note", note);
  line("Why", manifest.error?.message ?? "");
  line("Best", bestOf(run) && `${bestOf(run)}, step ${manifest.best?.step}`);
  line("Steps", manifest.totalSteps === null ? String(manifest.step) : `${manifest.step} of ${manifest.totalSteps}`);
  line("Began", new Date(manifest.created).toLocaleString());
  if (!isLogged(run)) {
    line("Seed", String(manifest.seed));
    line("File", manifest.file);
  }
  line("Folder", run.folder);
  return text;
}
