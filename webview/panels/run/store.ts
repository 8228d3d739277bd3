import { CursorGroup } from "../../charts/cursorGroup.js";
import { redraws } from "../../charts/redraw.js";
import type { Curve } from "../../charts/curve.js";
import { RemoteCurves } from "../../charts/remoteCurves.js";
import { assertNever } from "../../../src/common/assertNever.js";
import type { CurvatureFigures } from "../../../src/protocol/curvature.js";
import type { ConfusionMatrix, Example, FiguresResult, Projection, ProjectionMethod, Split } from "../../../src/protocol/evaluation.js";
import type { Inspection, InspectionRequest } from "../../../src/protocol/inspection.js";
import type { MediaTag, MediaValue, UnshownMedia } from "../../../src/protocol/logMedia.js";
import type { LayerHistogram } from "../../../src/protocol/histograms.js";
import type { Manifest, RunState } from "../../../src/protocol/manifest.js";
import type { HostMessage, Layout, PanelFinding, PanelMessage } from "../../../src/protocol/panel.js";
import type { Progress } from "../../../src/protocol/runtime.js";
import type { LossSurface, SurfaceWish } from "../../../src/protocol/surface.js";
import type { Host } from "./host.js";
import type { Verdict } from "../../../src/protocol/runEvents.js";

/** What changed; components listen to what they show. */
export type Topic = "curvature" | "media" | "run" | "progress" | "series" | "findings" | "confusion" | "projection" | "selection" | "layout" | "histograms" | "surface";

/** Examples as they came, or why they did not. */
export type ExamplesAnswer = { readonly ok: true; readonly examples: readonly Example[]; readonly total: number } | { readonly ok: false; readonly message: string };

/** One cell of a confusion matrix. */
export interface Cell {
  readonly split: Split;
  readonly actual: number;
  readonly predicted: number;
}

/** Examples that were chosen together in the projection. */
export interface Selection {
  /** Positions in the data. */
  readonly examples: readonly number[];
  /** How many fall into each cell of a confusion matrix, actual * classes + predicted. */
  readonly cells: ReadonlyMap<number, number>;
}

const noCurvature = { figures: [], fraction: null, problem: null };
const noCells: ReadonlyMap<number, number> = new Map();

/** A value of a log as it came, or why it did not. */
export type MediaAnswer = { readonly ok: true; readonly value: MediaValue } | { readonly ok: false; readonly message: string };

/** What a run's layers show, or why they do not. */
type InspectionAnswer<Of extends Inspection["of"]> = { readonly ok: true; readonly value: Extract<Inspection, { of: Of }> } | { readonly ok: false; readonly message: string };

type StoredFile = Extract<HostMessage, { message: "init" }>["file"];

const defaultLayout: Layout = {
  tab: "curves", smoothing: 0.6, logLoss: false, cells: "counts", worstFirst: false, x: "step", logX: false, clip: false,
  charts: { order: [], pinned: [], hidden: [], names: {}, log: {} },
};
/** Projections kept of one layer, for the slider through time: 2,000 points each. */
const keptProjections = 200;

/** Everything the panel knows, fed by the host's messages in order. Components read it and listen to topics; it renders nothing. */
export class RunStore {
  phase: "connecting" | "empty" | "broken" | "run" = "connecting";
  run: Manifest | null = null;
  file: StoredFile = null;
  error: { code: string; message: string } | null = null;
  progress: Progress | null = null;
  findings: readonly PanelFinding[] = [];
  /** Causes that a short experiment can tell apart, and what one saw. */
  causes = 0;
  verdict: Verdict | null = null;
  layout: Layout = defaultLayout;
  /** The layer that is looked at closely, and how its values lay. */
  lookedAt: string | null = null;
  histograms: readonly LayerHistogram[] = [];
  private readonly remote = new RemoteCurves((id, requests) => this.send({ message: "columns", id, requests }), () => this.changed("series"));
  readonly matrices = new Map<Split, ConfusionMatrix>();
  /** Matrices of every evaluation, steps rising; whole once they were asked for. */
  readonly evaluations = new Map<Split, readonly ConfusionMatrix[]>();
  /** Other runs to compare with; null: not asked for yet. */
  comparable: readonly { readonly folder: string; readonly name: string }[] | null = null;
  /** Matrices of the other run that was chosen last. */
  compared: { readonly folder: string; readonly matrices: readonly ConfusionMatrix[]; readonly done: boolean } | null = null;
  /** By method and layer, in the order of their steps. */
  readonly projections = new Map<string, Projection[]>();
  /** The cell whose examples are shown. */
  cell: Cell | null = null;
  selection: Selection | null = null;
  /** The layer whose projection is shown or awaited; null until one came or was chosen. */
  layer: string | null = null;
  method: ProjectionMethod = "tsne";
  /** Why the layout that was asked for cannot be had. */
  projectionProblem: string | null = null;

