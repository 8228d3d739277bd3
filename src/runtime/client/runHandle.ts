import net from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DescentError } from "../../common/errors.js";
import { createJsonLines } from "../../common/jsonLines.js";
import type { Result } from "../../common/result.js";
import type { CurvatureFigures } from "../../protocol/curvature.js";
import type { Example, FiguresResult, ProjectionMethod, Split } from "../../protocol/evaluation.js";
import type { Finding } from "../../protocol/finding.js";
import type { Manifest } from "../../protocol/manifest.js";
import { runtimeMessageSchema, type ClientMessage, type RuntimeMessage } from "../../protocol/runtime.js";
import type { EndEvent } from "../../protocol/runEvents.js";
import { readManifestRepaired, saysLive } from "../../runs/liveness.js";

export type AttachedEvent = Extract<RuntimeMessage, { event: "attached" }>;

export interface Subscription {
  dispose(): void;
}

/** A page of examples, and how many there are. */
export interface ExamplePage {
  readonly examples: Example[];
  readonly total: number;
}

export interface ExampleCell {
  readonly split: "validation" | "test" | "train";
  readonly actual: number;
  readonly predicted: number;
  readonly offset: number;
  readonly limit: number;
}

/** Milliseconds of work in a row: well below a frame. What a window did not get to while its machine was busy comes all at once. */
const longestTurn = 4;

/** Takes values from the front until none is left, and lets the event loop turn in between. */
async function inTurns<T>(values: T[], take: (value: T) => void): Promise<void> {
  let began = performance.now();
  while (values.length > 0) {
    take(values.shift() as T);
    if (performance.now() - began < longestTurn) continue;
    await nextTurn();
    began = performance.now();
  }
}

/**
 * A live run, seen from a client. Commands act at the next chunk, within half a second. Events come in order and always
 * end with `end`, then `closed`: a process that dies without a word is recorded in the run's folder as failed, and a
 * finding `process-died`, the state and an `end` of status failed are given here as if it had said so itself.
 */
export interface RunHandle {
  /** The run's folder, absolute. */
  readonly folder: string;
  /** How the run stood when this client attached. */
  readonly attached: AttachedEvent;
  /** Events from now on; those before the first listener are kept for it. A listener must not throw. */
  onEvent(listener: (event: RuntimeMessage) => void): Subscription;
  /** The manifest as it is at the end, once the run has ended or its process has died; null after `dispose`. */
  readonly closed: Promise<Manifest | null>;
  pause(): void;
  resume(): void;
  stop(): void;
  checkpoint(): void;
  /** Tells the run its curvature, measured at one of its checkpoints. */
  tellCurvature(curvature: CurvatureFigures): void;
  setLearningRate(value: number): void;
  /** Says whether someone looks, so that projections are worth computing. */
  watch(panel: boolean): void;
  /** Projects the activations of a layer, `inputs`, or `auto` (the last hidden layer) from the next evaluation on, and once now. */
  project(of: string, method?: ProjectionMethod): void;
  examples(cell: ExampleCell): Promise<Result<ExamplePage>>;
  examplesAt(indices: readonly number[]): Promise<Result<ExamplePage>>;
  /** Figures of a split's last evaluation, of a class, a label or a column. */
  figures(split: Split, of: number): Promise<FiguresResult>;
  /** Answers a `flush` event. Only command lines are asked. */
  flushed(id: number): void;
  /** Goes away; the run goes on. */
  dispose(): void;
}

export interface ConnectOptions {
  readonly client: "host" | "cli";
  readonly panel: boolean;
  /** What is known of the process' death, asked when its socket closes without an `end`. */
  readonly causeOfDeath?: () => Promise<string | null>;
}

/** Connects to a run's socket and attaches. Throws `run-not-live` where nothing answers. */
export async function connect(folder: string, address: string, options: ConnectOptions): Promise<RunHandle> {
  const socket = await open(folder, address);
  const connection = new Connection(folder, socket, options);
  connection.send({ message: "attach", client: options.client, panel: options.panel });
  return connection.whenAttached;
}

function open(folder: string, address: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(address);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error) => reject(new DescentError("run-not-live", `The run ${folder} does not answer: ${error.message}`, { file: folder })));
  });
}

const gone: { ok: false; error: { code: string; message: string } } = { ok: false, error: { code: "run-ended", message: "The run has ended." } };

type Pending = (result: Result<ExamplePage>) => void;
type PendingFigures = (result: FiguresResult) => void;

class Connection implements RunHandle {
  readonly whenAttached: Promise<RunHandle>;
  private readonly finished: Promise<Manifest | null>;
  attached!: AttachedEvent;
  private readonly listeners = new Set<(event: RuntimeMessage) => void>();
  /** What came before the first listener; null once it has heard it. */
  private backlog: RuntimeMessage[] | null = [];
  private catchingUp: Promise<void> | null = null;
  /** Messages that have come and wait for their turn. */
  private readonly unread: unknown[] = [];
  private readonly pending = new Map<number, Pending>();
  private readonly pendingFigures = new Map<number, PendingFigures>();
  private nextId = 1;
  private ended = false;
  private disposed = false;

