import { type Columns, lowerBound, type SeriesAxis } from "../../src/common/series/columns.js";
import type { Point, SeriesFacts } from "../../src/common/series/series.js";
import { type CurveAnswer, type CurveFacts, type CurveRequest, receivedColumns } from "../../src/protocol/curves.js";
import type { Curve, View } from "./curve.js";

const nothing: SeriesFacts = { count: 0, nonFinite: 0, first: null, lastFinite: null, min: null, max: null, last: null };
/** Columns of a request are a multiple of this, so that a page that is resized by a little asks nothing anew. */
const columnsUnit = 128;
/** Answers kept of one curve under different settings (axis, smoothing): the latest. */
const keptWindows = 8;
/** Milliseconds without growth after which a run counts as standing still. */
const idleAfter = 1500;

/** What was fetched of a curve. */
interface Window {
  readonly view: View;
  columns: Columns;
  /** Points that the host had, of which generation, and after which growth it was asked. */
  count: number;
  generation: number;
  epoch: number;
  /** A part was sent with fewer columns than asked. */
  coarse: boolean;
}

/** A curve whose points are elsewhere: it draws from what was fetched, and asks for what is finer, newer or not there yet. */
class RemoteCurve implements Curve {
  facts: SeriesFacts = nothing;
  /** By axis, scale and smoothing, the latest last: the whole curve, and the stretch that is zoomed to. */
  private readonly windows = new Map<string, { whole: Window | null; detail: Window | null }>();

  constructor(
    private readonly tag: string,
    private readonly owner: RemoteCurves,
  ) {}

  columns(view: View, smoothing: number): Columns {
    const key = `${view.axis} ${view.log} ${smoothing}`;
    const known = this.windows.get(key) ?? { whole: null, detail: null };
    this.windows.delete(key);
    this.windows.set(key, known);
    if (this.windows.size > keptWindows) this.windows.delete(this.windows.keys().next().value!);
    const all = this.isAll(view);
    const kind = all ? "whole" : "detail";
    const best = [known.detail, known.whole].find((one) => one && this.shows(one, view));
    if (best) {
      const kept = best === known.detail ? "detail" : "whole";
      if (this.isStale(best)) this.ask(kept, smoothing, best.view, best);
      else if (best.coarse && this.owner.isIdle) this.ask(kept, smoothing, best.view, null);
      return best.columns;
    }
    this.ask(kind, smoothing, all ? view : widened(view), null);
    // meanwhile what there is: coarser, or of another smoothing
    const coarse = [known.detail, known.whole].find((one) => one && covers(one.view, view)) ?? known.whole ?? known.detail ?? this.another(view);
    return coarse?.columns ?? empty(view.axis);
  }

  forget(): void {
    this.facts = nothing;
    this.windows.clear();
  }

  accept(kind: "whole" | "detail", request: CurveRequest, answer: CurveAnswer, epoch: number): void {
    this.facts = answer.facts;
    const { query } = request;
    const key = `${query.axis} ${query.log} ${request.smoothing}`;
    const known = this.windows.get(key);
    if (!known) return;
    const { columns: sent, generation } = answer;
    const { count } = answer.facts;
    const old = known[kind];
    if (sent === null) {
      if (old) Object.assign(old, { epoch });
      return;
    }
    const received = receivedColumns(query.axis, sent);
    const follows = answer.continues && request.since !== null && old !== null;
    known[kind] = { view: query, columns: follows ? joined(old.columns, request.since!.after, received) : received, count, generation, epoch, coarse: answer.coarse || (follows && old.coarse) };
  }

  private ask(kind: "whole" | "detail", smoothing: number, view: View, have: Window | null): void {
    const columns = have ? view.columns : Math.min(16_384, Math.ceil(view.columns / columnsUnit) * columnsUnit);
    // point by point, an exact answer grows beyond what columns need: then it is asked for whole
    const entries = have?.columns.x.length ?? 0;
    // the last entry may get points yet
    const after = have && entries > 1 ? have.columns.x[entries - 2] : null;
    const since = have && after !== null && entries <= 5 * columns ? { count: have.count, generation: have.generation, after } : null;
    this.owner.ask(this, kind, { tag: this.tag, smoothing, query: { ...view, columns }, since });
  }

  /** Whether a view holds all points, as far as is known. */
  private isAll({ axis, from, to }: View): boolean {
    const { first, last } = this.facts;
    return last === null || (from <= placeOf(first ?? last, axis) && to >= placeOf(last, axis));
  }

  /** Whether what was fetched is as fine as the view, and covers it as far as there are points. */
  private shows(window: Window, view: View): boolean {
    const { last } = this.facts;
    const end = last === null ? view.to : Math.min(view.to, Math.max(placeOf(last, view.axis), view.from));
    if (view.from < window.view.from || end > window.view.to) return false;
    return window.columns.exact || density(window.view) >= density(view) * 0.98;
  }

  /** Whether points can have come into the window, or gone, since it was fetched. */
  private isStale({ view, columns, epoch }: Window): boolean {
    if (epoch === this.owner.epoch) return false;
    const { x } = columns;
    // a point beyond its end was there: later ones lie beyond too
    return x.length === 0 || x[x.length - 1] <= view.to;
  }