  /** What was measured of the loss's curvature; how far a measurement is that is under way (else null), and why the last one failed. */
  curvature: { readonly figures: readonly CurvatureFigures[]; readonly fraction: number | null; readonly problem: string | null } = noCurvature;

  /** What a log of others holds beside scalars. */
  media: readonly MediaTag[] = [];
  /** What the log holds and the panel does not show. */
  unshown: readonly UnshownMedia[] = [];
  /** The loss surfaces that are known, in the order in which they came; null: not asked for yet. */
  surfaces: readonly LossSurface[] | null = null;
  /** The surface that is computed, and how far it is. */
  surfaceWork: { readonly wish: SurfaceWish; readonly text: string; readonly fraction: number | null; readonly grid: LossSurface | null } | null = null;
  /** Why the surface that was asked for cannot be had. */
  surfaceProblem: string | null = null;
  private readonly waitingInspections = new Map<number, (answer: InspectionAnswer<Inspection["of"]>) => void>();
  private readonly waitingMedia = new Map<number, (answer: MediaAnswer) => void>();

  /** Cursor and zoom of all charts over steps. */
  readonly cursor = new CursorGroup();

  private host: Host | undefined;
  private grownTo = 0;
  private readonly listeners = new Map<Topic, Set<() => void>>();
  private readonly waiting = new Map<number, (answer: ExamplesAnswer) => void>();
  private readonly waitingFigures = new Map<number, (result: FiguresResult) => void>();
  private asked = false;
  private askedProjections = false;
  private nextId = 1;

  /** Begins to talk. */
  attach(host: Host): void {
    this.host = host;
    host.send({ message: "ready" });
  }

  send(message: PanelMessage): void {
    this.host?.send(message);
  }

  /** Calls `listener` when one of the topics changed; returns how to stop. */
  listen(topics: readonly Topic[], listener: () => void): () => void {
    for (const topic of topics) {
      if (!this.listeners.has(topic)) this.listeners.set(topic, new Set());
      this.listeners.get(topic)!.add(listener);
    }
    return () => topics.forEach((topic) => this.listeners.get(topic)?.delete(listener));
  }

