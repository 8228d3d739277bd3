/** A stream of examples that a worker thread reads. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import { DescentError, fromSerializedError } from "../../common/errors.js";
import type { ExampleStream } from "../../engine/data/stream/exampleStream.js";
import type { ConstantTensor } from "../../engine/graph/types.js";
import { blocksOf } from "../../files/stream/rowReader.js";
import { removeScratch } from "../../files/stream/scratchFile.js";
import type { StreamPlan } from "../../files/stream/streamDataset.js";
import type { ExampleAnswer, ExampleRequest, ExampleWorkerData } from "./exampleMessages.js";

interface Pending {
  readonly resolve: (inputs: ConstantTensor) => void;
  readonly reject: (error: DescentError) => void;
}

/** One worker thread, started at the first request; requests are answered in order. @param dist the folder of the built product, which holds `workers/examples.js` */
export class ExampleClient implements ExampleStream {
  readonly blockExamples: number;
  readonly windowBlocks: number;
  private worker: Worker | null = null;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  constructor(
    private readonly dist: string,
    private readonly plan: StreamPlan,
  ) {
    ({ blockExamples: this.blockExamples, windowBlocks: this.windowBlocks } = blocksOf(plan.store.rowBytes));
  }

  /** Rejects with the error of what cannot be read, or `reader-failed`. */
  read(indices: Int32Array, again: boolean): Promise<ConstantTensor> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.worker ??= this.start();
      this.worker.ref();
      this.worker.postMessage({ id, indices, again } satisfies ExampleRequest, []);
    });
  }

  async dispose(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    this.failAll("it was closed");
    await worker?.terminate();
    this.plan.scratch.forEach(removeScratch);
  }

  private start(): Worker {
    const workerData: ExampleWorkerData = { plan: this.plan };
    const worker = new Worker(path.join(this.dist, "workers", "examples.js"), { workerData });
    worker.on("message", (answer: ExampleAnswer) => this.receive(answer));
    worker.on("error", (error) => this.fail(worker, error.message));
    worker.on("exit", (code) => this.fail(worker, `the worker ended with code ${code}`));
    return worker;
  }

  private receive(answer: ExampleAnswer): void {
    const pending = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    if (this.pending.size === 0) this.worker?.unref(); // a process with nothing to wait for may end
    if ("error" in answer) pending?.reject(fromSerializedError(answer.error));
    else pending?.resolve({ type: answer.data instanceof Uint8Array ? "uint8" : "float32", dims: answer.dims, data: answer.data });
  }

  /** The worker is gone (out of memory, a defect): what waits fails, and the next request starts another. */
  private fail(worker: Worker, reason: string): void {
    if (this.worker !== worker) return;
    this.worker = null;
    this.failAll(reason);
  }

  private failAll(reason: string): void {
    for (const { reject } of this.pending.values()) reject(new DescentError("reader-failed", `The thread that reads the data failed: ${reason}.`));
    this.pending.clear();
  }
}
