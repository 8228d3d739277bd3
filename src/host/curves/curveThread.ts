import { Worker } from "node:worker_threads";
import { DescentError, fromSerializedError } from "../../common/errors.js";
import type { NewPoints } from "../../runs/series/curveStore.js";
import type { CurveOrder, CurveReply } from "./curveMessages.js";
import type { CurveSource } from "./curveSource.js";

interface Pending {
  readonly resolve: (reply: CurveReply) => void;
  readonly reject: (error: DescentError) => void;
}

type Order = CurveOrder extends infer One ? (One extends CurveOrder ? Omit<One, "id" | "source"> : never) : never;

/** The thread that holds the curves of all open panels; started with the first source, ended with the last. */
export class CurveThread {
  private worker: Worker | null = null;
  private readonly pending = new Map<number, Pending>();
  private readonly open = new Set<number>();
  private lastId = 0;
  private lastSource = 0;

  /** @param script absolute path of the built `workers/curves.js` */
  constructor(private readonly script: string) {}

  /** The curves of a run's folder. */
  source(folder: string): CurveSource {
    const source = ++this.lastSource;
    this.open.add(source);
    const ask = (order: Order) => this.ask(source, order);
    return {
      load: async () => factsOf(await ask({ order: "load", folder })),
      append: (points: readonly NewPoints[]) => this.send(source, { order: "append", points }),
      changed: async () => factsOf(await ask({ order: "changed" })),
      answer: async (requests, liveColumns) => {
        const reply = await ask({ order: "answer", requests, liveColumns });
        return "answers" in reply ? reply.answers : [];
      },
      writeCsv: async (tags, file) => void (await ask({ order: "csv", tags, file })),
      histograms: async (layer) => {
        const reply = await ask({ order: "histograms", layer });
        return "histograms" in reply ? reply.histograms : [];
      },
      appendHistograms: (histograms) => this.send(source, { order: "append-histograms", histograms }),
      dispose: () => this.close(source),
    };
  }

  dispose(): void {
    for (const source of this.open) this.close(source);
  }

  private ask(source: number, order: Order): Promise<CurveReply> {
    // a thread that failed took the points along
    if (!this.open.has(source)) return Promise.reject(new DescentError("curves-failed", "The curves cannot be shown any more. Close the panel and open the run again."));
    return new Promise((resolve, reject) => this.pending.set(this.send(source, order), { resolve, reject }));
  }

  private send(source: number, order: Order): number {
    const id = ++this.lastId;
    if (!this.open.has(source)) return id;
    this.worker ??= this.start();
    this.worker.postMessage({ id, source, ...order } as CurveOrder, []);
    return id;
  }

  private close(source: number): void {
    if (!this.open.has(source)) return;
    if (this.worker) this.send(source, { order: "close" });
    this.open.delete(source);
    if (this.open.size > 0) return;
    const { worker } = this;
    this.worker = null;
    this.pending.clear(); // nobody waits any more
    void worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.script);
    worker.on("message", (reply: CurveReply) => {
      const pending = this.pending.get(reply.id);
      this.pending.delete(reply.id);
      if ("error" in reply) pending?.reject(fromSerializedError(reply.error));
      else pending?.resolve(reply);
    });
    worker.on("error", (error) => this.fail(worker, error.message));
    worker.on("exit", (code) => this.fail(worker, `the thread ended with code ${code}`));
    return worker;
  }

  /** The thread is gone (out of memory, a defect): what waits fails; a panel that is opened anew starts another. */
  private fail(worker: Worker, reason: string): void {
    if (this.worker !== worker) return;
    this.worker = null;
    this.open.clear();
    this.failAll(reason);
  }

  private failAll(reason: string): void {
    for (const { reject } of this.pending.values()) reject(new DescentError("curves-failed", `The curves cannot be shown: ${reason}.`));
    this.pending.clear();
  }
}

function factsOf(reply: CurveReply) {
  return "facts" in reply ? reply.facts : [];
}
