import * as vscode from "vscode";
import { commands } from "../../contributions.js";
import type { Fix } from "../../protocol/finding.js";
import { fixEdits } from "./applyFix.js";
import { isRuleFinding } from "./language.js";
import type { LintDiagnostics, ShownFinding } from "./lintDiagnostics.js";
import { triableFixes, tryRequest } from "../try/tryRequest.js";

/** Quick fixes of findings: each of its fixes, the safe fix of every finding of its rule, and silence with a reason. */
export class FixActions implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  constructor(private readonly diagnostics: LintDiagnostics) {}

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const shown = this.diagnostics.shownOn(document.uri);
    return shown
      .filter(({ diagnostic }) => diagnostic.range.intersection(range) !== undefined)
      .flatMap((one) => single(document, one).concat(trying(document, one), allOfKind(document, one, shown), silence(document, one)))
      .concat(context.diagnostics.filter(({ code, source }) => source === "Descent" && code === "device-unavailable").flatMap((refusal) => forDevice(document, refusal)));
  }
}

function single(document: vscode.TextDocument, { finding, diagnostic }: ShownFinding): vscode.CodeAction[] {
  return finding.fixes.flatMap((fix, at) => {
    const edits = possibleEdits(document, [fix]);
    if (edits.length === 0) return [];
    const action = changing(document, fix.title, edits, diagnostic);
    action.isPreferred = at === 0 && fix.safe;
    return [action];
  });
}

/** Trains the file with a fix beside the file as it is. */
function trying(document: vscode.TextDocument, { finding, diagnostic }: ShownFinding): vscode.CodeAction[] {
  return triableFixes(finding).filter((fix) => possibleEdits(document, [fix]).length > 0).map((fix) => {
    const action = new vscode.CodeAction(`Try this fix: ${fix.title}`, vscode.CodeActionKind.QuickFix);
    action.command = { command: commands.tryFix.id, title: commands.tryFix.title, arguments: [tryRequest(document.uri.fsPath, finding, fix)] };
    action.diagnostics = [diagnostic];
    return action;
  });
}

function allOfKind(document: vscode.TextDocument, { finding, diagnostic }: ShownFinding, shown: readonly ShownFinding[]): vscode.CodeAction[] {
  const fixes = shown.filter((other) => other.finding.rule === finding.rule).flatMap((other) => other.finding.fixes.filter((fix) => fix.safe).slice(0, 1));
  if (fixes.length < 2) return [];
  const edits = possibleEdits(document, fixes);
  return edits.length === 0 ? [] : [changing(document, `Fix all: ${finding.rule}`, edits, diagnostic)];
}

/** A comment above the line, with a reason to be written; JSON has no comments, so there the rule is turned off for the file. */
function silence(document: vscode.TextDocument, { finding, diagnostic }: ShownFinding): vscode.CodeAction[] {
  if (!isRuleFinding(finding)) return [];
  const off = possibleEdits(document, [{ title: "", safe: false, edits: [{ path: `diagnostics.rules.${finding.rule}`, value: "off" }] }]);
  const actions = off.length === 0 ? [] : [changing(document, `Turn off ${finding.rule} in this file`, off, diagnostic)];
  if (document.uri.path.endsWith(".json")) return actions;
  const line = document.lineAt(diagnostic.range.start.line);
  const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex);
  const action = new vscode.CodeAction(`Disable ${finding.rule} here, with a reason`, vscode.CodeActionKind.QuickFix);
  const comment = new vscode.SnippetString().appendText(`${indent}# descent-disable-next-line ${finding.rule} -- `).appendPlaceholder("reason").appendText("\n");
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(document.uri, [vscode.SnippetTextEdit.insert(line.range.start, comment)]);
  action.diagnostics = [diagnostic];
  return [action, ...actions];
}

/** A device that cannot be used: what it lacks is fetched, or the file trains on what there is. */
function forDevice(document: vscode.TextDocument, refusal: vscode.Diagnostic): vscode.CodeAction[] {
  const running = (command: { readonly id: string; readonly title: string }): vscode.CodeAction => {
    const action = new vscode.CodeAction(`Descent: ${command.title}`, vscode.CodeActionKind.QuickFix);
    action.command = { command: command.id, title: command.title };
    action.diagnostics = [refusal];
    return action;
  };
  const onProcessor = possibleEdits(document, [{ title: "", safe: false, edits: [{ path: "device", value: "auto" }] }]);
  return [
    ...(refusal.message.includes("device cuda") ? [running(commands.installCuda)] : []),
    running(commands.showDevices),
    ...(onProcessor.length === 0 ? [] : [changing(document, "Train on the best device there is (device: auto)", onProcessor, refusal)]),
  ];
}

/** A fix that does not fit the text as it is now (a line being typed) is not offered. */
function possibleEdits(document: vscode.TextDocument, fixes: readonly Fix[]): vscode.TextEdit[] {
  try {
    return fixEdits(document, fixes);
  } catch {
    return [];
  }
}

function changing(document: vscode.TextDocument, title: string, edits: vscode.TextEdit[], diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(document.uri, edits);
  action.diagnostics = [diagnostic];
  return action;
}
