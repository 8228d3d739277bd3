import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { assertNever } from "../../common/assertNever.js";
import { fromSerializedError, toDescentError, type DescentError } from "../../common/errors.js";
import type { Result } from "../../common/result.js";
import { commands } from "../../contributions.js";
import { exampleSchema, figuresSchema, projectionSchema, type FiguresResult, type Projection, type ProjectionMethod, type Split } from "../../protocol/evaluation.js";
import type { CurvatureFigures } from "../../protocol/curvature.js";
import type { Manifest } from "../../protocol/manifest.js";
import { factsAsJson } from "../../protocol/curves.js";
import { layoutSchema, panelMessageSchema, type HostMessage, type PanelMessage } from "../../protocol/panel.js";
import type { Verdict } from "../../protocol/runEvents.js";
import { causesOf } from "../../rules/causes/causesOf.js";
import { foldFindings } from "../../rules/causes/foldFindings.js";
import { readEvaluation } from "../../runs/evaluationFile.js";
import { attach } from "../../runtime/client/attach.js";
import type { ExamplePage, RunHandle } from "../../runtime/client/runHandle.js";
import { runJob } from "../../runtime/client/runJob.js";
import { measureCurvature } from "../curvature/measureCurvature.js";
import { applyFix } from "../editor/applyFix.js";
import { revealFinding } from "../editor/revealFinding.js";
import { showError } from "../errors.js";
import type { Services } from "../host.js";
import { logError, logLine } from "../log.js";
import { refreshInterval } from "../settings.js";
import { tryRequest } from "../try/tryRequest.js";
import { explainFinding } from "./explainFinding.js";
import { copyLink } from "./runLink.js";
import { LogFeed } from "../logs/logFeed.js";
import { RunFeed } from "./runFeed.js";
import { RunInsight } from "./runInsight.js";
import { saveCsv, savePicture } from "./saveChart.js";

const layoutKey = "descent.panel.layout";

