import * as vscode from "vscode";
import { z } from "zod";
import { toDescentError } from "../../common/errors.js";
import { commands, comparePanelType } from "../../contributions.js";
import { comparePanelMessageSchema, type CompareHostMessage, type ComparePanelMessage } from "../../protocol/comparePanel.js";
import { saysLive } from "../../runs/liveness.js";
import { writeReport } from "../../report/writeReport.js";
import { showError } from "../errors.js";
import type { Services } from "../host.js";
import { timeOnLine } from "../panels/liveLine.js";
import { panelHtml } from "../panels/panelHtml.js";
import { reportScript, versionOf } from "./reportScript.js";

/** Least milliseconds between two readings of runs that go on; many long ones are read less often, so that reading takes a quarter of the time at most, and what is shown no more of the line than live updates may. */
const leastInterval = 2000;
const savedState = z.object({ folders: z.array(z.string()).min(1) });

/** The panels that compare runs. */
export class ComparePanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Set<ComparePanel>();
  private readonly registration = vscode.window.registerWebviewPanelSerializer(comparePanelType, this);

  constructor(private readonly services: Services) {}

  /** The folders compared by the panel in front, if one is. */
  get active(): readonly string[] | undefined {
    return [...this.panels].find((panel) => panel.isActive)?.folders;
  }

  /** Shows a comparison: in its panel where the same runs have one. */
  open(folders: readonly string[]): void {
    const shown = [...this.panels].find((panel) => panel.folders.length === folders.length && folders.every((folder) => panel.folders.includes(folder)));
    if (shown) return shown.reveal();
    this.add(folders, vscode.window.createWebviewPanel(comparePanelType, "", vscode.ViewColumn.Active, { retainContextWhenHidden: true, enableFindWidget: true }));
  }

  /** VS Code brings back a panel after a reload. */
  async deserializeWebviewPanel(webview: vscode.WebviewPanel, state: unknown): Promise<void> {
    const saved = savedState.safeParse(state);
    if (!saved.success) return webview.dispose();
    this.add(saved.data.folders, webview);
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.panels) panel.dispose();
  }

  private add(folders: readonly string[], webview: vscode.WebviewPanel): void {
    const panel = new ComparePanel(folders, webview, this.services);
    this.panels.add(panel);
    webview.onDidDispose(() => {
      panel.dispose();
      this.panels.delete(panel);
    });
  }
}

/** One panel: a thread reads the runs and draws them, again while one of them goes on and when one has changed. */
class ComparePanel {
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;
  private last = "";
  private drawing = false;
  /** When it may be drawn next; `Date.now()`. */
  private nextAt = 0;
  private disposed = false;

  constructor(
    readonly folders: readonly string[],
    private readonly panel: vscode.WebviewPanel,
    private readonly services: Services,
  ) {
    const files = vscode.Uri.joinPath(services.extensionUri, "dist", "webview");
    panel.title = `Compare ${folders.length} runs`;
    panel.webview.options = { enableScripts: true, localResourceRoots: [files] };
    const icon = (theme: string) => vscode.Uri.joinPath(services.extensionUri, "media", `panel-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.onDidReceiveMessage((value: unknown) => void this.receive(value));
    panel.onDidChangeViewState(() => this.soon());
    this.subscription = services.store.onDidChange(() => this.soon());
    panel.webview.html = panelHtml({
      title: "Compare runs", element: "main",
      script: String(panel.webview.asWebviewUri(vscode.Uri.joinPath(files, "compare.js"))),
      style: String(panel.webview.asWebviewUri(vscode.Uri.joinPath(files, "compare.css"))),
      cspSource: panel.webview.cspSource,
    });
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.disposed = true;
    this.subscription.dispose();
    clearTimeout(this.timer);
  }

  /** Whether one of the runs goes on. */
  private get follows(): boolean {
    return this.folders.some((folder) => {
      const run = this.services.store.get(folder);
      return run !== undefined && (run.live !== null || saysLive(run.manifest));
    });
  }

  /** Draws as soon as it may. */
  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), Math.max(50, this.nextAt - Date.now()));
  }

  private async draw(): Promise<void> {
    if (this.disposed || this.drawing || !this.panel.visible) return;
    this.drawing = true;
    const begun = Date.now();
    let bytes = 0;
    try {
      const { extensionUri } = this.services;
      const { html, style } = await writeReport(reportScript(extensionUri), { folders: this.folders, version: versionOf(extensionUri), look: "editor" });
      if (html !== this.last) {
        this.post({ message: "show", html, style });
        bytes = Buffer.byteLength(html) + Buffer.byteLength(style);
      }
      this.last = html;
    } catch (thrown) {
      this.last = "";
      this.post({ message: "show", html: `<h1>The runs cannot be compared</h1><p class="error">${escaped(toDescentError(thrown).message)}</p>`, style: "" });
    }
    this.drawing = false;
    this.nextAt = Date.now() + Math.max(leastInterval, 3 * (Date.now() - begun), timeOnLine(bytes));
    if (this.follows) this.soon();
  }

  private post(message: CompareHostMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a webview's, not a window's
    if (!this.disposed) void this.panel.webview.postMessage(message);
  }

  private async receive(value: unknown): Promise<void> {
    const checked = comparePanelMessageSchema.safeParse(value);
    if (!checked.success) return;
    try {
      await this.handle(checked.data);
    } catch (thrown) {
      await showError(this.services.log, "The panel's request", thrown);
    }
  }

  private async handle(message: ComparePanelMessage): Promise<void> {
    if (message.message === "ready") {
      this.last = "";
      this.post({ message: "runs", folders: this.folders });
      return this.draw();
    }
    if (message.message === "open") return void (await vscode.commands.executeCommand(commands.openRun.id, { runFolder: message.run }));
    if (message.action === "choose") return void (await vscode.commands.executeCommand(commands.compareRuns.id));
    await vscode.commands.executeCommand(commands.saveReport.id, undefined, this.folders.map((folder) => ({ runFolder: folder })));
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
