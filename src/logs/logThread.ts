/** The host's end of the thread that reads a folder of logs. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import { DescentError, fromSerializedError } from "../common/errors.js";
import type { CurveAnswer, CurveFacts, CurveRequest } from "../protocol/curves.js";
import type { Projection } from "../protocol/evaluation.js";
import type { Finding } from "../protocol/finding.js";
import type { MediaTag, MediaValue, UnshownMedia } from "../protocol/logMedia.js";
import type { LogTrouble } from "./logReader.js";
import type { LogEvent, LogListing, LogOrder, LogReply, LogThreadData } from "./logMessages.js";

type Order = LogOrder extends infer One ? (One extends LogOrder ? Omit<One, "id"> : never) : never;

/** What is told of a log unasked. */
export type LogNews = { readonly kind: "listing" } | { readonly kind: "gone"; readonly message: string };

interface Pending {
  readonly resolve: (reply: LogReply) => void;
  readonly reject: (error: DescentError) => void;
}

/** An open folder of logs. Its owner disposes it, which keeps what was read for the next opening. */
export class LogThread {
  /** How it stands; null until its first curves are there. */
  listing: LogListing | null = null;
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Set<(news: LogNews) => void>();
  private readonly firstListing: Promise<LogListing>;
  private failed: DescentError | null = null;
  private settleFirst!: { readonly resolve: (listing: LogListing) => void; readonly reject: (error: DescentError) => void };
  private lastId = 0;
  private lastFollower = 0;

  /**
   * @param script absolute path of the built `workers/logs.js`
   * @param folder absolute
   */
  constructor(script: string, readonly folder: string, storage: string | null) {
    const wasm = path.join(path.dirname(script), "..", "wasm", "tsne.wasm");
    this.firstListing = new Promise((resolve, reject) => (this.settleFirst = { resolve, reject }));
    this.firstListing.catch(() => undefined); // told to whoever asks
    this.worker = new Worker(script, { workerData: { folder, storage, wasm } satisfies LogThreadData });
    this.worker.on("message", (message: LogEvent | LogReply) => this.receive(message));
    this.worker.on("error", (error) => this.fail(new DescentError("log-failed", `The logs in ${folder} cannot be read on: ${error.message}`)));
    this.worker.on("exit", () => this.fail(new DescentError("log-failed", `The thread that read ${folder} has ended.`)));
  }

  get hasFailed(): boolean {
    return this.failed !== null;
  }

  /** The first listing. Rejects with `log-missing`, `log-failed`. */
  opened(): Promise<LogListing> {
    return this.firstListing;
  }

  /** The listing once everything that is there has been read. */
  async whole(): Promise<LogListing> {
    for (let listing = await this.opened(); ; listing = this.listing!) {
      if (listing.progress.done) return listing;
      await new Promise<void>((resolve, reject) => {
        if (this.failed) reject(this.failed);
        const stop = this.onNews(() => {
          stop();
          resolve();
        });
      });
    }
  }

  /** Calls `listener` with what is told; returns how to stop. */
  onNews(listener: (news: LogNews) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** A number by which `facts` knows what one asker was told. */
  newFollower(): number {
    return ++this.lastFollower;
  }

  async facts(run: string, changed: boolean, follower: number): Promise<readonly CurveFacts[]> {
    const reply = await this.ask({ order: "facts", run, changed, follower });
    return "facts" in reply ? reply.facts : [];
  }

  async answer(run: string, requests: readonly CurveRequest[], liveColumns: number): Promise<readonly CurveAnswer[]> {
    const reply = await this.ask({ order: "answer", run, requests, liveColumns });
    return "answers" in reply ? reply.answers : [];
  }

  async writeCsv(run: string, tags: readonly string[], file: string): Promise<void> {
    await this.ask({ order: "csv", run, tags, file });
  }

  async findings(run: string): Promise<readonly Finding[]> {
    const reply = await this.ask({ order: "findings", run });
    return "findings" in reply ? reply.findings : [];
  }

  async troubles(): Promise<readonly LogTrouble[]> {
    const reply = await this.ask({ order: "troubles" });
    return "troubles" in reply ? reply.troubles : [];
  }

  /** The tags with values beside scalars: those that are shown, and the others. */
  async mediaTags(run: string): Promise<{ readonly tags: readonly MediaTag[]; readonly unshown: readonly UnshownMedia[] }> {
    const reply = await this.ask({ order: "media-tags", run });
    return "tags" in reply ? reply : { tags: [], unshown: [] };
  }

  async projections(run: string): Promise<readonly Projection[]> {
    const reply = await this.ask({ order: "projections", run });
    return "projections" in reply ? reply.projections : [];
  }

  /** Rejects with `media-unreadable`. */
  async media(run: string, tag: string, index: number): Promise<MediaValue> {
    const reply = await this.ask({ order: "media", run, tag, index });
    if (!("value" in reply)) throw new DescentError("media-unreadable", `${tag} has no such value.`);
    return reply.value;
  }

  /** Ends the thread, after what it read is kept. */
  async dispose(): Promise<void> {
    this.listeners.clear();
    if (!this.failed) await this.ask({ order: "close" }).catch(() => undefined);
    this.failed ??= new DescentError("log-closed", `The logs in ${this.folder} are closed.`);
    await this.worker.terminate();
  }

  private ask(order: Order): Promise<LogReply> {
    if (this.failed) return Promise.reject(this.failed);
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.worker.postMessage({ id, ...order }, []);
    });
  }

  private receive(message: LogEvent | LogReply): void {
    if ("id" in message) {
      const pending = this.pending.get(message.id);
      this.pending.delete(message.id);
      if ("error" in message) pending?.reject(fromSerializedError(message.error));
      else pending?.resolve(message);
    } else if (message.event === "failed") this.fail(fromSerializedError(message.error));
    else if (message.event === "gone") this.tell({ kind: "gone", message: message.message });
    else {
      this.listing = message.listing;
      this.settleFirst.resolve(message.listing);
      this.tell({ kind: "listing" });
    }
  }

  private tell(news: LogNews): void {
    for (const listener of this.listeners) listener(news);
  }

  private fail(error: DescentError): void {
    if (this.failed) return;
    this.failed = error;
    this.settleFirst.reject(error);
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
    this.tell({ kind: "gone", message: error.message });
  }
}