/** One run panel: a webview and the run that it shows. Closing it ends nothing but itself. */
export class RunPanel implements vscode.Disposable {
  private feed: RunFeed | LogFeed | null = null;
  /** The folder to show; null: nothing yet; undefined: it is about to be known. */
  private folder: string | null | undefined = undefined;
  private ready = false;
  /** Ends the layout that an ended run is asked for. */
  private projecting: AbortController | null = null;
  /** Looks into the run's weights, once someone asks. */
  private insight: RunInsight | null = null;
  /** Ends the measurement of the curvature that is under way. */
  private measuring: AbortController | null = null;
  /** Whether the page has the run's history. */
  private loaded = false;
  private stepToShow: number | null = null;
  private verdict: Verdict | null = null;
  private readonly subscriptions: vscode.Disposable[];
  private readonly closed = new vscode.EventEmitter<void>();
  readonly onDidClose = this.closed.event;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly services: Services,
  ) {
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((value: unknown) => void this.receive(value)),
      panel.onDidChangeViewState(() => this.feed?.flush()),
      panel.onDidDispose(() => this.dispose()),
      services.store.onDidChange(({ folder, run, what }) => {
        if (folder !== this.folder) return;
        if (what === "removed" && !(this.feed instanceof LogFeed)) this.post({ message: "broken", error: { code: "run-missing", message: "This run has been deleted." } });
        else if (run?.live && !this.feed?.follows) void this.restart(); // it goes on
        else if (what === "manifest") void this.feed?.refreshManifest();
      }),
    ];
  }

  get runFolder(): string | null {
    return this.folder ?? null;
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  get isVisible(): boolean {
    return this.panel.visible;
  }

  reveal(preserveFocus = false): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  /** Shows a run from its beginning; null is the empty state. */
  show(folder: string | null, name: string): void {
    if (folder === this.folder && this.feed) return;
    this.folder = folder;
    this.panel.title = name;
    void this.restart();
  }

  /** Points at a step in the curves, as soon as they are there. */
  showStep(step: number): void {
    if (this.loaded) this.post({ message: "show-step", step });
    else this.stepToShow = step;
  }

  /** Shows what an experiment saw that told the run's causes apart; kept as long as the panel shows the run. */
  showVerdict(verdict: Verdict): void {
    this.verdict = verdict;
    if (this.loaded) this.post({ message: "told-apart", verdict });
  }

  close(): void {
    this.panel.dispose();
  }

  dispose(): void {
    this.projecting?.abort();
    this.insight?.dispose();
    this.measuring?.abort();
    this.feed?.dispose();
    this.feed = null;
    for (const one of this.subscriptions) one.dispose();
    this.closed.fire();
    this.closed.dispose();
  }

  private async restart(): Promise<void> {
    this.feed?.dispose();
    this.feed = null;
    this.insight?.dispose();
    this.insight = null;
    this.loaded = false;
    if (!this.ready || this.folder === undefined) return;
    const { folder } = this;
    if (folder === null) return this.post(await this.init(null, null));
    const feed = this.feedOf(folder);
    this.feed = feed;
    try {
      await feed.start();
      if (this.feed !== feed) return;
      this.loaded = true;
      if (this.verdict?.run === folder) this.post({ message: "told-apart", verdict: this.verdict });
      if (this.stepToShow !== null) this.showStep(this.stepToShow);
      this.stepToShow = null;
    } catch (thrown) {
      logError(this.services.log, `Showing ${folder}`, thrown);
      if (this.feed === feed) this.post({ message: "broken", error: toDescentError(thrown).toJSON() });
    }
  }

  /** Causes that the findings of a run that has ended leave; 0 while it goes on, and where nothing may be trained. */
  private causesToTellApart(feed: RunFeed): number {
    const state = feed.manifest?.state;
    if (feed.live || state === undefined || !vscode.workspace.isTrusted) return 0;
    return causesOf(foldFindings(feed.findings), { finished: state === "finished" || state === "finished early" }).length;
  }

  /** What tells the page of a run: of ours its folder and its process, of a log of others the thread that reads it. */
  private feedOf(folder: string): RunFeed | LogFeed {
    const place = this.services.logs.placeOf(folder);
    const options = {
      post: (message: HostMessage) => {
        if (this.feed === feed) this.post(message.message === "findings" && feed instanceof RunFeed ? { ...message, causes: this.causesToTellApart(feed) } : message);
      },
      visible: () => this.panel.visible,
      init: (manifest: Manifest, text: string | null) => this.init(manifest, text),
      explain: explainFinding,
    };
    const feed: RunFeed | LogFeed = place ? new LogFeed(folder, place, options) : new RunFeed(folder, {
      ...options,
      attach: () => attachForPanel(folder, this.panel.visible),
      curves: this.services.curves.source(folder),
      interval: refreshInterval,
      readEvaluation,
    });
    return feed;
  }

  private async init(manifest: Manifest | null, storedText: string | null): Promise<HostMessage> {
    const layout = layoutSchema.safeParse(this.services.memory.get(layoutKey));
    const text = storedText ?? "";
    return {
      message: "init",
      run: manifest,
      folder: this.folder ?? null,
      file: manifest && { name: path.basename(manifest.file), text, changed: storedText !== null && (await currentText(manifest.file)) !== storedText },
      layout: layout.success ? layout.data : null,
      refresh: refreshInterval(),
    };
  }

  /** Where what is saved from the panel is offered to go: beside the training file. */
  private get saveFolder(): vscode.Uri | undefined {
    const file = this.feed?.manifest?.file;
    return file === undefined ? undefined : vscode.Uri.file(path.dirname(file));
  }

  private post(message: HostMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a webview's, not a window's
    void this.panel.webview.postMessage(asJson(message));
  }

  private async receive(value: unknown): Promise<void> {
    const checked = panelMessageSchema.safeParse(value);
    if (!checked.success) return this.services.log.error(`[panel] a message was not understood: ${JSON.stringify(value).slice(0, 200)}`);
    try {
      await this.handle(checked.data);
    } catch (thrown) {
      await showError(this.services.log, "The panel's request", thrown);
    }
  }

  private async handle(message: PanelMessage): Promise<void> {
    const live = this.feed?.live;
    switch (message.message) {
      case "ready":
        this.ready = true;
        return this.restart();
      case "action":
        return this.act(message.action);
      case "set-learning-rate":
        return live?.setLearningRate(message.value);
      case "open-finding": {
        const finding = this.feed?.findings[message.index];
        if (finding && this.feed?.manifest) await revealFinding(finding, this.feed.manifest.file);
        return;
      }
      case "apply-fix": {
        const fix = this.feed?.findings[message.index]?.fixes[message.fix];
        if (fix && this.feed?.manifest) await applyFix(vscode.Uri.file(this.feed.manifest.file), fix);
        return;
      }
      case "try-fix": {
        const finding = this.feed?.findings[message.index];
        const fix = finding?.fixes[message.fix];
        if (finding && fix && this.feed?.manifest) await run_(commands.tryFix.id, tryRequest(this.feed.manifest.file, finding, fix));
        return;
      }
      case "open-page": {
        const finding = this.feed?.findings[message.index];
        if (finding) await vscode.commands.executeCommand(commands.showRule.id, finding.page);
        return;
      }
      case "project":
        if (this.feed instanceof RunFeed && this.feed.project(message.of, message.method)) return;
        return this.projectEndedRun(message.of, message.method);
      case "measure-curvature":
        await this.measureCurvature();
        return;
      case "cancel-curvature":
        return this.cancelCurvature();
      case "examples": {
        const { split, actual, predicted, offset, limit } = message;
        const cell = { split, actual, predicted, offset, limit };
        return this.sendExamples(message.id, (run) => run.examples(cell), cell);
      }
      case "examples-at":
        return this.sendExamples(message.id, (run) => run.examplesAt(message.indices), { indices: message.indices });
      case "evaluations":
        return this.feed?.sendEvaluations(message.of);
      case "projections":
        return this.feed?.sendProjections();
      case "comparable":
        return this.sendComparable();
      case "figures":
        return this.sendFigures(message.id, message.split, message.of);
      case "histograms":
        return this.feed instanceof RunFeed ? this.feed.sendHistograms(message.layer) : undefined;
      case "surface":
        return this.insightOf()?.surface(message.wish);
      case "cancel-surface":
        return this.insight?.cancelSurface();
      case "surfaces":
        return this.insightOf()?.sendSurfaces();
      case "inspect":
        return this.insightOf()?.inspect(message.id, message.request);
      case "columns":
        return this.feed?.answer(message.id, message.requests);
      case "save-picture":
        return savePicture(this.saveFolder, message);
      case "save-csv":
        return saveCsv(this.saveFolder, message.name, (file) => this.feed?.writeCsv(message.tags, file) ?? Promise.resolve());
      case "copy-link":
        if (this.folder) await copyLink(this.folder, message.step);
        return;
      case "media-value":
        if (this.feed instanceof LogFeed) await this.feed.sendMediaValue(message.id, message.tag, message.index);
        return;
      case "layout":
        await this.services.memory.update(layoutKey, message.layout);
        return;
      case "error":
        return logLine(this.services.log, "error", "panel", message.text);
      default:
        return assertNever(message);
    }
  }

  /** Of a run that the page shows; a log of others holds no weights, and its page asks for none. */
  private insightOf(): RunInsight | null {
    const { folder, feed } = this;
    if (!folder || !(feed instanceof RunFeed)) return null;
    const { log, runtimePath, storage } = this.services;
    return (this.insight ??= new RunInsight(folder, {
      log, runtime: { runtimePath, storage }, live: () => feed.live,
      post: (message) => {
        if (this.feed === feed) this.post(message);
      },
    }));
  }

  private async act(action: Extract<PanelMessage, { message: "action" }>["action"]): Promise<void> {
    const run = this.folder ? { runFolder: this.folder } : undefined;
    const file = this.feed?.manifest ? vscode.Uri.file(this.feed.manifest.file) : undefined;
    switch (action) {
      case "train": return run_(commands.train.id, file);
      case "pause": return run_(commands.pause.id, run);
      case "resume": return run_(commands.resume.id, run);
      case "stop": return run_(commands.stop.id, run);
      case "checkpoint": return run_(commands.checkpointNow.id, run);
      case "continue": return run_(commands.continueRun.id, run);
      case "evaluate-test": return run_(commands.evaluateTest.id, run);
      case "export": return run_(commands.exportModel.id, run);
      case "tell-apart": return run_(commands.tellApart.id, run);
      case "reveal": return run_(commands.revealRun.id, run);
      case "open-file": return run_(commands.openRunFile.id, run);
      case "new-file": return run_(commands.newTrainingFile.id);
      default: return assertNever(action);
    }
  }

  private async sendExamples(id: number, ask: (run: RunHandle) => Promise<Result<ExamplePage>>, of: ExamplesOf): Promise<void> {
    if (this.feed instanceof LogFeed) return this.post({ message: "examples", id, result: { ok: false, error: { code: "log-no-examples", message: "A log holds no examples: they can be looked at where the training ran." } } });
    const live = this.feed?.live ? await ask(this.feed.live) : null;
    // a run that ends while it is asked is asked as one that has ended
    const result = live === null || (!live.ok && live.error.code === "run-ended") ? await this.examplesOfEndedRun(of) : live;
    this.post({ message: "examples", id, result: result.ok ? { ok: true, ...result.value } : { ok: false, error: { code: result.error.code, message: result.error.message } } });
  }

  /** Runs of the same classes, newest first. */
  private sendComparable(): void {
    const shown = this.feed?.manifest;
    const runs = this.services.store.runs.filter(({ folder, manifest }) => folder !== this.folder && manifest.classes !== null && manifest.classes.join("\n") === shown?.classes?.join("\n"));
    this.post({ message: "comparable", runs: runs.map(({ folder, manifest }) => ({ folder, name: `${manifest.name}, ${new Date(manifest.created).toLocaleString()}` })) });
  }

  private async sendFigures(id: number, split: Split, of: number): Promise<void> {
    const live = this.feed?.live ? await this.feed.live.figures(split, of) : null;
    const result = live === null || (!live.ok && live.error.code === "run-ended") ? await this.figuresOfEndedRun(split, of) : live;
    this.post({ message: "figures", id, result });
  }

  /** Lays out in a process of its own, shown while it forms; a newer wish ends an older one. */
  private async projectEndedRun(of: string, method: ProjectionMethod): Promise<void> {
    this.projecting?.abort();
    const { signal } = (this.projecting = new AbortController());
    const folder = this.folder as string;
    const show = (projection: Projection) => {
      if (!signal.aborted && folder === this.folder) this.post({ message: "projection", projection });
    };
    try {
      if (!vscode.workspace.isTrusted) throw fromSerializedError({ code: "workspace-untrusted", message: "Projections are computed in trusted workspaces only." });
      const job = { job: "project", source: folder, storage: this.services.storage, of, method, split: null, examples: null, seed: 0, threads: null, output: null, picture: true } as const;
      show(projectionSchema.parse(await runJob(job, { runtimePath: this.services.runtimePath, signal, onProjection: show })));
    } catch (thrown) {
      if (signal.aborted) return;
      logError(this.services.log, "Projection", thrown);
      this.post({ message: "projection-failed", text: toDescentError(thrown).message });
    }
  }

  cancelCurvature(): void {
    this.measuring?.abort();
  }

  /** Measures the curvature of the run shown and shows it; null where that was cancelled, failed, or is under way already: the page says so. */
  async measureCurvature(onProgress?: (fraction: number) => void): Promise<CurvatureFigures | null> {
    const { folder, feed } = this;
    const manifest = feed?.manifest ?? this.services.store.get(folder ?? "")?.manifest;
    if (!folder || !manifest || feed instanceof LogFeed || this.measuring !== null) return null;
    const { signal } = (this.measuring = new AbortController());
    const tell = (fraction: number | null, problem: string | null = null) => this.post({ message: "curvature-progress", fraction, problem });
    try {
      const figures = await measureCurvature(this.services, { folder, file: manifest.file }, feed?.live ?? this.services.store.get(folder)?.live?.handle ?? null, {
        signal,
        onProgress: (fraction) => {
          tell(fraction);
          onProgress?.(fraction);
        },
      });
      tell(null);
      if (this.feed instanceof RunFeed && this.folder === folder) {
        await this.feed.sendCurvature();
        await this.feed.refreshFindings();
      }
      return figures;
    } catch (thrown) {
      if (!signal.aborted) logError(this.services.log, "Curvature", thrown);
      tell(null, signal.aborted ? null : toDescentError(thrown).message);
      return null;
    } finally {
      this.measuring = null;
    }
  }

  private async figuresOfEndedRun(split: Split, of: number): Promise<FiguresResult> {
    try {
      if (!vscode.workspace.isTrusted) throw fromSerializedError({ code: "workspace-untrusted", message: "Curves are computed in trusted workspaces only." });
      const value = await runJob({ job: "figures", run: this.folder as string, storage: this.services.storage, split, of }, { runtimePath: this.services.runtimePath });
      return { ok: true, figures: figuresSchema.parse(value) };
    } catch (thrown) {
      const error: DescentError = toDescentError(thrown);
      logError(this.services.log, "Curves", error);
      return { ok: false, error: { code: error.code, message: error.message } };
    }
  }

  private async examplesOfEndedRun(of: ExamplesOf): Promise<Result<ExamplePage>> {
    const folder = this.folder as string;
    try {
      if (!vscode.workspace.isTrusted) throw fromSerializedError({ code: "workspace-untrusted", message: "Examples are computed in trusted workspaces only." });
      const value = await runJob({ job: "examples", run: folder, storage: this.services.storage, of }, { runtimePath: this.services.runtimePath, storage: this.services.storage });
      return { ok: true, value: examplePageSchema.parse(value) };
    } catch (thrown) {
      const error: DescentError = toDescentError(thrown);
      logError(this.services.log, "Examples", error);
      return { ok: false, error: error.toJSON() };
    }
  }
}