  constructor(
    readonly folder: string,
    private readonly socket: net.Socket,
    private readonly options: ConnectOptions,
  ) {
    let onAttached: (handle: RunHandle) => void;
    let onRefused: (error: DescentError) => void;
    this.whenAttached = new Promise((resolve, reject) => {
      onAttached = resolve;
      onRefused = reject;
    });
    socket.setEncoding("utf8");
    socket.on("error", () => {}); // `close` follows
    const read = createJsonLines((value) => this.unread.push(value));
    const take = (value: unknown): void => {
      const checked = runtimeMessageSchema.safeParse(value);
      if (!checked.success) return this.emit({ event: "log", level: "error", text: `a message of the run was not understood (${checked.error.issues[0].path.join(".")})` });
      if (checked.data.event !== "attached") return this.receive(checked.data);
      this.attached = checked.data;
      onAttached(this);
    };
    const follow = async (): Promise<void> => {
      try {
        for await (const text of socket) {
          read(text as string);
          await inTurns(this.unread, take);
        }
      } catch {
        // the connection broke: the run's folder tells what became of it
      }
      onRefused(new DescentError("run-not-live", `The run ${folder} ended before it could be attached to.`, { file: folder }));
    };
    this.finished = follow().then(() => this.finish());
  }

  /** Not before a listener that came late has heard everything. */
  get closed(): Promise<Manifest | null> {
    return this.finished.then(async (manifest) => {
      await this.catchingUp;
      return manifest;
    });
  }

  onEvent(listener: (event: RuntimeMessage) => void): Subscription {
    this.listeners.add(listener);
    this.catchingUp ??= this.catchUp();
    return { dispose: () => void this.listeners.delete(listener) };
  }

  /** Gives the first listener what was said before it came; what comes meanwhile waits behind. */
  private async catchUp(): Promise<void> {
    while (this.backlog !== null && this.backlog.length > 0) await inTurns(this.backlog, (event) => this.tell(event));
    this.backlog = null;
  }

  pause(): void { this.send({ message: "pause" }); }
  resume(): void { this.send({ message: "resume" }); }
  stop(): void { this.send({ message: "stop" }); }
  checkpoint(): void { this.send({ message: "checkpoint" }); }
  tellCurvature(curvature: CurvatureFigures): void { this.send({ message: "curvature", curvature }); }
  setLearningRate(value: number): void { this.send({ message: "set-learning-rate", value }); }
  watch(panel: boolean): void { this.send({ message: "watch", panel }); }
  project(of: string, method?: ProjectionMethod): void { this.send({ message: "project", of, method }); }
  flushed(id: number): void { this.send({ message: "flushed", id }); }

  examples(cell: ExampleCell): Promise<Result<ExamplePage>> {
    return this.request((id) => ({ message: "examples", id, ...cell }));
  }

  examplesAt(indices: readonly number[]): Promise<Result<ExamplePage>> {
    return this.request((id) => ({ message: "examples-at", id, indices: [...indices] }));
  }

  figures(split: Split, of: number): Promise<FiguresResult> {
    if (!this.socket.writable) return Promise.resolve(gone);
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.pendingFigures.set(id, resolve);
      this.send({ message: "figures", id, split, of });
    });
  }

  dispose(): void {
    this.disposed = true;
    this.listeners.clear();
    this.socket.end();
    this.socket.unref();
  }

  send(message: ClientMessage): void {
    if (this.socket.writable) this.socket.write(JSON.stringify(message) + "\n");
  }

  private request(make: (id: number) => ClientMessage): Promise<Result<ExamplePage>> {
    if (!this.socket.writable) return Promise.resolve(gone);
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.pending.set(id, resolve);
      this.send(make(id));
    });
  }

  private receive(event: Exclude<RuntimeMessage, AttachedEvent>): void {
    if (event.event === "reply") {
      const { result } = event;
      this.pending.get(event.id)?.(result.ok ? { ok: true, value: result } : result);
      this.pending.delete(event.id);
      return;
    }
    if (event.event === "figures") {
      this.pendingFigures.get(event.id)?.(event.result);
      this.pendingFigures.delete(event.id);
      return;
    }
    if (event.event === "end") this.ended = true;
    this.emit(event);
  }

  private emit(event: RuntimeMessage): void {
    if (this.disposed) return;
    if (this.backlog) this.backlog.push(event);
    else this.tell(event);
  }

  private tell(event: RuntimeMessage): void {
    for (const listener of this.listeners) listener(event);
  }

  /** After the socket closed: settles what waits, and where the run gave no end, finds out why and says it. */
  private async finish(): Promise<Manifest | null> {
    for (const settle of [...this.pending.values(), ...this.pendingFigures.values()]) settle(gone);
    this.pending.clear();
    this.pendingFigures.clear();
    if (this.disposed) return null;
    const cause = this.ended ? null : ((await this.options.causeOfDeath?.()) ?? null);
    try {
      const { manifest, died } = await readManifestRepaired(this.folder, cause);
      if (!this.ended) this.sayEnd(manifest, died);
      return manifest;
    } catch (thrown) {
      // the folder itself is gone, or damaged
      this.emit({ event: "log", level: "error", text: (thrown as Error).message });
      if (!this.ended) this.emit({ event: "end", status: "failed", steps: 0, seconds: 0, steps_per_second: 0, metrics: {}, best: null });
      return null;
    }
  }

  private sayEnd(manifest: Manifest, died: Finding | null): void {
    if (died) this.emit({ event: "finding", ...died });
    this.emit({ event: "state", state: manifest.state });
    this.emit(endOf(manifest));
  }
}

/** The `end` that a run's manifest amounts to. */
export function endOf(manifest: Manifest): EndEvent {
  const status = { finished: "completed", "finished early": "early_stopped", stopped: "stopped" }[manifest.state as string] ?? "failed";
  return {
    event: "end",
    // a run that still lives but cut this client off has not ended for others
    status: (saysLive(manifest) ? "failed" : status) as EndEvent["status"],
    steps: manifest.step,
    seconds: manifest.seconds,
    steps_per_second: manifest.seconds > 0 ? manifest.step / manifest.seconds : 0,
    metrics: manifest.metrics,
    best: manifest.best,
  };
}
