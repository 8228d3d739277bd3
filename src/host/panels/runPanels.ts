import path from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { runPanelType } from "../../contributions.js";
import { runName } from "../../runs/runFolder.js";
import type { Services } from "../host.js";
import type { Run } from "../runs/run.js";
import { panelHtml } from "./panelHtml.js";
import { RunPanel } from "./runPanel.js";

/** What a panel keeps over a reload of the window (see protocol/panel, `init`). */
const savedState = z.object({ folder: z.string().nullable() });

/** The open run panels, at most one a run. */
export class RunPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Set<RunPanel>();
  private readonly registration = vscode.window.registerWebviewPanelSerializer(runPanelType, this);

  constructor(private readonly services: Services) {}

  /** The panel in front, if one is. */
  get active(): RunPanel | undefined {
    return [...this.panels].find((panel) => panel.isActive);
  }

  of(folder: string): RunPanel | undefined {
    return [...this.panels].find((panel) => panel.runFolder === folder);
  }

  /** Shows a run: in its panel where it has one, else in a new one beside. */
  open(run: Run): RunPanel {
    const shown = this.of(run.folder);
    if (shown) {
      shown.reveal();
      return shown;
    }
    const panel = this.create(run.manifest.name);
    panel.show(run.folder, run.manifest.name);
    return panel;
  }

  /**
   * A panel for a run that is about to start, so that the page loads while data are read: that of an earlier, ended run of the same file, or a
   * new one. Call `show` when the run is there; `isNew` says whether to close it when it never comes.
   */
  prepare(file: string, earlier: readonly Run[]): { readonly panel: RunPanel; readonly isNew: boolean } {
    const ended = earlier.find((run) => run.live === null && run.manifest.file === file && this.of(run.folder));
    const panel = ended && this.of(ended.folder);
    if (panel) {
      panel.reveal(true);
      return { panel, isNew: false };
    }
    return { panel: this.create(runName(path.basename(file))), isNew: true };
  }

  /** VS Code brings back a panel after a reload. */
  async deserializeWebviewPanel(webview: vscode.WebviewPanel, state: unknown): Promise<void> {
    const saved = savedState.safeParse(state);
    this.add(webview).show(saved.success ? saved.data.folder : null, webview.title);
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.panels) panel.dispose();
  }

  private create(title: string): RunPanel {
    const webview = vscode.window.createWebviewPanel(runPanelType, title, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { retainContextWhenHidden: true, enableFindWidget: true });
    return this.add(webview);
  }

  private add(webview: vscode.WebviewPanel): RunPanel {
    const files = vscode.Uri.joinPath(this.services.extensionUri, "dist", "webview");
    webview.webview.options = { enableScripts: true, localResourceRoots: [files] };
    const icon = (theme: string) => vscode.Uri.joinPath(this.services.extensionUri, "media", `panel-${theme}.svg`);
    webview.iconPath = { light: icon("light"), dark: icon("dark") };
    const panel = new RunPanel(webview, this.services);
    this.panels.add(panel);
    panel.onDidClose(() => this.panels.delete(panel));
    webview.webview.html = panelHtml({
      title: "Descent run",
      element: "descent-run-panel",
      heading: webview.title,
      script: String(webview.webview.asWebviewUri(vscode.Uri.joinPath(files, "run.js"))),
      style: String(webview.webview.asWebviewUri(vscode.Uri.joinPath(files, "run.css"))),
      cspSource: webview.webview.cspSource,
    });
    return panel;
  }
}
