import fs from "node:fs";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { toDescentError } from "../../common/errors.js";
import type { ConfusionMatrix, Projection, ProjectionMethod } from "../../protocol/evaluation.js";
import type { Finding } from "../../protocol/finding.js";
import type { Manifest, RunState } from "../../protocol/manifest.js";
import type { CurveRequest } from "../../protocol/curves.js";
import type { HostMessage, PanelFinding } from "../../protocol/panel.js";
import type { RuntimeMessage } from "../../protocol/runtime.js";
import { readEvaluations, readProjections } from "../../runs/evaluationHistory.js";
import { readCurvature } from "../../runs/curvatureFile.js";
import { readFindings } from "../../runs/findingsFile.js";
import { readManifest } from "../../runs/manifestFile.js";
import type { RunHandle } from "../../runtime/client/runHandle.js";
import { standing } from "../runs/findings.js";
import type { CurveSource } from "../curves/curveSource.js";
import { LiveLine, liveBytesPerSecond } from "./liveLine.js";
import { SeriesBuffer } from "./seriesBuffer.js";

/** Matrices of one message of their history. */
const pieceMatrices = 25;
/** Points of a layout of a live run that are shown while it forms: all of them come once it has. */
const formingPoints = 2000;
/** Bytes of one update that follows the run: a fifth of a second's. An answer's facts and one entry of its columns take about: */
const updateBytes = liveBytesPerSecond / 5;
const factsBytes = 450;
const entryBytes = 41;
/** Milliseconds between two tellings of all facts that changed. */
const factsInterval = 1000;

export interface FeedOptions {
  /** Attaches to the run as a client of the panel's own, or null where it does not live. */
  readonly attach: () => Promise<RunHandle | null>;
  readonly post: (message: HostMessage) => void;
  /** The run's curves; the feed disposes them. */
  readonly curves: CurveSource;
  /** Milliseconds between two updates. */
  readonly interval: () => number;
  /** Whether the panel can be seen; while it cannot, it is told of no points. */
  readonly visible: () => boolean;
  /** The `init` that begins everything. */
  readonly init: (manifest: Manifest, storedText: string | null) => Promise<HostMessage>;
  /** A finding with what is said of it besides. */
  readonly explain: (finding: Finding) => PanelFinding;
  /** What was measured at the last evaluation, from the run's folder. */
  readonly readEvaluation: (folder: string) => Promise<{ readonly confusion: readonly ConfusionMatrix[]; readonly projection: Projection | null }>;
}

/**
 * What a panel is told of one run, from its beginning: which curves there are, then what the live run says; of the curves' points only
 * what the panel shows and asks for. The feed is a client of the run in its own right: everything up to the moment of attaching is in the folder,
 * everything later comes through the socket, so that nothing is missed however late a panel opens.
 */
export class RunFeed {
  /** Everything the run found, as the panel counts it (`open-finding` gives a place in this list). */
  findings: Finding[] = [];
  manifest: Manifest | null = null;

  /** What the live run said last; its folder may still say what came before. */
  private liveState: RunState | null = null;
  private handle: RunHandle | null = null;
  private attaching = true;
  private refreshing: Promise<void> | null = null;
  private stale = false;
  private readonly events: Finding[] = [];
  private readonly buffer = new SeriesBuffer();
  private readonly known = new Set<string>();
  /** The layer whose histograms are looked at. */
  private layer: string | null = null;
  /** The last step that came, of which the panel has not heard yet. */
  private untold: number | null = null;
  private timer: NodeJS.Timeout | null = null;
  /** When facts are due; `Date.now()`. */
  private factsAt = 0;
  private readonly line: LiveLine;
  /** The layout that a person asked of the live run is on its way: it is sent as it forms, whatever it takes. */
  private projecting = false;
  private disposed = false;

  constructor(
    readonly folder: string,
    private readonly options: FeedOptions,
  ) {
    this.line = new LiveLine(options.post);
  }

  /** Sends everything known, then follows. Throws `run-missing` or `run-unreadable`. */
  async start(): Promise<void> {
    const { post } = this.options;
    this.handle = await this.options.attach().finally(() => (this.attaching = false));
    this.manifest = await readManifest(this.folder);
    if (this.disposed) return this.handle?.dispose();
    post(await this.options.init(this.manifest, await readText(path.join(this.folder, this.manifest.storedFile))));
    this.events.push(...(await readFindings(this.folder)));
    this.sendFindings();
    await this.sendHistory();
    if (this.disposed) return this.handle?.dispose();
    post({ message: "loaded" });
    await this.sendEvaluation();
    await this.sendCurvature();
    if (!this.handle || this.disposed) return;
    post({ message: "progress", progress: this.handle.attached.progress });
    this.handle.onEvent((event) => this.receive(event));
    void this.handle.closed.then((manifest) => this.end(manifest));
  }

