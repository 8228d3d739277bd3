/** Threads that decode images while a data set is read. */
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { DescentError, fromSerializedError } from "../../common/errors.js";
import type { ImageTask } from "../../files/images/readImages.js";
import type { ImageDecoder } from "../../files/images/loadImages.js";
import type { ImageAnswer, ImageRequest } from "./imageMessages.js";

interface Pending {
  readonly resolve: (pixels: Uint8Array) => void;
  readonly reject: (error: DescentError) => void;
}

/** As many threads as there are cores, eight at most. Its owner disposes it. @param dist the folder of the built product, which holds `workers/images.js` */
export class ImagePool implements ImageDecoder {
  private readonly workers: Worker[];
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  constructor(dist: string) {
    this.workers = Array.from({ length: Math.min(os.availableParallelism(), 8) }, () => {
      const worker = new Worker(path.join(dist, "workers", "images.js"));
      worker.on("message", (answer: ImageAnswer) => this.receive(answer));
      worker.on("error", (error) => this.fail(error.message));
      return worker;
    });
  }

  decode(task: ImageTask): Promise<Uint8Array> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.workers[id % this.workers.length].postMessage({ id, task } satisfies ImageRequest, []);
    });
  }

  async dispose(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private receive(answer: ImageAnswer): void {
    const pending = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    if ("error" in answer) pending?.reject(fromSerializedError(answer.error));
    else pending?.resolve(answer.pixels);
  }

  private fail(reason: string): void {
    for (const { reject } of this.pending.values()) reject(new DescentError("reader-failed", `A thread that decodes images failed: ${reason}.`));
    this.pending.clear();
  }
}
