import * as vscode from "vscode";
import { toDescentError } from "../../common/errors.js";
import type { Finding } from "../../protocol/finding.js";
import { dataLintSchema, type ModelOutline } from "../../protocol/outline.js";
import { runJob } from "../../runtime/client/runJob.js";
import type { Services } from "../host.js";
import { logLine } from "../log.js";
import { rulesFor } from "../settings.js";

/** Milliseconds without a key pressed before the data are read: reading them costs more than reading the file. */
const quiet = 1500;

/**
 * The rules that look at a file's data, in a process of their own, at most one a file at a time; a newer question ends an older one. Not in
 * workspaces that are not trusted: it would read what the file names.
 */
export class DataLint implements vscode.Disposable {
  private readonly running = new Map<string, AbortController>();
  private readonly late = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly services: Services,
    /** `outline` null: the data could not be read, or the model does not fit them. */
    private readonly report: (uri: vscode.Uri, findings: readonly Finding[], outline: ModelOutline | null) => void,
  ) {}

  /** Checks the document as it is after `delay` milliseconds. */
  check(document: vscode.TextDocument, delay = quiet): void {
    this.cancel(document.uri);
    if (!vscode.workspace.isTrusted) return;
    const key = String(document.uri);
    this.late.set(key, setTimeout(() => {
      this.late.delete(key);
      if (!document.isClosed) void this.run(document, key);
    }, delay));
  }

  cancel(uri: vscode.Uri): void {
    const key = String(uri);
    clearTimeout(this.late.get(key));
    this.late.delete(key);
    this.running.get(key)?.abort();
    this.running.delete(key);
  }

  dispose(): void {
    for (const timer of this.late.values()) clearTimeout(timer);
    for (const controller of this.running.values()) controller.abort();
  }

  private async run(document: vscode.TextDocument, key: string): Promise<void> {
    const controller = new AbortController();
    this.running.set(key, controller);
    const findings: Finding[] = [];
    const file = document.uri.fsPath;
    try {
      const value = await runJob(
        { job: "lint-data", source: { file, text: document.getText(), overrides: {} }, rules: rulesFor(document.uri) },
        {
          runtimePath: this.services.runtimePath,
          signal: controller.signal,
          onFinding: (finding) => findings.push(finding),
          onLog: (level, text) => logLine(this.services.log, level, "data rules", text),
        },
      );
      if (!controller.signal.aborted) this.report(document.uri, findings, dataLintSchema.parse(value).outline);
    } catch (thrown) {
      const error = toDescentError(thrown);
      // a file that cannot be read has its findings from lint, or says so when it is trained
      if (error.code !== "cancelled") this.services.log.debug(`[data rules] ${file}: ${error.message} (${error.code})`);
      if (!controller.signal.aborted) this.report(document.uri, [], null);
    } finally {
      if (this.running.get(key) === controller) this.running.delete(key);
    }
  }
}
