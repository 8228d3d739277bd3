import * as vscode from "vscode";
import { toDescentError } from "../../common/errors.js";
import { isTrainingFile } from "../../contributions.js";
import { checkIds, checkTexts, isCheckId, type CheckId } from "../../protocol/checks.js";
import type { Finding } from "../../protocol/finding.js";
import { toRange } from "../editor/positions.js";
import type { Host } from "../host.js";
import { requireTrust } from "../runs/startRun.js";
import { runChecks } from "./runChecks.js";

/** The short experiments of every open training file as tests: they are run, stopped and looked at in the Test Explorer, failures stand on their lines. */
export class CheckTests implements vscode.Disposable {
  readonly controller = vscode.tests.createTestController("descent", "Descent");
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly host: Host) {
    this.controller.createRunProfile("Check", vscode.TestRunProfileKind.Run, (request, token) => this.run(request, token), true);
    this.subscriptions = [
      this.controller,
      vscode.workspace.onDidOpenTextDocument((document) => this.add(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.controller.items.delete(String(uri))),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const item = contentChanges.length > 0 ? this.controller.items.get(String(document.uri)) : undefined;
        if (item) this.controller.invalidateTestResults(item);
      }),
    ];
    for (const document of vscode.workspace.textDocuments) this.add(document);
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }

  private add({ uri }: vscode.TextDocument): void {
    if (uri.scheme !== "file" || !isTrainingFile(uri.path) || this.controller.items.get(String(uri))) return;
    const file = this.controller.createTestItem(String(uri), vscode.workspace.asRelativePath(uri), uri);
    file.range = new vscode.Range(0, 0, 0, 0);
    for (const [place, id] of checkIds.entries()) {
      const item = this.controller.createTestItem(`${String(uri)}#${id}`, checkTexts[id].title, uri);
      item.description = id;
      item.sortText = String(place).padStart(2, "0");
      file.children.add(item);
    }
    this.controller.items.add(file);
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    try {
      for (const [file, items] of this.chosen(request)) await this.runFile(run, file, items, token);
    } finally {
      run.end();
    }
  }

  /** The tests that a request means, by file; those of all open files where it names none. */
  private chosen({ include, exclude }: vscode.TestRunRequest): Map<vscode.TestItem, Map<CheckId, vscode.TestItem>> {
    const wanted = include ?? childrenOf(this.controller.items);
    const chosen = new Map<vscode.TestItem, Map<CheckId, vscode.TestItem>>();
    for (const item of wanted.flatMap((one) => (one.parent ? [one] : childrenOf(one.children)))) {
      const id = item.description ?? "";
      if (!item.parent || !isCheckId(id) || exclude?.includes(item) || exclude?.includes(item.parent)) continue;
      chosen.set(item.parent, (chosen.get(item.parent) ?? new Map<CheckId, vscode.TestItem>()).set(id, item));
    }
    return chosen;
  }

  private async runFile(run: vscode.TestRun, file: vscode.TestItem, items: Map<CheckId, vscode.TestItem>, token: vscode.CancellationToken): Promise<void> {
    const waiting = new Map<string, vscode.TestItem>(items);
    const failures = new Map<string, Finding>();
    let begun = performance.now();
    for (const item of waiting.values()) run.enqueued(item);
    try {
      requireTrust();
      await runChecks(this.host, file.uri!, [...items.keys()], token, {
        onProgress: (id) => {
          const item = waiting.get(id);
          if (item) run.started(item);
        },
        onFailure: (finding) => failures.set(finding.rule, finding),
        onCheck: ({ id, status, message }) => {
          const item = waiting.get(id);
          if (!item) return;
          waiting.delete(id);
          const milliseconds = performance.now() - begun;
          begun = performance.now();
          run.appendOutput(`${id} ${status}: ${message}\r\n`, undefined, item);
          if (status === "passed") run.passed(item, milliseconds);
          else if (status === "skipped") run.skipped(item);
          else run.failed(item, messageAt(item, message, failures.get(id)), milliseconds);
        },
      });
    } catch (thrown) {
      const error = toDescentError(thrown);
      for (const item of waiting.values()) {
        if (error.code === "cancelled") run.skipped(item);
        else run.errored(item, new vscode.TestMessage(error.message));
      }
    }
  }
}

/** A failure at the line that causes it. */
function messageAt(item: vscode.TestItem, text: string, finding: Finding | undefined): vscode.TestMessage {
  const message = new vscode.TestMessage(text);
  message.location = new vscode.Location(item.uri!, finding?.range ? toRange(finding.range) : new vscode.Range(0, 0, 0, 0));
  return message;
}

function childrenOf(items: vscode.TestItemCollection): vscode.TestItem[] {
  return Array.from(items, ([, item]) => item);
}
