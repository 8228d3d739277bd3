/**
 * Threads that work on the same memory: one leads, the others wait for its tasks without using the processor. Who does which unit of work is not
 * fixed, but what comes of a unit does not depend on it, so results are the same to the bit with any number of threads.
 */
import { instantiateKernels, type Kernels } from "./kernels.js";

/** Threads beside the calling one, which the engine itself cannot start: each calls `help` with what it is handed, and blocks in it until it is sent home. */
export interface Helpers {
  readonly count: number;
  start(handed: HandedToHelper): void;
}

/** Structured clone carries it to another thread: module and memories are shared. */
export interface HandedToHelper {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly shared: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  /** From 1. */
  readonly thread: number;
}

/** Places in `words`. */
const generationAt = 0;
const taskAt = 1;
const finishedAt = 2;
/** Whether the tree of an iteration stands, and its leaves. */
const plantedAt = 3;
const leavesAt = 4;
/** Units handed out, of a task's first and second part. */
const firstUnits = 5;
const secondUnits = 6;
/** What a task is about: units of a search, or rows to attract. */
const amountAt = 7;
const angleAt = 8;

const tasks = { search: 1, iterate: 2, attract: 3, end: 4 } as const;

/** Units of work taken at once: points whose attraction is computed, leaves whose repulsion is. */
const attractedAtOnce = 256;
const repelledAtOnce = 8;

/** What an iteration is done with. */
export interface Iteration {
  /** Barnes and Hut's theta. */
  readonly angle: number;
  readonly exaggeration: number;
  readonly rate: number;
  readonly momentum: number;
  /** Whether repulsion is computed anew; otherwise that of the last iteration holds. */
  readonly repels: boolean;
}

/** The leader's side; without helpers it does everything itself. */
export class Team {
  private readonly words: Int32Array<SharedArrayBuffer>;
  private readonly floats: Float32Array;
  private readonly count: number;

  constructor(
    private readonly kernels: Kernels,
    module: WebAssembly.Module,
    helpers: Helpers | null,
  ) {
    this.words = new Int32Array(new SharedArrayBuffer(64));
    this.floats = new Float32Array(this.words.buffer);
    this.count = helpers?.count ?? 0;
    const shared = kernels.sharedAddress();
    for (let thread = 1; thread <= this.count; thread++) helpers!.start({ module, memory: kernels.memory, shared, words: this.words, thread });
  }

  get threads(): number {
    return 1 + this.count;
  }

  /** Does units 0..units-1 of a neighbour search that is set up. */
  search(units: number): void {
    this.kernels.shareSearch();
    this.begin(tasks.search, units);
    searchSome(this.kernels, this.words, 0);
    this.awaitHelpers();
  }

  /** One iteration of t-SNE on `rows` points. */
  iterate(rows: number, { angle, exaggeration, rate, momentum, repels }: Iteration): void {
    const { kernels } = this;
    kernels.shareLayout();
    this.begin(repels ? tasks.iterate : tasks.attract, rows, angle);
    if (repels) this.plant();
    attractSome(kernels, this.words);
    if (repels) repelSome(kernels, this.words, angle);
    this.awaitHelpers();
    kernels.move(exaggeration, rate, momentum);
  }

  /** Builds the tree and lets the helpers see it, who attract meanwhile. */
  private plant(): void {
    const { kernels, words } = this;
    const leaves = kernels.plant();
    kernels.shareLayout();
    Atomics.store(words, leavesAt, leaves);
    Atomics.store(words, plantedAt, 1);
    Atomics.notify(words, plantedAt);
  }

  /** Sends the helpers home. */
  dismiss(): void {
    if (this.count > 0) this.begin(tasks.end, 0);
  }

  private begin(task: number, amount: number, angle = 0): void {
    const { words } = this;
    this.floats[angleAt] = angle;
    Atomics.store(words, taskAt, task);
    Atomics.store(words, amountAt, amount);
    for (const at of [finishedAt, plantedAt, firstUnits, secondUnits]) Atomics.store(words, at, 0);
    Atomics.add(words, generationAt, 1);
    Atomics.notify(words, generationAt);
  }

  private awaitHelpers(): void {
    for (let finished = Atomics.load(this.words, finishedAt); finished < this.count; finished = Atomics.load(this.words, finishedAt)) Atomics.wait(this.words, finishedAt, finished);
  }
}

/** A helper's whole life: does its share of the leader's tasks, and comes back when it is sent home. */
export function help({ module, memory, shared, words, thread }: HandedToHelper): void {
  const kernels = instantiateKernels(module, memory);
  kernels.useShared(shared);
  const angle = new Float32Array(words.buffer);
  for (let generation = 0; ; ) {
    while (Atomics.load(words, generationAt) === generation) Atomics.wait(words, generationAt, generation);
    generation = Atomics.load(words, generationAt);
    const task = Atomics.load(words, taskAt);
    if (task === tasks.end) return;
    if (task === tasks.search) {
      kernels.adoptSearch();
      searchSome(kernels, words, thread);
    } else {
      kernels.adoptLayout(thread);
      attractSome(kernels, words);
      if (task === tasks.iterate) {
        while (Atomics.load(words, plantedAt) === 0) Atomics.wait(words, plantedAt, 0);
        kernels.adoptLayout(thread);
        repelSome(kernels, words, angle[angleAt]);
      }
    }
    Atomics.add(words, finishedAt, 1);
    Atomics.notify(words, finishedAt);
  }
}

function searchSome(kernels: Kernels, words: Int32Array, thread: number): void {
  const units = Atomics.load(words, amountAt);
  for (let unit = Atomics.add(words, firstUnits, 1); unit < units; unit = Atomics.add(words, firstUnits, 1)) kernels.searchUnits(unit, unit + 1, thread);
}

function attractSome(kernels: Kernels, words: Int32Array): void {
  const rows = Atomics.load(words, amountAt);
  for (let first = Atomics.add(words, firstUnits, attractedAtOnce); first < rows; first = Atomics.add(words, firstUnits, attractedAtOnce)) kernels.attract(first, Math.min(rows, first + attractedAtOnce));
}

function repelSome(kernels: Kernels, words: Int32Array, angle: number): void {
  const leaves = Atomics.load(words, leavesAt);
  for (let first = Atomics.add(words, secondUnits, repelledAtOnce); first < leaves; first = Atomics.add(words, secondUnits, repelledAtOnce)) kernels.repelLeaves(first, Math.min(leaves, first + repelledAtOnce), angle);
}
