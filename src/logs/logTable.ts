/** What a log holds, by folder and tag: points of scalars, and where the values of everything else stand. */
import { columnsFromBytes, columnsToBytes } from "../common/series/columnsBytes.js";
import type { Columns } from "../common/series/columns.js";
import { Series, type SeriesFacts } from "../common/series/series.js";
import { seriesFromBytes, seriesToBytes } from "../common/series/seriesBytes.js";
import type { MediaKind } from "../runs/events/scanEvents.js";
import type { LogFileKind } from "./logFiles.js";
import { PendingPoints } from "./pendingPoints.js";

/** Where the values of a tag stand that are no scalars. Equal lengths. */
export interface MediaColumn {
  readonly kind: MediaKind;
  readonly steps: number[];
  readonly wallTimes: number[];
  /** The file, as an index of the log's files. */
  readonly files: number[];
  /** Where its record starts. */
  readonly offsets: number[];
  /** Its place among the record's values. */
  readonly indices: number[];
}

/** A tag as it is stored: a picture of its curve, from which it is drawn at once, and where its points are. */
interface StoredTag {
  readonly folder: string;
  readonly tag: string;
  readonly source: LogFileKind;
  readonly media: MediaColumn | null;
  readonly curve: { readonly facts: SeriesFacts; readonly overview: Uint8Array; readonly at: number; readonly length: number } | null;
}

export interface StoredTable {
  readonly tags: readonly StoredTag[];
}

/** Reads bytes of the stored points. */
export type ReadPoints = (at: number, length: number) => Uint8Array;

/** Columns of a stored picture: finer than a chart is wide. */
const overviewColumns = 1024;

export class LogTag {
  media: MediaColumn | null = null;
  private points: Series | null = null;
  private pending: PendingPoints | null = null;
  /** What is stored of it, until its points are needed. */
  private stored: StoredTag["curve"] = null;
  private readPoints: ReadPoints | null = null;

  constructor(
    readonly id: number,
    /** The folder it was logged in, from the log's on; "" for the log's own. */
    readonly folder: string,
    readonly tag: string,
    readonly source: LogFileKind,
  ) {}

  push(step: number, value: number, wallTime: number): void {
    (this.pending ??= new PendingPoints()).push(step, value, wallTime);
    if (this.pending.isFull) this.settle();
  }

  /** Takes what was pushed into the curve. */
  settle(): void {
    if (this.pending === null || this.pending.length === 0) return;
    this.points = this.pending.moveInto(this.series());
  }

  dropFrom(step: number): void {
    if (!this.hasPoints) return;
    this.settle();
    this.series().dropFrom(step);
  }

  clear(): void {
    this.points = this.pending = this.stored = null;
  }

  get hasPoints(): boolean {
    return this.points !== null || this.pending !== null || this.stored !== null;
  }

  /** Count, extremes and ends of its curve. */
  get facts(): SeriesFacts {
    if (this.stored !== null && this.pending === null) return this.stored.facts;
    this.settle();
    return this.series().facts;
  }

  /** Its curve; read from the storage where that has it. Throws what the file system throws. */
  series(): Series {
    if (this.points === null) {
      const { stored, readPoints } = this;
      this.stored = null;
      this.points = stored && readPoints ? seriesFromBytes(readPoints(stored.at, stored.length)) : new Series();
    }
    return this.points;
  }

  /** The stored picture of the whole curve; null where its points are at hand or no picture is there. */
  overview(): Columns | null {
    return this.stored === null || this.pending !== null ? null : columnsFromBytes(this.stored.overview);
  }

  /** Writes its points, by `put`, which says where; gives what the index keeps of it. */
  toStored(put: (bytes: Uint8Array) => number): StoredTag {
    const { folder, tag, source, media } = this;
    if (!this.hasPoints) return { folder, tag, source, media, curve: null };
    this.settle();
    if (this.stored !== null && this.readPoints !== null) {
      const { facts, overview, at, length } = this.stored;
      return { folder, tag, source, media, curve: { facts, overview, at: put(this.readPoints(at, length)), length } };
    }
    const series = this.series();
    const bytes = seriesToBytes(series);
    const { facts } = series;
    const overview = columnsToBytes(series.query({ axis: "step", from: series.point(0)?.step ?? 0, to: facts.last?.step ?? 0, columns: overviewColumns }));
    return { folder, tag, source, media, curve: { facts, overview, at: put(bytes), length: bytes.length } };
  }

  /** Its stored points stand elsewhere now. */
  moved(curve: StoredTag["curve"]): void {
    if (this.stored !== null) this.stored = curve;
  }

  /** Takes over what was stored; points are read when they are needed. */
  restore({ media, curve }: StoredTag, readPoints: ReadPoints): void {
    this.media = media;
    this.stored = curve;
    this.readPoints = readPoints;
  }
}

export class LogTable {
  readonly tags: LogTag[] = [];
  private readonly byName = new Map<string, LogTag>();

  tagOf(folder: string, tag: string, source: LogFileKind): LogTag {
    const key = `${source}\n${folder}\n${tag}`;
    let known = this.byName.get(key);
    if (!known) {
      known = new LogTag(this.tags.length, folder, tag, source);
      this.tags.push(known);
      this.byName.set(key, known);
    }
    return known;
  }

  /** Takes all that was pushed into the curves: before they are asked. */
  settle(): void {
    for (const tag of this.tags) tag.settle();
  }

  /** Forgets the points of a table that is read anew. */
  clear(folder: string, source: LogFileKind): void {
    for (const tag of this.tags) if (tag.folder === folder && tag.source === source) tag.clear();
  }

  toStored(put: (bytes: Uint8Array) => number): StoredTable {
    return { tags: this.tags.map((tag) => tag.toStored(put)) };
  }

  /** The stored points have moved: those that are not at hand are read from there. */
  moved({ tags }: StoredTable): void {
    for (const [i, { curve }] of tags.entries()) this.tags[i].moved(curve);
  }

  static fromStored({ tags }: StoredTable, readPoints: ReadPoints): LogTable {
    const table = new LogTable();
    for (const stored of tags) table.tagOf(stored.folder, stored.tag, stored.source).restore(stored, readPoints);
    return table;
  }
}