  private another({ axis, log }: View): Window | null {
    for (const [key, { whole, detail }] of [...this.windows].reverse()) if (key.startsWith(`${axis} ${log} `) && (whole ?? detail) !== null) return whole ?? detail;
    return null;
  }
}

/** The curves of one run whose points the host holds; asks it for what charts draw, one question at a time, so that a slow line is never behind. */
export class RemoteCurves {
  readonly curves = new Map<string, Curve>();
  /** Rises with every growth: what was fetched before may lack points. */
  epoch = 0;
  private readonly waiting = new Map<string, { curve: RemoteCurve; kind: "whole" | "detail"; request: CurveRequest }>();
  private asked: { readonly id: number; readonly epoch: number; readonly list: readonly { curve: RemoteCurve; kind: "whole" | "detail"; request: CurveRequest }[] } | null = null;
  private lastId = 0;
  /** No growth for a while: there is time to ask for what came coarsely. */
  isIdle = true;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private isDue = false;

  /** @param send asks the host @param arrived is called when there is more to draw */
  constructor(
    private readonly send: (id: number, requests: CurveRequest[]) => void,
    private readonly arrived: () => void,
  ) {}

  /** The curve of a tag; empty until points come. */
  of(tag: string): Curve {
    let curve = this.curves.get(tag);
    if (!curve) this.curves.set(tag, (curve = new RemoteCurve(tag, this)));
    return curve;
  }

  /** What is known of curves, from the host. */
  receiveFacts(facts: readonly CurveFacts[], replace: boolean): void {
    if (replace) for (const curve of this.curves.values()) (curve as RemoteCurve).forget();
    for (const { tag, ...one } of facts) (this.of(tag) as RemoteCurve).facts = one;
    this.epoch++;
    this.arrived();
  }

  /** Points came. */
  grew(): void {
    this.epoch++;
    this.arrived();
    clearTimeout(this.idle);
    this.isIdle = false;
    this.idle = setTimeout(() => {
      this.isIdle = true;
      this.arrived();
    }, idleAfter);
  }

  receive(id: number, answers: readonly CurveAnswer[]): void {
    if (this.asked?.id !== id) return; // asked before the panel was given another run
    const { list, epoch } = this.asked;
    this.asked = null;
    answers.forEach((answer, i) => list[i].curve.accept(list[i].kind, list[i].request, answer, epoch));
    this.arrived();
    this.flushSoon();
  }

  clear(): void {
    this.curves.clear();
    this.waiting.clear();
    this.asked = null;
  }

  ask(curve: RemoteCurve, kind: "whole" | "detail", request: CurveRequest): void {
    this.waiting.set(`${kind} ${request.smoothing} ${request.tag}`, { curve, kind, request });
    this.flushSoon();
  }

  private flushSoon(): void {
    if (this.isDue || this.asked || this.waiting.size === 0) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      if (this.asked || this.waiting.size === 0) return;
      const list = [...this.waiting.values()].slice(0, 4096);
      this.waiting.clear();
      this.asked = { id: ++this.lastId, epoch: this.epoch, list };
      this.send(this.lastId, list.map(({ request }) => request));
    });
  }
}

function placeOf(point: Point, axis: SeriesAxis): number {
  return axis === "step" ? point.step : point.time;
}

function empty(axis: SeriesAxis): Columns {
  const none = new Float64Array(0);
  return { axis, exact: true, x: none, steps: none, last: none, min: none, max: none, flags: new Uint8Array(0) };
}

/** Three times as much as is seen, at the same fineness: what a hand moves to next is there. */
function widened(view: View): View {
  if (view.log) {
    const ratio = (view.to - view.origin) / (view.from - view.origin);
    return { ...view, from: view.origin + (view.from - view.origin) / ratio, to: view.origin + (view.to - view.origin) * ratio, columns: view.columns * 3 };
  }
  const span = view.to - view.from;
  return { ...view, from: view.from - span, to: view.to + span, columns: view.columns * 3 };
}

function covers(window: View, view: View): boolean {
  return window.from <= view.from && window.to >= view.to;
}

/** Columns a unit of the axis (of its logarithm). */
function density({ from, to, columns, log, origin }: View): number {
  return columns / (log ? Math.log((to - origin) / (from - origin)) : to - from);
}

/** The entries of `old` up to a place, followed by new ones. */
function joined(old: Columns, after: number, more: Columns): Columns {
  let kept = lowerBound(old.x, after);
  while (kept < old.x.length && old.x[kept] === after) kept++;
  const join = (a: Float64Array, b: Float64Array) => {
    const both = new Float64Array(kept + b.length);
    both.set(a.subarray(0, kept));
    both.set(b, kept);
    return both;
  };
  const exact = old.exact && more.exact;
  const last = join(old.last, more.last);
  const steps = join(old.steps, more.steps);
  const flags = new Uint8Array(kept + more.flags.length);
  flags.set(old.flags.subarray(0, kept));
  flags.set(more.flags, kept);
  return {
    axis: old.axis, exact, steps, last, flags, x: old.axis === "step" ? steps : join(old.x, more.x),
    min: exact ? last : join(old.min, more.min), max: exact ? last : join(old.max, more.max),
  };
}
