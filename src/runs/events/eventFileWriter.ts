import fs from "node:fs";
import path from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { EventSchema, HistogramProtoSchema, SessionLog_SessionStatus, Summary_ValueSchema, SummarySchema, type Event } from "../generated/event_pb.js";
import { RecordBuffer } from "./records.js";
import { appendScalars } from "./scalarRecord.js";

/** Values in buckets of equal width. */
export interface WrittenHistogram {
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
  readonly sum: number;
  readonly sumOfSquares: number;
}

/**
 * Appends to a TensorBoard event file of its own, `events.out.tfevents.<seconds>.descent`, in `folder`, which is created with the first flush.
 * Records are held until `flush`. A flush that fails (full disk) leaves the file as it was and the records in memory,
 * so that the next flush writes them all.
 */
export class EventFileWriter {
  private readonly records = new RecordBuffer();
  private descriptor: number | null = null;
  /** Bytes of the file that are whole records. */
  private written = 0;

  /**
   * `firstStep`: records of earlier files from that step on count no more; 1 for a run from its beginning. TensorBoard takes a
   * folder's first START for no restart, so every file has one.
   */
  constructor(
    private readonly folder: string,
    firstStep: number,
  ) {
    this.append({ step: 0n, what: { case: "fileVersion", value: "brain.Event:2" } });
    const start = { $typeName: "descent.tensorboard.SessionLog" as const, status: SessionLog_SessionStatus.START, checkpointPath: "", msg: "" };
    this.append({ step: BigInt(firstStep), what: { case: "sessionLog", value: start } });
  }

  /** The values of one step, each by its tag; NaN and infinities stay what they are. */
  scalars(wallTime: number, step: number, tags: readonly string[], values: readonly number[]): void {
    appendScalars(this.records, wallTime, step, tags, values);
  }

  /** The distribution of some values at a step; `counts` of equal buckets from `min` to `max`. */
  histogram(wallTime: number, step: number, tag: string, { min, max, counts, sum, sumOfSquares }: WrittenHistogram): void {
    const width = (max - min) / Math.max(1, counts.length);
    const histo = create(HistogramProtoSchema, {
      min, max, sum, sumSquares: sumOfSquares, num: counts.reduce((total, count) => total + count, 0),
      bucketLimit: counts.map((_, i) => (i === counts.length - 1 ? max : min + width * (i + 1))), bucket: [...counts],
    });
    const value = create(Summary_ValueSchema, { tag, value: { case: "histo", value: histo } });
    this.append({ step: BigInt(step), what: { case: "summary", value: create(SummarySchema, { value: [value] }) } }, wallTime);
  }

  /** Bytes that wait for the next flush. */
  get pending(): number {
    return this.records.length;
  }

  /** Hands everything to the operating system: it then survives this process. Throws what the file system throws, losing nothing. */
  flush(): void {
    if (this.records.length === 0) return;
    this.descriptor ??= openNew(this.folder);
    const bytes = this.records.content;
    try {
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(this.descriptor, bytes, at, bytes.length - at, this.written + at);
    } catch (thrown) {
      truncate(this.descriptor, this.written);
      throw thrown;
    }
    this.written += bytes.length;
    this.records.clear();
  }

  /** Flushes, and waits for the disk. */
  sync(): void {
    this.flush();
    if (this.descriptor !== null) fs.fdatasyncSync(this.descriptor);
  }

  /** Flushes and closes; without records of its own no file is left. */
  close(): void {
    try {
      this.flush();
    } finally {
      if (this.descriptor !== null) fs.closeSync(this.descriptor);
      this.descriptor = null;
    }
  }

  private append(event: Pick<Event, "step" | "what">, wallTime = Date.now() / 1000): void {
    const bytes = toBinary(EventSchema, create(EventSchema, { wallTime, ...event }));
    this.records.append(bytes.length, (target, _, at) => target.set(bytes, at));
  }
}

/** Cuts off what a failed write left; where even that fails, readers meet a torn tail, which they skip. */
function truncate(descriptor: number, length: number): void {
  try {
    fs.ftruncateSync(descriptor, length);
  } catch {
    // the write's own failure is what the caller must hear of
  }
}

/** Readers take a folder's files in the order of their names, so a new one's time is later than every one there, whatever the clock says. */
function openNew(folder: string): number {
  fs.mkdirSync(folder, { recursive: true });
  const times = fs.readdirSync(folder).map((name) => Number(/\.tfevents\.(\d+)/.exec(name)?.[1] ?? 0));
  const seconds = Math.max(Math.floor(Date.now() / 1000), ...times.map((time) => time + 1));
  return fs.openSync(path.join(folder, `events.out.tfevents.${String(seconds).padStart(10, "0")}.descent`), "wx");
}
