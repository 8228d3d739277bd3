/** A worker thread that lays points out in the plane, one request after the other, and posts layouts while they form. */
import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { toDescentError } from "../../common/errors.js";
import { principalComponents } from "../../engine/projection/pca.js";
import type { Helpers } from "../../engine/projection/team.js";
import { Tsne } from "../../engine/projection/tsne.js";
import { Umap } from "../../engine/projection/umap.js";
import type { FromProjectionWorker, ProjectionRequest, ProjectionWorkerData, ToProjectionWorker } from "./projectionMessages.js";

/** Iterations between looks at the messages: about 20 ms at 2,000 points. */
const slice = 25;

const port = parentPort;
if (port === null) throw new Error("the projection worker runs as a worker thread");
const wasm = new WebAssembly.Module(readFileSync((workerData as ProjectionWorkerData).wasm));
const waiting: ProjectionRequest[] = [];
const cancelled = new Set<number>();
let working = false;

const post = (message: FromProjectionWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

port.on("message", (message: ToProjectionWorker) => {
  if (message.kind === "cancel") cancelled.add(message.id);
  else waiting.push(message);
  if (!working) void work();
});

async function work(): Promise<void> {
  working = true;
  for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
    try {
      await project(request);
    } catch (error) {
      post({ kind: "failed", id: request.id, error: toDescentError(error).toJSON() });
    }
    cancelled.delete(request.id);
  }
  cancelled.clear(); // requests that were done before they were cancelled
  working = false;
}

async function project(request: ProjectionRequest): Promise<void> {
  const { id, method, points: data, rows, width, start, seed, every } = request;
  if (method === "pca") {
    postLayout(id, 0, true, twoColumns(principalComponents(wasm, { data, rows, width }, 2)));
    return;
  }
  const helpers = new WorkerHelpers(request.helpers);
  try {
    const forming = method === "umap" ? Umap.prepare(wasm, { data, rows, width }, { start, seed, helpers }) : Tsne.prepare(wasm, { data, rows, width }, { start, helpers });
    await form(forming, id, every);
    forming.dispose();
  } finally {
    await helpers.end();
  }
}

/** Iterates to the end, or until the request is cancelled. */
async function form(forming: Tsne | Umap, id: number, every: number): Promise<void> {
  let posted = 0;
  while (!forming.done) {
    forming.advance(slice);
    await setImmediate(); // lets messages in
    if (cancelled.has(id)) {
      post({ kind: "cancelled", id });
      return;
    }
    if (every > 0 && !forming.done && forming.iteration - posted >= every) {
      posted = forming.iteration;
      postLayout(id, forming.iteration, false, forming.layout());
    }
  }
  postLayout(id, forming.iteration, true, forming.layout());
}

function postLayout(id: number, iteration: number, done: boolean, layout: Float32Array<ArrayBuffer>): void {
  post({ kind: "layout", id, iteration, done, layout }, [layout.buffer]);
}

/** Scores along two components; the second is 0 where there is only one. */
function twoColumns({ scores, count }: { readonly scores: Float32Array; readonly count: number }): Float32Array<ArrayBuffer> {
  const layout = new Float32Array((scores.length / count) * 2);
  for (let i = 0; i < layout.length; i++) layout[i] = i % 2 < count ? scores[Math.floor(i / 2) * count + (i % 2)] : 0;
  return layout;
}

/** Threads beside this one, for one layout. */
class WorkerHelpers implements Helpers {
  private readonly workers: Worker[] = [];

  constructor(readonly count: number) {}

  start(handed: Parameters<Helpers["start"]>[0]): void {
    this.workers.push(new Worker((workerData as ProjectionWorkerData).helper, { workerData: handed }));
  }

  /** Ends those that were not sent home: a layout was cancelled or failed. */
  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
