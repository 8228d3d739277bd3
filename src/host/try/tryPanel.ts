import path from "node:path";
import * as vscode from "vscode";
import { assertNever } from "../../common/assertNever.js";
import { toDescentError } from "../../common/errors.js";
import { textEdits } from "../../config/edit/textEdits.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import { commands } from "../../contributions.js";
import { outcomeSchema } from "../../protocol/experiment.js";
import { tryPanelMessageSchema, type TryHostMessage, type TryPanelMessage } from "../../protocol/tryPanel.js";
import { runJob } from "../../runtime/client/runJob.js";
import { applyFix } from "../editor/applyFix.js";
import { revealPath } from "../editor/revealFinding.js";
import { showError } from "../errors.js";
import type { Services } from "../host.js";
import { logLine } from "../log.js";
import { computeSettings, refreshInterval } from "../settings.js";
import { changedLines } from "./changedLines.js";
import type { TryRequest } from "./tryRequest.js";

/** Runs from as many seeds: fewer tell no fix from chance. */
const seeds = 5;
/** Seconds of training each of the two from one seed, at most about. */
const seconds = 4;

/** A panel in which a fix is tried, in a process of its own that ends with it. */
export class TryPanel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private readonly closed = new vscode.EventEmitter<void>();
  readonly onDidClose = this.closed.event;
  private running: AbortController | null = null;
  private ready = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly services: Services,
    private request: TryRequest,
  ) {
    this.subscriptions = [panel.webview.onDidReceiveMessage((value: unknown) => void this.receive(value)), panel.onDidDispose(() => this.dispose())];
  }

  get file(): string {
    return this.request.file;
  }

  /** Tries another fix, or the same once more. */
  show(request: TryRequest): void {
    this.request = request;
    this.panel.title = titleOf(request);
    this.panel.reveal(undefined, true);
    if (this.ready) void this.start();
  }

  dispose(): void {
    this.running?.abort();
    for (const one of this.subscriptions) one.dispose();
    this.closed.fire();
    this.closed.dispose();
  }

  private async receive(value: unknown): Promise<void> {
    const checked = tryPanelMessageSchema.safeParse(value);
    if (!checked.success) return this.services.log.error(`[try] a message was not understood: ${JSON.stringify(value).slice(0, 200)}`);
    try {
      await this.handle(checked.data);
    } catch (thrown) {
      await showError(this.services.log, "The panel's request", thrown);
    }
  }

  private async handle(message: TryPanelMessage): Promise<void> {
    if (message.message === "error") return logLine(this.services.log, "error", "try", message.text);
    if (message.message === "ready") {
      this.ready = true;
      return this.start();
    }
    const { file, fix, finding } = this.request;
    const uri = vscode.Uri.file(file);
    switch (message.action) {
      case "apply":
        await applyFix(uri, fix);
        return this.post({ message: "applied" });
      case "cancel":
        return this.running?.abort();
      case "again":
        return this.start();
      case "train":
        return void (await vscode.commands.executeCommand(commands.train.id, uri));
      case "open-file":
        return revealPath(uri, finding.path);
      case "open-page":
        return void (await vscode.commands.executeCommand(commands.showRule.id, finding.page));
      default:
        return assertNever(message.action);
    }
  }

  private async start(): Promise<void> {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const { file, fix, finding } = this.request;
    const post = (message: TryHostMessage): void => {
      if (this.running === controller) this.post(message);
    };
    try {
      const text = (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).getText();
      const parsed = parseTrainingFile(text, { file });
      const line = finding.path === "" ? null : parsed.locate(finding.path).start.line;
      const edits = textEdits(text, fix.edits, file);
      post({ message: "init", title: fix.title, file: path.basename(file), line, finding, changes: changedLines(text, edits), refresh: refreshInterval() });
      const value = await runJob(
        { job: "try-fix", source: { file, text, overrides: {} }, name: fix.title, edits: fix.edits, storage: this.services.storage, seeds, seconds, ...computeSettings(parsed.config) },
        {
          runtimePath: this.services.runtimePath,
          signal: controller.signal,
          onExperiment: (experiment) => post({ message: "experiment", experiment }),
          onProgress: (words, fraction) => post({ message: "progress", text: words, fraction }),
          onLog: (level, words) => logLine(this.services.log, level, "try", words),
        },
      );
      const outcome = outcomeSchema.parse(value);
      this.services.log.info(`[try] ${path.basename(file)}, ${fix.title}: ${outcome.comparisons[0].message}`);
      post({ message: "outcome", outcome });
    } catch (thrown) {
      const error = toDescentError(thrown);
      if (error.code !== "cancelled") this.services.log.warn(`[try] ${fix.title}: ${error.message} (${error.code})`);
      post({ message: "ended", error: { code: error.code, message: error.message } });
    }
  }

  private post(message: TryHostMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a webview's, not a window's
    void this.panel.webview.postMessage(message);
  }
}

export function titleOf({ fix }: TryRequest): string {
  return `Try: ${fix.title}`;
}