  receive(message: HostMessage): void {
    switch (message.message) {
      case "init":
        this.reset();
        this.phase = message.run ? "run" : "empty";
        this.run = message.run;
        this.file = message.file;
        if (message.layout) this.layout = message.layout;
        redraws.interval = message.refresh;
        this.host?.keep({ folder: message.folder });
        return this.changed("run", "progress", "series", "findings", "confusion", "projection", "selection", "layout", "surface", "curvature");
      case "facts":
        return this.remote.receiveFacts(message.facts, message.replace);
      case "grew":
        this.grownTo = message.step;
        return this.remote.grew();
      case "histograms":
        if (message.layer !== this.lookedAt) return;
        this.histograms = message.replace ? message.histograms : [...this.histograms, ...message.histograms];
        return this.changed("histograms");
      case "columns":
        return this.remote.receive(message.id, message.answers);
      case "loaded":
        return this.changed("series");
      case "manifest":
        this.phase = "run";
        this.run = message.run;
        return this.changed("run");
      case "progress":
        this.progress = message.progress;
        return this.changed("progress");
      case "findings":
        this.findings = message.findings;
        this.causes = message.causes ?? 0;
        return this.changed("findings");
      case "told-apart":
        this.verdict = message.verdict;
        return this.changed("findings");
      case "confusion":
        this.matrices.set(message.matrix.split, message.matrix);
        this.addEvaluations([message.matrix]);
        return this.changed("confusion");
      case "projection":
        this.addProjection(message.projection);
        this.projectionProblem = null;
        return this.changed("projection");
      case "projection-failed":
        this.projectionProblem = message.text;
        return this.changed("projection");
      case "curvature":
        this.curvature = { ...this.curvature, figures: message.figures };
        return this.changed("curvature");
      case "curvature-progress":
        this.curvature = { ...this.curvature, fraction: message.fraction, problem: message.problem };
        return this.changed("curvature");
      case "evaluations":
        if (message.of === null) this.addEvaluations(message.matrices);
        else if (this.compared?.folder === message.of) this.compared = { folder: message.of, matrices: [...this.compared.matrices, ...message.matrices], done: message.done };
        return this.changed("confusion");
      case "comparable":
        this.comparable = message.runs;
        return this.changed("confusion");
      case "figures":
        this.waitingFigures.get(message.id)?.(message.result);
        this.waitingFigures.delete(message.id);
        return;
      case "examples":
        this.waiting.get(message.id)?.(message.result.ok ? message.result : { ok: false, message: message.result.error.message });
        this.waiting.delete(message.id);
        return;
      case "media":
        this.media = message.tags;
        this.unshown = message.unshown;
        return this.changed("media", "run");
      case "media-value": {
        const { result } = message;
        this.waitingMedia.get(message.id)?.(result.ok ? result : { ok: false, message: result.error.message });
        this.waitingMedia.delete(message.id);
        return;
      }
      case "surfaces":
        this.surfaces = message.surfaces;
        return this.changed("surface");
      case "surface-progress":
        if (this.surfaceWork) this.surfaceWork = { ...this.surfaceWork, text: message.text, fraction: message.fraction };
        return this.changed("surface");
      case "surface":
        return this.takeSurface(message.surface, message.done);
      case "surface-failed":
        this.surfaceWork = null;
        this.surfaceProblem = message.code === "cancelled" ? null : message.text;
        return this.changed("surface");
      case "inspected": {
        const { result } = message;
        this.waitingInspections.get(message.id)?.(result.ok ? result : { ok: false, message: result.error.message });
        this.waitingInspections.delete(message.id);
        return;
      }
      case "show-step":
        return this.showStep(message.step);
      case "broken":
        this.phase = "broken";
        this.error = message.error;
        return this.changed("run");
      default:
        assertNever(message);
    }
  }