  get live(): RunHandle | null {
    return this.handle;
  }

  /** Whether it hears what the run does, or is about to: the first attempt to attach is under way. */
  get follows(): boolean {
    return this.attaching || this.handle !== null;
  }

  /** The folder's manifest has changed. */
  async refreshManifest(): Promise<void> {
    this.stale = true;
    this.refreshing ??= this.refreshWhileStale().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  /** Reads once for all the changes that came while it was reading. */
  private async refreshWhileStale(): Promise<void> {
    while (this.stale) {
      this.stale = false;
      await this.rereadManifest();
    }
  }

  private async rereadManifest(): Promise<void> {
    if (this.disposed || this.manifest === null) return;
    try {
      const manifest = await readManifest(this.folder);
      this.manifest = this.handle && this.liveState ? { ...manifest, state: this.liveState } : manifest;
      this.sendManifest();
    } catch (thrown) {
      this.options.post({ message: "broken", error: toDescentError(thrown).toJSON() });
    }
  }

  /** Sends the matrices of every evaluation so far, of this run or (`of`: its folder) of another. */
  async sendEvaluations(of: string | null): Promise<void> {
    const matrices = await readEvaluations(of ?? this.folder);
    for (let from = 0; from === 0 || from < matrices.length; from += pieceMatrices) {
      if (this.disposed) return;
      const piece = matrices.slice(from, from + pieceMatrices);
      this.options.post({ message: "evaluations", of, matrices: piece, done: from + pieceMatrices >= matrices.length });
      await nextTurn();
    }
  }

  /** Sends every layout that the run kept. */
  async sendProjections(): Promise<void> {
    for (const projection of await readProjections(this.folder)) {
      if (this.disposed) return;
      this.options.post({ message: "projection", projection });
      await nextTurn();
    }
  }

  /** Sends every measurement of the curvature. */
  async sendCurvature(): Promise<void> {
    const figures = await readCurvature(this.folder);
    if (!this.disposed && figures.length > 0) this.options.post({ message: "curvature", figures });
  }

  /** Reads the findings of a run that has ended again: some came after its end. */
  async refreshFindings(): Promise<void> {
    if (this.handle !== null) return;
    const events = await readFindings(this.folder);
    if (this.disposed) return;
    this.events.splice(0, this.events.length, ...events);
    this.sendFindings();
  }

  /** Flushes when what was sent before has been paid for. */
  private tell(): void {
    const { wait } = this.line;
    if (wait > 0) this.timer = setTimeout(() => this.tell(), wait);
    else this.flush();
  }

  /** Takes in what came, and tells the panel if someone sees it. Called again when it is shown. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.disposed) return;
    const points = this.buffer.drain();
    const { curves, post, visible } = this.options;
    if (points.length > 0) {
      curves.append(points);
      this.untold = points.reduce((last, { steps }) => Math.max(last, steps[steps.length - 1]), this.untold ?? 0);
    }
    const isNew = points.some(({ tag }) => !this.known.has(tag));
    for (const { tag } of points) this.known.add(tag);
    if (this.untold === null || !visible()) return;
    post({ message: "grew", step: this.untold });
    this.untold = null;
    if (isNew || Date.now() >= this.factsAt) void this.sendFacts();
  }

  /** Answers what the panel asks about curves. What only follows the run is paid from the live budget; a person's zoom is not held up. */
  async answer(id: number, requests: readonly CurveRequest[]): Promise<void> {
    const following = requests.filter(({ since }) => since !== null).length;
    const liveColumns = Math.max(4, Math.floor((updateBytes / Math.max(1, following) - factsBytes) / entryBytes));
    const answers = [...(await this.options.curves.answer(requests, liveColumns))];
    if (this.disposed) return;
    const message: HostMessage = { message: "columns", id, answers };
    this.options.post(message);
    if (following > 0) this.line.pay({ ...message, answers: answers.filter((_, i) => requests[i].since !== null) });
  }

  /** Sends how a layer's values lay so far, and from now on what comes; null: nobody looks at one any more. */
  async sendHistograms(layer: string | null): Promise<void> {
    this.layer = layer;
    if (layer === null) return;
    const histograms = [...((await this.options.curves.histograms?.(layer)) ?? [])];
    if (!this.disposed) this.options.post({ message: "histograms", layer, replace: true, histograms });
  }

  /** Writes every point of the curves to a CSV file. */
  writeCsv(tags: readonly string[], file: string): Promise<void> {
    return this.options.curves.writeCsv(tags, file);
  }

  dispose(): void {
    this.disposed = true;
    this.line.dispose();
    if (this.timer) clearTimeout(this.timer);
    this.options.curves.dispose();
    this.handle?.dispose();
  }

  private async sendHistory(): Promise<void> {
    const facts = [...(await this.options.curves.load())];
    if (this.disposed) return;
    for (const { tag } of facts) this.known.add(tag);
    this.options.post({ message: "facts", replace: true, facts });
  }

  /** Tells which curves changed, not seldom and not often. */
  private async sendFacts(): Promise<void> {
    this.factsAt = Date.now() + factsInterval;
    try {
      const facts = [...(await this.options.curves.changed())];
      if (this.disposed || facts.length === 0) return;
      this.line.send({ message: "facts", replace: false, facts });
    } catch (thrown) {
      this.options.post({ message: "broken", error: toDescentError(thrown).toJSON() });
    }
  }

  private async sendEvaluation(): Promise<void> {
    const { confusion, projection } = this.handle ? this.handle.attached : await this.options.readEvaluation(this.folder);
    if (this.disposed) return;
    for (const matrix of confusion) this.options.post({ message: "confusion", matrix });
    if (projection) this.options.post({ message: "projection", projection });
  }

  private receive(event: RuntimeMessage): void {
    const { line } = this;
    switch (event.event) {
      case "series":
        this.buffer.add(event.series, Date.now() / 1000);
        this.timer ??= setTimeout(() => this.tell(), this.options.interval());
        break;
      case "progress": {
        const { event: _, ...progress } = event;
        line.send({ message: "progress", progress });
        break;
      }
      case "state":
        this.liveState = event.state;
        if (this.manifest) this.manifest = { ...this.manifest, state: event.state };
        this.sendManifest();
        void this.refreshManifest();
        break;
      case "start":
      case "checkpoint":
        void this.refreshManifest();
        break;
      case "finding": {
        const { event: _, ...finding } = event;
        this.events.push(finding);
        this.sendFindings();
        break;
      }
      case "histograms":
        this.options.curves.appendHistograms?.(event.histograms);
        if (this.layer !== null) {
          const histograms = event.histograms.filter(({ layer }) => layer === this.layer);
          if (histograms.length > 0) line.offer(`histograms ${histograms[0].step}`, { message: "histograms", layer: this.layer, replace: false, histograms });
        }
        break;
      case "confusion":
        line.offer(`matrix ${event.matrix.split}`, { message: "confusion", matrix: event.matrix });
        void this.refreshManifest();
        break;
      case "projection":
        this.showLayout(event.projection, event.done ?? true);
        break;
      default:
        break; // the log is written by the window's own client
    }
  }

  /** What a person asked for goes at once; what follows the run as far as there is room, a part of the points while it forms. */
  private showLayout(projection: Projection, done: boolean): void {
    const message = (shown: Projection): HostMessage => ({ message: "projection", projection: shown });
    const asked = this.projecting;
    if (done) this.projecting = false;
    if (asked) this.options.post(message(done ? projection : someOf(projection, formingPoints)));
    else this.line.offer(`layout ${projection.step} ${projection.of}`, message(done ? projection : someOf(projection, formingPoints)));
  }

  /** Asks the live run for a layout; false where it does not live. */
  project(of: string, method: ProjectionMethod): boolean {
    if (!this.handle) return false;
    this.projecting = true;
    this.handle.project(of, method);
    return true;
  }

  private end(manifest: Manifest | null): void {
    if (this.disposed) return;
    this.flush();
    this.line.flush();
    void this.sendFacts();
    this.handle?.dispose();
    this.handle = null;
    if (manifest) this.manifest = manifest;
    this.options.post({ message: "progress", progress: null });
    this.sendManifest();
  }

  private sendManifest(): void {
    if (!this.disposed && this.manifest) this.options.post({ message: "manifest", run: this.manifest });
  }

  private sendFindings(): void {
    this.findings = standing(this.events);
    this.options.post({ message: "findings", findings: this.findings.map(this.options.explain) });
  }
}

/** At most `count` of a layout's points, evenly spread: as many of each class as before, about. */
function someOf(projection: Projection, count: number): Projection {
  const { length } = projection.x;
  if (length <= count) return projection;
  const some = <T>(values: readonly T[]): T[] => Array.from({ length: count }, (_, i) => values[Math.floor((i * length) / count)]);
  const { x, y, labels, predicted, examples, loss, targets } = projection;
  return {
    ...projection, x: some(x), y: some(y), labels: some(labels), predicted: some(predicted), examples: some(examples),
    ...(loss && { loss: some(loss) }), ...(targets && { targets: some(targets) }),
  };
}

async function readText(file: string): Promise<string | null> {
  try {
    return await fs.promises.readFile(file, "utf8");
  } catch {
    return null;
  }
}
