/** The panel of one search: its folder's news to the page, the page's wishes to the search. */
import path from "node:path";
import * as vscode from "vscode";
import { assertNever } from "../../common/assertNever.js";
import { toDescentError } from "../../common/errors.js";
import { commands } from "../../contributions.js";
import type { SearchManifest } from "../../protocol/search.js";
import { searchPanelMessageSchema, type SearchHostMessage, type SearchPanelMessage } from "../../protocol/searchPanel.js";
import { trialFolder } from "../../trials/search/searchFolder.js";
import { testWinner } from "../../trials/search/testWinner.js";
import { applyFix } from "../editor/applyFix.js";
import { previewChange } from "../editor/previewChange.js";
import { revealFinding } from "../editor/revealFinding.js";
import { showError } from "../errors.js";
import type { Services } from "../host.js";
import { logLine } from "../log.js";
import { requireTrust } from "../runs/startRun.js";
import type { SearchHandle } from "../../trials/client/searchHandle.js";
import { SearchFeed } from "./searchFeed.js";
import { SearchLine } from "./searchLine.js";
import type { Searches } from "./searches.js";

/** Milliseconds between two looks at the journal. */
const interval = 300;

export class SearchPanel {
  private feed: SearchFeed | null = null;
  private handle: SearchHandle | null = null;
  private ready = false;
  private reading = false;
  private findingCount = -1;
  private readonly line = new SearchLine((message) => this.post(message));
  private readonly heard = new WeakSet<SearchHandle>();
  private readonly timer = setInterval(() => void this.look(), interval);
  private readonly closed = new vscode.EventEmitter<void>();
  readonly onDidClose = this.closed.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly panel: vscode.WebviewPanel,
    readonly folder: string,
    private readonly services: Services,
    private readonly searches: Searches,
  ) {
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((value: unknown) => void this.receive(value)),
      panel.onDidDispose(() => this.dispose()),
      searches.onDidChange((changed) => {
        if (changed === folder) void this.attach();
      }),
    ];
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const one of this.subscriptions) one.dispose();
    this.closed.fire();
    this.closed.dispose();
  }

  private async begin(): Promise<void> {
    try {
      const feed = await SearchFeed.open(this.folder);
      this.feed = feed;
      this.panel.title = `${feed.manifest.name} search`;
      await this.attach();
      const findings = await feed.findings();
      this.findingCount = findings.length;
      this.line.forget();
      this.post({ message: "init", folder: this.folder, manifest: feed.manifest, live: this.handle !== null, trials: feed.rows, tested: feed.tested, findings });
    } catch (thrown) {
      this.post({ message: "broken", error: toDescentError(thrown).toJSON() });
    }
  }

  /** Takes the search's process, where there is one, or learns that there is none any more. */
  private async attach(): Promise<void> {
    this.handle = await this.searches.find(this.folder);
    const { handle } = this;
    if (handle !== null && !this.heard.has(handle)) {
      this.heard.add(handle);
      handle.onMessage((message) => {
        if (message.event === "progress") this.line.advanced({ message: "progress", trials: message.trials.map(({ trial, step, totalSteps }) => ({ trial, share: totalSteps > 0 ? Math.min(1, step / totalSteps) : 0 })), queued: message.queued });
        if (message.event === "log" && message.level !== "debug") logLine(this.services.log, message.level, path.basename(this.folder), message.text);
      });
    }
    if (this.feed !== null) await this.look(true);
  }

  /** Reads what the folder has to say since the last time. */
  private async look(anyway = false): Promise<void> {
    const { feed } = this;
    if (!this.ready || feed === null || (!anyway && (!this.panel.visible || this.reading))) return;
    this.reading = true;
    try {
      const before = JSON.stringify(told(feed.manifest));
      this.line.changed(await feed.read());
      if (feed.manifest.state === "running" || feed.manifest.state === "stopping") this.line.send(feed.tested);
      else this.line.flush(feed.tested);
      if (anyway || JSON.stringify(told(feed.manifest)) !== before) this.post({ message: "manifest", manifest: feed.manifest, live: this.handle !== null });
      const findings = await feed.findings();
      if (findings.length !== this.findingCount) this.post({ message: "findings", findings });
      this.findingCount = findings.length;
    } catch (thrown) {
      this.feed = null;
      this.post({ message: "broken", error: toDescentError(thrown).toJSON() });
    } finally {
      this.reading = false;
    }
  }

  private post(message: SearchHostMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a webview's, not a window's
    if (this.ready) void this.panel.webview.postMessage(message);
  }

  private async receive(value: unknown): Promise<void> {
    const checked = searchPanelMessageSchema.safeParse(value);
    if (!checked.success) return this.services.log.error(`[search panel] a message was not understood: ${JSON.stringify(value).slice(0, 200)}`);
    try {
      await this.handleMessage(checked.data);
    } catch (thrown) {
      await showError(this.services.log, "The search panel's request", thrown);
    }
  }

  private async handleMessage(message: SearchPanelMessage): Promise<void> {
    switch (message.message) {
      case "ready":
        this.ready = true;
        return this.begin();
      case "stop":
        return this.handle?.send({ message: "stop" });
      case "resume":
        return this.searches.resume(this.folder, 0);
      case "more":
        return this.handle === null ? this.searches.resume(this.folder, message.trials) : this.handle.send({ message: "extend", trials: message.trials });
      case "test":
        return this.test();
      case "stop-trial":
        return this.handle?.send({ message: "stop-trial", trial: message.trial });
      case "promote":
        return this.promote(message.trial);
      case "open-trial":
        await vscode.commands.executeCommand(commands.openRun.id, { runFolder: trialFolder(this.folder, message.trial) });
        return;
      case "use-settings":
        return this.useSettings(message.trial);
      case "open-file":
        if (this.feed) await vscode.window.showTextDocument(vscode.Uri.file(this.feed.manifest.file), { viewColumn: vscode.ViewColumn.One });
        return;
      case "reveal":
        await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(this.folder));
        return;
      case "open-finding": {
        const finding = (await this.feed?.findings())?.[message.index];
        if (finding && this.feed) await revealFinding(finding, this.feed.manifest.file);
        return;
      }
      case "apply-fix": {
        const fix = (await this.feed?.findings())?.[message.index]?.fixes[message.fix];
        if (fix && this.feed) await applyFix(vscode.Uri.file(this.feed.manifest.file), fix);
        return;
      }
      case "open-page": {
        const finding = (await this.feed?.findings())?.[message.index];
        if (finding) await vscode.commands.executeCommand(commands.showRule.id, finding.page);
        return;
      }
      case "error":
        return logLine(this.services.log, "error", "search panel", message.text);
      default:
        return assertNever(message);
    }
  }

  /** A trial goes on to its end; where the search is over, it goes on with it. */
  private async promote(trial: number): Promise<void> {
    if (this.handle === null) await this.searches.resume(this.folder, 0, trial);
    else this.handle.send({ message: "promote", trial });
  }

  private async test(): Promise<void> {
    const { feed } = this;
    if (feed === null) return;
    requireTrust();
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: "Descent: measuring the winner on the test split", cancellable: true }, (_, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return testWinner({ folder: this.folder, manifest: feed.manifest, log: feed.log }, { runtimePath: this.services.runtimePath, storage: this.services.storage, signal: controller.signal });
    });
    await this.look(true);
    this.post({ message: "trials", trials: [], tested: feed.tested });
  }

  /** Shows a trial's settings in the training file, and makes them its own where the user says so: in its editor, where they can be undone; comments stay. */
  private async useSettings(trial: number): Promise<void> {
    const { feed } = this;
    const record = feed?.log.trials[trial - 1];
    if (!feed || record === undefined) return;
    const edits = Object.entries(record.overrides).filter(([at]) => record.confirms === null || at !== "data.split.seed").map(([at, value]) => ({ path: at, value }));
    await previewChange(vscode.Uri.file(feed.manifest.file), `Settings of trial ${trial}`, edits);
  }
}

/** What of a manifest the page shows. */
function told({ state, trials, slots, error }: SearchManifest): unknown {
  return { state, trials, slots, error };
}