  /** Asks for one value of a log's tag; settles always. */
  mediaValue(tag: string, index: number): Promise<MediaAnswer> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.waitingMedia.set(id, resolve);
      this.send({ message: "media-value", id, tag, index });
    });
  }

  /** The curves that there are, by tag. */
  get series(): ReadonlyMap<string, Curve> {
    return this.remote.curves;
  }

  /** The curve of a tag; empty until points come. */
  seriesOf(tag: string): Curve {
    return this.remote.of(tag);
  }

  /** Looks at a layer closely: its histograms are asked for. */
  lookAt(layer: string | null): void {
    this.lookedAt = layer;
    this.histograms = [];
    this.send({ message: "histograms", layer });
    this.changed("histograms");
  }

  /** The last step that any curve or the progress knows. */
  get lastStep(): number {
    let last = Math.max(this.progress?.step ?? this.run?.step ?? 0, this.grownTo);
    for (const { facts } of this.series.values()) if (facts.last && facts.last.step > last) last = facts.last.step;
    return last;
  }

  /** When the first and the last point were made, seconds since 1970; null where no times are known. */
  get times(): { readonly first: number; readonly last: number } | null {
    let first = Infinity;
    let last = -Infinity;
    for (const { facts } of this.series.values()) {
      if (facts.first && facts.first.time > 0) first = Math.min(first, facts.first.time);
      if (facts.last && facts.last.time > 0) last = Math.max(last, facts.last.time);
    }
    return first <= last ? { first, last } : null;
  }

  arrange(change: Partial<Layout>): void {
    this.layout = { ...this.layout, ...change };
    this.send({ message: "layout", layout: this.layout });
    this.changed("layout");
  }

  /** Brings a step into the curves: the cursor stands on it, and it is not zoomed away. */
  showStep(step: number): void {
    if (this.layout.tab !== "curves" && this.layout.tab !== "layers") this.arrange({ tab: "curves" });
    // an axis of times has no steps
    if (this.layout.x === "time") this.arrange({ x: "step" });
    const { range } = this.cursor;
    if (range !== null && (step < range.from || step > range.to)) this.cursor.range = null;
    this.cursor.cursor = step;
  }

  chooseCell(cell: Cell | null): void {
    this.cell = cell;
    this.changed("confusion");
  }

  /** The layouts of the layer and method shown, steps rising. */
  get layouts(): readonly Projection[] {
    return (this.layer !== null && this.projections.get(`${this.method} ${this.layer}`)) || [];
  }

  select(selection: Selection | null): void {
    this.selection = selection;
    this.changed("selection", "confusion");
  }

  /** The cells of the matrix into which the selected examples fall. */
  get selectedCells(): ReadonlyMap<number, number> {
    return this.selection?.cells ?? noCells;
  }

  chooseLayer(of: string): void {
    this.chooseProjection(of, this.method);
  }

  /** Shows a layer or tensor whose layout is known. */
  showProjection(of: string): void {
    this.layer = of;
    this.changed("projection");
  }

  /** Shows a layer laid out by a method, and asks for it: of a live run, as it is now; of an ended one, where it is not known. */
  chooseProjection(of: string, method: ProjectionMethod): void {
    this.layer = of;
    this.method = method;
    this.projectionProblem = null;
    this.send({ message: "project", of, method });
    this.changed("projection");
  }

  /** Asks, once, for what came of every evaluation, and for other runs to compare with. */
  askForEvaluations(): void {
    if (this.asked) return;
    this.asked = true;
    this.send({ message: "evaluations", of: null });
    this.send({ message: "comparable" });
  }

  /** Asks, once, for the layouts of every evaluation. */
  askForProjections(): void {
    if (this.askedProjections) return;
    this.askedProjections = true;
    this.send({ message: "projections" });
  }

  /** Asks, once, for the surfaces that the run keeps. */
  askForSurfaces(): void {
    if (this.surfaces !== null) return;
    this.surfaces = [];
    this.send({ message: "surfaces" });
  }

  /** Has a surface computed. */
  computeSurface(wish: SurfaceWish): void {
    this.surfaceProblem = null;
    this.surfaceWork = { wish, text: "reading the run", fraction: null, grid: null };
    this.send({ message: "surface", wish });
    this.changed("surface");
  }

  /** Gives up the surface that is computed. */
  cancelSurface(): void {
    this.surfaceWork = null;
    this.send({ message: "cancel-surface" });
    this.changed("surface");
  }

  /** A grid of the surface that is computed; the finest is kept among the others. */
  private takeSurface(surface: LossSurface, done: boolean): void {
    if (this.surfaceWork === null) return; // it was given up
    this.surfaceWork = done ? null : { ...this.surfaceWork, grid: surface };
    if (done) this.surfaces = [...(this.surfaces ?? []).filter((one) => !sameSurface(one, surface)), surface];
    this.changed("surface");
  }

  /** Asks about the run's layers; settles always. */
  inspect<Ask extends InspectionRequest["ask"]>(request: Extract<InspectionRequest, { ask: Ask }>): Promise<InspectionAnswer<Ask>> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.waitingInspections.set(id, resolve as (answer: InspectionAnswer<Inspection["of"]>) => void);
      this.send({ message: "inspect", id, request });
    });
  }

  /** Compares with another run; null with none. */
  compareWith(folder: string | null): void {
    this.compared = folder === null ? null : { folder, matrices: [], done: false };
    if (folder !== null) this.send({ message: "evaluations", of: folder });
    this.changed("confusion");
  }

  /** Asks for curves of a class, a label or a column; settles always. */
  figures(split: Split, of: number): Promise<FiguresResult> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.waitingFigures.set(id, resolve);
      this.send({ message: "figures", id, split, of });
    });
  }

  /** Asks for examples of a cell; settles always. */
  examplesOf(cell: Cell, offset: number, limit: number): Promise<ExamplesAnswer> {
    return this.ask((id) => ({ message: "examples", id, ...cell, offset, limit }));
  }

  /** Asks for examples by their position in the data set. */
  examplesAt(indices: number[]): Promise<ExamplesAnswer> {
    return this.ask((id) => ({ message: "examples-at", id, indices }));
  }

  private ask(message: (id: number) => PanelMessage): Promise<ExamplesAnswer> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.send(message(id));
    });
  }

  private addEvaluations(matrices: readonly ConfusionMatrix[]): void {
    for (const matrix of matrices) {
      const known = this.evaluations.get(matrix.split) ?? [];
      const at = known.findLastIndex(({ step }) => step <= matrix.step);
      const same = at >= 0 && known[at].step === matrix.step;
      this.evaluations.set(matrix.split, [...known.slice(0, same ? at : at + 1), matrix, ...known.slice(at + 1)]);
    }
  }

  private addProjection(projection: Projection): void {
    const key = `${projection.method} ${projection.of}`;
    const known = (this.projections.get(key) ?? []).filter(({ step }) => step !== projection.step);
    const at = known.findLastIndex(({ step }) => step < projection.step);
    this.projections.set(key, [...known.slice(0, at + 1), projection, ...known.slice(at + 1)].slice(-keptProjections));
    if (this.layer === null) [this.layer, this.method] = [projection.of, projection.method];
  }

  private reset(): void {
    this.lookedAt = null;
    this.histograms = [];
    this.remote.clear();
    this.grownTo = 0;
    this.matrices.clear();
    this.evaluations.clear();
    this.comparable = null;
    this.compared = null;
    this.asked = this.askedProjections = false;
    this.projections.clear();
    this.findings = [];
    this.curvature = noCurvature;
    this.causes = 0;
    this.verdict = null;
    this.media = [];
    this.unshown = [];
    this.surfaces = this.surfaceWork = this.surfaceProblem = null;
    for (const settle of this.waitingInspections.values()) settle({ ok: false, message: "The panel shows another run now." });
    this.waitingInspections.clear();
    for (const settle of this.waitingMedia.values()) settle({ ok: false, message: "The panel shows another run now." });
    this.waitingMedia.clear();
    this.progress = null;
    this.error = null;
    this.cell = null;
    this.selection = null;
    this.layer = null;
    this.method = "tsne";
    this.projectionProblem = null;
    this.cursor.range = null;
    for (const settle of this.waiting.values()) settle({ ok: false, message: "The panel shows another run now." });
    this.waiting.clear();
    for (const settle of this.waitingFigures.values()) settle({ ok: false, error: { code: "other-run", message: "The panel shows another run now." } });
    this.waitingFigures.clear();
  }

  private changed(...topics: Topic[]): void {
    const due = new Set<() => void>();
    for (const topic of topics) for (const listener of this.listeners.get(topic) ?? []) due.add(listener);
    for (const listener of due) listener();
  }
}

/** Whether one surface was asked for like the other, of the same weights. */
function sameSurface(a: LossSurface, b: LossSurface): boolean {
  return (["directions", "seed", "reach", "points", "split", "step"] as const).every((key) => a[key] === b[key]);
}

/** True while a process trains, or is about to. */
export function isLive(state: RunState): boolean {
  return state === "preparing" || state === "running" || state === "paused" || state === "stopping";
}
