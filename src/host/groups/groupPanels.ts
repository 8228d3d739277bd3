import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { commands, groupPanelType } from "../../contributions.js";
import type { GroupHostMessage } from "../../protocol/groupPanel.js";
import { groupPanelMessageSchema, type GroupPanelMessage } from "../../protocol/groupPanel.js";
import { toDescentError } from "../../common/errors.js";
import { groupView, unreadableView } from "../../report/groupView.js";
import { GroupReader } from "../../report/readGroupView.js";
import { groupFiles, isGroupLive, memberFolder, readGroup } from "../../runs/groupFile.js";
import { ruleOf } from "../../rules/registry.js";
import { showError } from "../errors.js";
import type { Services } from "../host.js";
import { timeOnLine } from "../panels/liveLine.js";
import { panelHtml } from "../panels/panelHtml.js";

/** Least milliseconds between two looks at a group's folder; a large one is looked at less often, so that looking takes a tenth of the time at most, and what is shown of it no more of the line than live updates may. */
const leastInterval = 1000;
/** Milliseconds between two signs of a window that it follows its groups; a controller waits three times as long. */
const followInterval = 10_000;
/** Milliseconds that a controller is given to begin. */
const longestStart = 120_000;
const savedState = z.object({ folder: z.string() });

/** The panels of repeats and ensembles. */
export class GroupPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Map<string, GroupPanel>();
  private readonly registration = vscode.window.registerWebviewPanelSerializer(groupPanelType, this);
  /** Goes on with a group; set by whoever can. */
  onContinue: (folder: string, file: string) => void = () => {};

  /** Groups that this window follows, and since when: their controllers end when no window does. */
  private readonly followed = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly services: Services) {
    this.timer = setInterval(() => this.stayWithThem(), followInterval);
    this.timer.unref();
  }

  /** Keeps a group's controller going as long as this window is there. */
  follow(folder: string): void {
    this.followed.set(folder, Date.now());
    void touch(path.join(folder, groupFiles.followed));
  }

  open(folder: string): void {
    this.follow(folder);
    const shown = this.panels.get(folder);
    if (shown) return shown.reveal();
    this.add(folder, vscode.window.createWebviewPanel(groupPanelType, path.basename(folder), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { retainContextWhenHidden: true, enableFindWidget: true }));
  }

  async deserializeWebviewPanel(webview: vscode.WebviewPanel, state: unknown): Promise<void> {
    const saved = savedState.safeParse(state);
    if (!saved.success) return webview.dispose();
    this.follow(saved.data.folder);
    this.add(saved.data.folder, webview);
  }

  private stayWithThem(): void {
    for (const [folder, since] of this.followed) {
      void readGroup(folder).then((manifest) => (isGroupLive(manifest) || Date.now() - since < longestStart ? touch(path.join(folder, groupFiles.followed)) : void this.followed.delete(folder)), () => void this.followed.delete(folder));
    }
  }

  dispose(): void {
    clearInterval(this.timer);
    this.registration.dispose();
    for (const panel of this.panels.values()) panel.dispose();
  }

  private add(folder: string, webview: vscode.WebviewPanel): void {
    const panel = new GroupPanel(folder, webview, this.services, (file) => this.onContinue(folder, file));
    this.panels.set(folder, panel);
    webview.onDidDispose(() => {
      panel.dispose();
      this.panels.delete(folder);
    });
  }
}

/** One panel: reads the folder again while anything may change in it, and draws what it finds. */
class GroupPanel {
  private readonly reader: GroupReader;
  private timer: NodeJS.Timeout | undefined;
  private last = "";
  private disposed = false;

  constructor(
    private readonly folder: string,
    private readonly panel: vscode.WebviewPanel,
    private readonly services: Services,
    private readonly onContinue: (file: string) => void,
  ) {
    this.reader = new GroupReader(folder);
    const files = vscode.Uri.joinPath(services.extensionUri, "dist", "webview");
    panel.webview.options = { enableScripts: true, localResourceRoots: [files] };
    const icon = (theme: string) => vscode.Uri.joinPath(services.extensionUri, "media", `panel-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.onDidReceiveMessage((value: unknown) => void this.receive(value));
    panel.onDidChangeViewState(() => this.look());
    panel.webview.html = panelHtml({
      title: "Descent runs", element: "main", attributes: { "data-folder": folder },
      script: String(panel.webview.asWebviewUri(vscode.Uri.joinPath(files, "group.js"))),
      style: String(panel.webview.asWebviewUri(vscode.Uri.joinPath(files, "group.css"))),
      cspSource: panel.webview.cspSource,
    });
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  /** Reads and draws; and again, while a controller or a job works on the group. */
  private async draw(): Promise<void> {
    const begun = performance.now();
    let html: string;
    let goesOn = true;
    try {
      const data = await this.reader.read((id) => ruleOf(id)?.title);
      if (this.disposed) return;
      this.panel.title = `${data.manifest.name} (${data.manifest.members.length} runs)`;
      html = groupView(data).html;
      goesOn = data.manifest.state === "running" || performance.now() - begun > leastInterval;
    } catch (thrown) {
      // looked at again: a folder that was moved away may come back
      html = unreadableView(toDescentError(thrown)).html;
      goesOn = false;
    }
    if (this.disposed) return;
    if (html !== this.last) this.post({ message: "show", html });
    this.last = html;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), goesOn ? Math.max(leastInterval, 10 * (performance.now() - begun), timeOnLine(Buffer.byteLength(html))) : 5 * leastInterval);
  }

  private look(): void {
    if (this.panel.visible && !this.disposed) void this.draw();
  }

  private post(message: GroupHostMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a webview's, not a window's
    void this.panel.webview.postMessage(message);
  }

  private async receive(value: unknown): Promise<void> {
    const checked = groupPanelMessageSchema.safeParse(value);
    if (!checked.success) return;
    try {
      await this.handle(checked.data);
    } catch (thrown) {
      await showError(this.services.log, "The panel's request", thrown);
    }
  }

  private async handle(message: GroupPanelMessage): Promise<void> {
    if (message.message === "ready") {
      this.last = "";
      return this.draw();
    }
    if (message.message === "open") {
      await vscode.commands.executeCommand(commands.openRun.id, { runFolder: memberFolder(this.folder, { id: message.member }) });
      return;
    }
    const { file } = await readGroup(this.folder);
    if (message.action === "stop") await fs.promises.writeFile(path.join(this.folder, groupFiles.stop), "");
    else if (message.action === "continue") this.onContinue(file);
    else if (message.action === "file") await vscode.window.showTextDocument(vscode.Uri.file(file));
    else await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(this.folder));
    this.look();
  }
}

/** Gives a file the time of now, and makes it where it is missing; a folder that is gone needs none. */
async function touch(file: string): Promise<void> {
  await fs.promises.writeFile(file, "").catch(() => {});
}
