/** The searches of this window: those that go on are looked after until they end, and their panels come back after a reload. */
import * as vscode from "vscode";
import { z } from "zod";
import { toDescentError } from "../../common/errors.js";
import { searchPanelType } from "../../contributions.js";
import type { SearchJob } from "../../protocol/search.js";
import { attachSearch, type SearchHandle } from "../../trials/client/searchHandle.js";
import { startSearch } from "../../trials/client/startSearch.js";
import { readSearchManifest } from "../../trials/search/searchFolder.js";
import type { Services } from "../host.js";
import { logError } from "../log.js";
import { panelHtml } from "../panels/panelHtml.js";
import { requireTrust } from "../runs/startRun.js";
import { rulesFor } from "../settings.js";
import { SearchPanel } from "./searchPanel.js";

const memoryKey = "descent.searches";
const savedState = z.object({ folder: z.string() });

export class Searches implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly live = new Map<string, SearchHandle>();
  private readonly panels = new Set<SearchPanel>();
  private readonly changed = new vscode.EventEmitter<string>();
  /** A search began or ended: its folder. */
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.window.registerWebviewPanelSerializer(searchPanelType, this);

  constructor(private readonly services: Services) {
    // those that this window looked after before it was reloaded: they end by themselves where nobody comes back
    for (const folder of this.remembered()) void this.find(folder);
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.panels) panel.dispose();
    for (const handle of this.live.values()) handle.dispose();
    this.changed.dispose();
  }

  /** Begins a search and shows its panel. Rejects with what cannot be searched. */
  async start(from: SearchJob["from"], file: vscode.Uri, device: string | null): Promise<string> {
    requireTrust();
    const handle = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: "Descent: search" }, () =>
      startSearch({ from, runtimePath: this.services.runtimePath, storage: this.services.storage, cliPath: vscode.Uri.joinPath(this.services.extensionUri, "dist", "cli.js").fsPath, device, rules: rulesFor(file) }, vscode.Uri.joinPath(this.services.extensionUri, "dist", "search.js").fsPath),
    );
    this.keep(handle);
    this.open(handle.folder);
    return handle.folder;
  }

  /** Goes on with a search that is over or was stopped, with so many trials more, and with a trial that was stopped or failed. */
  async resume(folder: string, more: number, promote: number | null = null): Promise<void> {
    const { file } = await readSearchManifest(folder);
    await this.start({ folder, more, promote }, vscode.Uri.file(file), null);
  }

  /** The search's process, where it lives; attached to where it is not yet. */
  async find(folder: string): Promise<SearchHandle | null> {
    const known = this.live.get(folder);
    if (known !== undefined) return known;
    if (!vscode.workspace.isTrusted) return null;
    try {
      const handle = await attachSearch(folder);
      this.keep(handle);
      return handle;
    } catch (thrown) {
      const { code } = toDescentError(thrown);
      if (code !== "search-not-live" && code !== "search-missing") logError(this.services.log, `Attaching to ${folder}`, thrown);
      this.forget(folder);
      return null;
    }
  }

  /** Shows a search's panel, beside. */
  open(folder: string): SearchPanel {
    const shown = [...this.panels].find((panel) => panel.folder === folder);
    if (shown !== undefined) {
      shown.reveal();
      return shown;
    }
    return this.add(vscode.window.createWebviewPanel(searchPanelType, "Search", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { retainContextWhenHidden: true, enableFindWidget: true }), folder);
  }

  /** VS Code brings back a panel after a reload. */
  async deserializeWebviewPanel(webview: vscode.WebviewPanel, state: unknown): Promise<void> {
    const saved = savedState.safeParse(state);
    if (saved.success) this.add(webview, saved.data.folder);
    else webview.dispose();
  }

  private add(webview: vscode.WebviewPanel, folder: string): SearchPanel {
    const { extensionUri } = this.services;
    const files = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    webview.webview.options = { enableScripts: true, localResourceRoots: [files] };
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, "media", `panel-${theme}.svg`);
    webview.iconPath = { light: icon("light"), dark: icon("dark") };
    const panel = new SearchPanel(webview, folder, this.services, this);
    this.panels.add(panel);
    panel.onDidClose(() => this.panels.delete(panel));
    webview.webview.html = panelHtml({
      title: "Descent search",
      element: "descent-search-panel",
      script: String(webview.webview.asWebviewUri(vscode.Uri.joinPath(files, "search.js"))),
      style: String(webview.webview.asWebviewUri(vscode.Uri.joinPath(files, "search.css"))),
      cspSource: webview.webview.cspSource,
    });
    return panel;
  }

  private keep(handle: SearchHandle): void {
    this.live.set(handle.folder, handle);
    void this.services.memory.update(memoryKey, [...new Set([...this.remembered(), handle.folder])]);
    this.changed.fire(handle.folder);
    void handle.closed.then(() => {
      this.live.delete(handle.folder);
      this.forget(handle.folder);
      this.changed.fire(handle.folder);
    });
  }

  private remembered(): string[] {
    return this.services.memory.get<string[]>(memoryKey, []);
  }

  private forget(folder: string): void {
    const left = this.remembered().filter((known) => known !== folder);
    if (left.length < this.remembered().length) void this.services.memory.update(memoryKey, left);
  }
}
