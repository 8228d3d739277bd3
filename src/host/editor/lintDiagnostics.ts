import * as vscode from "vscode";
import type { DescentError } from "../../common/errors.js";
import { isTrainingFile } from "../../contributions.js";
import type { ModelOutline } from "../../protocol/outline.js";
import type { Finding } from "../../protocol/finding.js";
import { readFindings } from "../../runs/findingsFile.js";
import { logError } from "../log.js";
import type { Run } from "../runs/run.js";
import { rulesFor } from "../settings.js";
import { DataLint } from "./dataLint.js";
import { readTrainingFile, type ReadFile } from "./language.js";
import { toRange } from "./positions.js";
import { rulePageLink } from "./rulePages.js";
import type { Services } from "../host.js";

/** Milliseconds without a key pressed before a file is checked. */
const quiet = 150;

/** A finding as it is shown. */
export interface ShownFinding {
  readonly finding: Finding;
  readonly diagnostic: vscode.Diagnostic;
}

/** What is known of an open training file, by where it comes from. */
interface FileState {
  /** The file alone, now. */
  lint: readonly Finding[];
  /** The file and its data, when they were last read. */
  data: readonly Finding[];
  /** The last run of this file. */
  run: readonly Finding[];
  /** What an experiment on it said. */
  check: readonly Finding[];
  /** Why it was not run. */
  refusal: DescentError | null;
  shown: readonly ShownFinding[];
}

/**
 * Findings of training files in Problems and under the text: the file's own while typing, those about its data a little later, from a
 * process of their own, and those of its last run. Findings keep their place by path, so that they move with the lines.
 */
export class LintDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("descent");
  private readonly files = new Map<string, FileState>();
  private readonly late = new Map<string, NodeJS.Timeout>();
  private readonly outlines = new Map<string, ModelOutline>();
  private readonly outlined = new vscode.EventEmitter<vscode.Uri>();
  /** The data of a file have been read. */
  readonly onDidOutline = this.outlined.event;
  private readonly dataLint: DataLint;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly services: Services) {
    this.dataLint = new DataLint(services, (uri, findings, outline) => {
      this.update(uri, { data: findings });
      // a layer being typed fits nothing for a moment: what is known of the data stays
      if (outline === null) return;
      this.outlines.set(String(uri), outline);
      this.outlined.fire(uri);
    });
    this.subscriptions = [
      this.collection,
      this.outlined,
      this.dataLint,
      vscode.workspace.onDidOpenTextDocument((document) => this.open(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.checkSoon(document);
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (isLinted(document)) this.dataLint.check(document, 0);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.close(document)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("descent.rules")) this.checkAll();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.checkAll()),
      services.store.onDidChange(({ run, what }) => {
        if (run?.live && (what === "finding" || what === "added")) this.update(vscode.Uri.file(run.manifest.file), { run: run.live.findings });
        // a run may break before this window has heard of it: the last word is its folder's
        if (run && what === "ended") void this.readRun(run);
      }),
    ];
    this.checkAll();
  }

  /** What the layers of a file came to when its data were last read; null until then. */
  outlineOf(uri: vscode.Uri): ModelOutline | null {
    return this.outlines.get(String(uri)) ?? null;
  }

  /** The findings shown on a file, with their diagnostics. */
  shownOn(uri: vscode.Uri): readonly ShownFinding[] {
    return this.files.get(String(uri))?.shown ?? [];
  }

  /** A new run of the file begins: what the last one found is history. */
  clearRun(uri: vscode.Uri): void {
    this.update(uri, { run: [], refusal: null });
  }

  /** A check of the file failed: what it says holds until the file changes. */
  showCheck(uri: vscode.Uri, findings: readonly Finding[]): void {
    this.update(uri, { check: findings, refusal: null });
  }

  /** A run that was refused says why at the place in the file, until the file changes or a run begins. */
  showRefusal(uri: vscode.Uri, error: DescentError): void {
    this.update(uri, { refusal: error });
  }

  dispose(): void {
    for (const timer of this.late.values()) clearTimeout(timer);
    for (const one of this.subscriptions) one.dispose();
  }

  private async readRun({ folder, manifest: { file } }: Run): Promise<void> {
    const findings = await readFindings(folder).catch((thrown: unknown) => {
      logError(this.services.log, `Reading the findings of ${folder}`, thrown);
      return null;
    });
    const newest = this.services.store.runs.find((run) => run.manifest.file === file);
    if (findings !== null && newest?.folder === folder) this.update(vscode.Uri.file(file), { run: findings });
  }

  private checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.open(document);
  }

  private open(document: vscode.TextDocument): void {
    if (!isLinted(document)) return;
    this.check(document);
    this.dataLint.check(document, 0);
  }

  private close(document: vscode.TextDocument): void {
    if (!isLinted(document)) return;
    this.dataLint.cancel(document.uri);
    this.outlines.delete(String(document.uri));
    this.update(document.uri, { lint: [], data: [], check: [], refusal: null });
  }

  private checkSoon(document: vscode.TextDocument): void {
    if (!isLinted(document)) return;
    const key = String(document.uri);
    clearTimeout(this.late.get(key));
    this.late.set(key, setTimeout(() => {
      this.late.delete(key);
      if (document.isClosed) return;
      this.check(document);
      this.dataLint.check(document);
    }, quiet));
  }

  private check(document: vscode.TextDocument): void {
    const file = readTrainingFile(document.getText(), document.uri.fsPath);
    this.update(document.uri, { lint: file.lint(rulesFor(document.uri)), check: [], refusal: null }, file);
  }

  private update(uri: vscode.Uri, change: Partial<FileState>, read?: ReadFile): void {
    const key = String(uri);
    const state = { ...(this.files.get(key) ?? nothing), ...change };
    const all = merged(state);
    if (all.length === 0 && state.refusal === null) {
      this.files.delete(key);
      this.collection.delete(uri);
      return;
    }
    const document = vscode.workspace.textDocuments.find((open) => String(open.uri) === key);
    const file = read ?? (document ? readTrainingFile(document.getText(), uri.fsPath) : null);
    state.shown = all.map((finding) => ({ finding, diagnostic: toDiagnostic(finding, file) }));
    this.files.set(key, state);
    const refusal = state.refusal ? [refusalDiagnostic(state.refusal, uri, file)] : [];
    this.collection.set(uri, [...refusal, ...state.shown.map(({ diagnostic }) => diagnostic)]);
  }
}

