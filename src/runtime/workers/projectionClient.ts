/** Starts the projection worker when it is first needed, and waits for its answers. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import { DescentError, fromSerializedError } from "../../common/errors.js";
import type { FromProjectionWorker, ProjectionRequest, ProjectionWorkerData, ToProjectionWorker } from "./projectionMessages.js";

export interface ProjectionOptions {
  readonly method: "tsne" | "pca" | "umap";
  /** Of UMAP; default 0. */
  readonly seed?: number;
  /** Threads in all, which change no bit of the layout; default 1. */
  readonly threads?: number;
  readonly start?: Float32Array | null;
  /** Called about every `every` iterations with [rows, 2]. */
  readonly onLayout?: (layout: Float32Array, iteration: number) => void;
  readonly every?: number;
}

interface Pending {
  readonly onLayout: ProjectionOptions["onLayout"];
  readonly resolve: (layout: Float32Array | null) => void;
  readonly reject: (error: DescentError) => void;
}

/** One worker thread; requests are answered in order. Its owner disposes it. */
export class ProjectionClient {
  private worker: Worker | null = null;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  /** @param dist the folder of the built product, which holds `workers/projection.js`, `workers/projectionHelper.js` and `wasm/tsne.wasm` */
  constructor(private readonly dist: string) {}

  /**
   * Lays out `points` [rows, width]. Resolves with [rows, 2], or null when cancelled.
   * Rejects with DescentError `projection-not-finite`, `projection-failed`.
   */
  project(points: Float32Array, rows: number, width: number, options: ProjectionOptions): { readonly done: Promise<Float32Array | null>; cancel(): void } {
    const id = ++this.lastId;
    const done = new Promise<Float32Array | null>((resolve, reject) => this.pending.set(id, { onLayout: options.onLayout, resolve, reject }));
    const handed = new Float32Array(points);
    const request: ProjectionRequest = {
      kind: "project", id, method: options.method, points: handed, rows, width, start: options.start ?? null, seed: options.seed ?? 0, helpers: Math.max(0, (options.threads ?? 1) - 1),
      every: options.onLayout === undefined ? 0 : (options.every ?? 50),
    };
    this.send(request, [handed.buffer]);
    return { done, cancel: () => { if (this.pending.has(id)) this.send({ kind: "cancel", id }); } };
  }

  async dispose(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    for (const { resolve } of this.pending.values()) resolve(null);
    this.pending.clear();
    await worker?.terminate();
  }

  private send(message: ToProjectionWorker, transfer: ArrayBuffer[] = []): void {
    this.worker ??= this.start();
    this.worker.postMessage(message, transfer);
  }

  private start(): Worker {
    const workerData: ProjectionWorkerData = { wasm: path.join(this.dist, "wasm", "tsne.wasm"), helper: path.join(this.dist, "workers", "projectionHelper.js") };
    const worker = new Worker(path.join(this.dist, "workers", "projection.js"), { workerData });
    worker.unref(); // a run that has ended does not wait for a picture
    worker.on("message", (message: FromProjectionWorker) => this.receive(message));
    worker.on("error", (error) => this.fail(worker, error.message));
    worker.on("exit", (code) => this.fail(worker, `the worker ended with code ${code}`));
    return worker;
  }

  private receive(message: FromProjectionWorker): void {
    const pending = this.pending.get(message.id);
    if (pending === undefined) return;
    if (message.kind === "layout" && !message.done) {
      pending.onLayout?.(message.layout, message.iteration);
      return;
    }
    this.pending.delete(message.id);
    if (message.kind === "layout") pending.resolve(message.layout);
    else if (message.kind === "cancelled") pending.resolve(null);
    else pending.reject(fromSerializedError(message.error));
  }

  /** The worker is gone (out of memory, a defect): what waits fails, and the next request starts another. */
  private fail(worker: Worker, reason: string): void {
    if (this.worker !== worker) return;
    this.worker = null;
    for (const { reject } of this.pending.values()) reject(new DescentError("projection-failed", `The projection could not be computed: ${reason}.`));
    this.pending.clear();
  }
}