/** A message as the editor carries it: typed arrays pass, numbers that JSON does not have as strings. */
function asJson(message: HostMessage): unknown {
  if (message.message === "facts") return { ...message, facts: message.facts.map(factsAsJson) };
  if (message.message === "columns") return { ...message, answers: message.answers.map((answer) => Object.assign({}, answer, { facts: factsAsJson(answer.facts) })) };
  return message;
}

type ExamplesOf = { split: "validation" | "test" | "train"; actual: number; predicted: number; offset: number; limit: number } | { indices: number[] };

const examplePageSchema = z.object({ examples: z.array(exampleSchema), total: z.int() });

async function run_(command: string, argument?: unknown): Promise<void> {
  await vscode.commands.executeCommand(command, argument);
}

/** A client of the panel's own; null where the run does not live, or may not be talked to. */
async function attachForPanel(folder: string, watched: boolean): Promise<RunHandle | null> {
  if (!vscode.workspace.isTrusted) return null;
  try {
    return await attach(folder, { client: "host", panel: watched });
  } catch (thrown) {
    if (toDescentError(thrown).code === "run-not-live") return null;
    throw thrown;
  }
}

/** The training file as it is now: an editor's text before the disk's. */
async function currentText(file: string): Promise<string | null> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.scheme === "file" && open.uri.fsPath === file);
  if (document) return document.getText();
  try {
    return await fs.promises.readFile(file, "utf8");
  } catch {
    return null;
  }
}