const nothing: FileState = { lint: [], data: [], run: [], check: [], refusal: null, shown: [] };

/** An editor's training file; a run's stored copy is a record and is not spoken of. */
function isLinted(document: vscode.TextDocument): boolean {
  return document.uri.scheme === "file" && isTrainingFile(document.uri.path);
}

/** One finding a rule and place: the file's own first, then its data's, then the run's; closed ones are over. */
function merged({ lint, data, run, check }: FileState): Finding[] {
  const found = new Map<string, Finding>();
  // a run repeats what lint says of the file: only what the run itself saw is added, and of that only what a line of the file causes
  const seen = run.filter((finding) => finding.path !== "" && (finding.step !== null || finding.state !== "open"));
  for (const finding of [...lint, ...data, ...check]) found.set(`${finding.rule}\n${finding.path}`, finding);
  const latest = new Map(seen.map((finding) => [`${finding.rule}\n${finding.path}`, finding]));
  for (const [key, finding] of latest) if (!found.has(key) && finding.state !== "closed") found.set(key, finding);
  return [...found.values()];
}

const severities = { error: vscode.DiagnosticSeverity.Error, warning: vscode.DiagnosticSeverity.Warning, info: vscode.DiagnosticSeverity.Information };

function toDiagnostic(finding: Finding, file: ReadFile | null): vscode.Diagnostic {
  // the path knows the place in the text as it is; the range is of the text that was checked
  const range = file?.locate(finding.path) ?? finding.range;
  const diagnostic = new vscode.Diagnostic(range ? toRange(range) : new vscode.Range(0, 0, 0, 0), finding.message, severities[finding.severity]);
  diagnostic.source = "Descent";
  diagnostic.code = finding.page === "" ? finding.rule : { value: finding.rule, target: rulePageLink(finding.page) };
  return diagnostic;
}

/** The place in the training file: its own range, or the key that names the file in which the trouble is. */
function refusalDiagnostic(error: DescentError, uri: vscode.Uri, read: ReadFile | null): vscode.Diagnostic {
  const { file, range, path } = error.location;
  const place = range && file === uri.fsPath ? range : path === undefined ? undefined : read?.locate(path);
  const diagnostic = new vscode.Diagnostic(place ? toRange(place) : new vscode.Range(0, 0, 0, 0), error.message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = "Descent";
  diagnostic.code = error.code;
  return diagnostic;
}
