import * as vscode from "vscode";
import { tryPanelType } from "../../contributions.js";
import type { Services } from "../host.js";
import { panelHtml } from "../panels/panelHtml.js";
import { TryPanel, titleOf } from "./tryPanel.js";
import type { TryRequest } from "./tryRequest.js";

/** The panels in which fixes are tried: one a training file. */
export class TryPanels implements vscode.Disposable {
  private readonly panels = new Set<TryPanel>();

  constructor(private readonly services: Services) {}

  open(request: TryRequest): void {
    const known = [...this.panels].find(({ file }) => file === request.file);
    if (known !== undefined) return known.show(request);
    const { extensionUri } = this.services;
    const files = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    const webview = vscode.window.createWebviewPanel(tryPanelType, titleOf(request), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { retainContextWhenHidden: true, enableScripts: true, localResourceRoots: [files] });
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, "media", `panel-${theme}.svg`);
    webview.iconPath = { light: icon("light"), dark: icon("dark") };
    const panel = new TryPanel(webview, this.services, request);
    this.panels.add(panel);
    panel.onDidClose(() => this.panels.delete(panel));
    webview.webview.html = panelHtml({
      title: "Try a fix",
      element: "descent-try-panel",
      script: String(webview.webview.asWebviewUri(vscode.Uri.joinPath(files, "try.js"))),
      style: String(webview.webview.asWebviewUri(vscode.Uri.joinPath(files, "try.css"))),
      cspSource: webview.webview.cspSource,
    });
  }

  dispose(): void {
    for (const panel of this.panels) panel.dispose();
  }
}
