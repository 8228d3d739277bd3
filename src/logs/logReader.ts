/**
 * Reads a folder of logs piece by piece, as fast as the disk gives them, and goes on when they grow. What was read is kept in the product's storage where
 * it has one, so that the next opening begins where this one ended. Runs in a worker of the editor, or plainly in the command line; it is synchronous.
 */
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { DescentError, toDescentError } from "../common/errors.js";
import { EventScanner, type EventSink, type MediaKind, type ScalarBlock } from "../runs/events/scanEvents.js";
import { openStorage, type LogStorage } from "./logStorage.js";
import { findLogFiles, type LogFile } from "./logFiles.js";
import { LogTable, type MediaColumn } from "./logTable.js";
import { readCsvLog, readTrainerState } from "./tableLogs.js";

/** Bytes read at a time: large enough for the disk, small enough to turn to the next folder several times a second. */
const pieceSize = 4 << 20;
/** What a compressed log may come to in memory. */
const mostUncompressed = 1 << 30;

/** Something that is wrong with a file; reading went on with the others. */
export interface LogTrouble {
  /** Absolute. */
  readonly file: string;
  readonly code: "wrong-checksum" | "broken-frame" | "cut-gzip" | "log-unreadable" | "no-event-file" | "projector-unreadable";
  readonly message: string;
}

/** How far a file has been read. */
export interface ReadFile {
  readonly file: string;
  readonly kind: LogFile["kind"];
  readonly folder: string;
  readonly gzip: boolean;
  size: number;
  modified: number;
  /** Bytes that are done with; of a compressed file, of what it holds. */
  offset: number;
  /** Nothing more can be read from it as it is. */
  done: boolean;
  trouble: LogTrouble | null;
  wrongChecksums: number;
}

export interface LogProgress {
  /** Bytes read and bytes to read in all. */
  readonly read: number;
  readonly total: number;
  readonly done: boolean;
}

export class LogReader {
  table: LogTable;
  files: ReadFile[] = [];
  private readonly storage: LogStorage | null;
  private readonly scanners = new Map<string, { readonly scanner: EventScanner; file: number }>();
  private readonly turn: string[] = [];
  private buffer = new Uint8Array(pieceSize);
  private bytesRead = 0;
  private changedSinceSaved = false;

  /**
   * @param folder absolute
   * @param storage the product's own folder; null keeps everything in memory
   * Throws `log-missing` where the folder cannot be read.
   */
  constructor(readonly folder: string, storage: string | null) {
    let found: LogFile[];
    try {
      found = findLogFiles(folder);
    } catch (thrown) {
      throw new DescentError("log-missing", `The folder ${folder} cannot be read: ${(thrown as Error).message}`, { file: folder }, { cause: thrown });
    }
    const opened = storage === null ? null : openStorage(storage, folder);
    this.storage = opened?.storage ?? null;
    const kept = opened?.kept ?? null;
    if (this.storage && kept && keeps(kept.files, found)) {
      this.table = LogTable.fromStored(kept.table, this.storage.read);
      this.files = [...kept.files];
    } else this.table = new LogTable();
    this.take(found);
  }

  /** Looks for files that grew or are new. False where the folder is gone. */
  rescan(): boolean {
    try {
      this.take(findLogFiles(this.folder));
      return true;
    } catch {
      return false;
    }
  }

  get progress(): LogProgress {
    let read = 0;
    let total = 0;
    for (const file of this.files) {
      total += file.size;
      read += file.done ? file.size : Math.min(file.offset, file.size);
    }
    return { read, total, done: this.turn.length === 0 };
  }

  /** Bytes read since the beginning of this reader. */
  get bytes(): number {
    return this.bytesRead;
  }

  get troubles(): LogTrouble[] {
    return this.files.flatMap((file) => (file.trouble ? [file.trouble] : []));
  }

  /** Reads for about `milliseconds`, folders by turns; at least one piece. */
  advance(milliseconds: number): LogProgress {
    const end = performance.now() + milliseconds;
    do {
      const folder = this.turn.shift();
      if (folder === undefined) break;
      if (this.readPiece(folder)) this.turn.push(folder);
    } while (performance.now() < end);
    return this.progress;
  }

  /** Keeps what was read for the next opening. Does nothing without a storage, or where nothing is new. */
  save(): void {
    if (this.storage === null || !this.changedSinceSaved) return;
    this.storage.save(this.files, this.table);
    this.changedSinceSaved = false;
  }

  close(): void {
    this.storage?.release();
  }

  /** Takes note of files: new ones, and those that grew; one that shrank or was replaced is read anew. */
  private take(found: readonly LogFile[]): void {
    for (const one of found) {
      const known = this.files.find(({ file }) => file === one.file);
      if (!known) {
        this.files.push({ ...one, gzip: isGzip(one.file), offset: 0, done: false, trouble: null, wrongChecksums: 0 });
        this.enqueue(one.folder);
      } else if (known.size !== one.size || (known.kind !== "events" && known.modified !== one.modified)) {
        known.size = one.size;
        known.modified = one.modified;
        known.done = known.trouble?.code === "broken-frame";
        if (!known.done) this.enqueue(one.folder);
      } else if (!known.done) this.enqueue(one.folder);
    }
  }

  private enqueue(folder: string): void {
    if (!this.turn.includes(folder)) this.turn.push(folder);
  }

  /** Reads on in the folder's first file that has more; false when all of them are done. */
  private readPiece(folder: string): boolean {
    const at = this.files.findIndex((file) => file.folder === folder && !file.done);
    if (at < 0) return false;
    const file = this.files[at];
    this.changedSinceSaved = true;
    try {
      if (file.kind === "events") this.readEvents(file, at);
      else if (file.kind === "projector") file.done = true;
      else this.readTable(file);
    } catch (thrown) {
      const { message } = toDescentError(thrown);
      file.trouble = { file: file.file, code: "log-unreadable", message: thrown instanceof DescentError ? message : `${file.file} cannot be read: ${message}` };
      file.done = true;
    }
    return true;
  }

  private readEvents(file: ReadFile, index: number): void {
    const { scanner, sink } = this.scannerOf(file.folder);
    sink.file = index;
    const before = scanner.wrongChecksums;
    if (file.gzip) this.readCompressed(file, scanner);
    else this.readPlain(file, scanner);
    file.wrongChecksums += scanner.wrongChecksums - before;
    if (file.wrongChecksums > 0 && file.trouble === null) {
      file.trouble = { file: file.file, code: "wrong-checksum", message: `${path.basename(file.file)}: records whose checksum is wrong were left out.` };
    }
  }

  private readPlain(file: ReadFile, scanner: EventScanner): void {
    const descriptor = fs.openSync(file.file, "r");
    try {
      let length = readUpTo(descriptor, this.buffer, file.offset, pieceSize);
      let result = scanner.scan(this.buffer, 0, length, file.offset);
      if (result.used === 0 && !result.broken && result.needed > length && file.size - file.offset >= result.needed) {
        // a record longer than a piece
        this.buffer = new Uint8Array(result.needed + pieceSize);
        length = readUpTo(descriptor, this.buffer, file.offset, this.buffer.length);
        result = scanner.scan(this.buffer, 0, length, file.offset);
      }
      this.bytesRead += result.used;
      file.offset += result.used;
      if (result.broken) this.breakOff(file);
      // what is left is a record that is being written, or was cut; it is looked at again when the file grows
      else if (result.used === 0 || file.offset + length - result.used >= file.size) file.done = true;
    } finally {
      fs.closeSync(descriptor);
      if (this.buffer.length > 4 * pieceSize) this.buffer = new Uint8Array(pieceSize);
    }
  }

  private readCompressed(file: ReadFile, scanner: EventScanner): void {
    const { bytes, whole } = decompress(file.file);
    const result = scanner.scan(bytes, file.offset, bytes.length, 0);
    this.bytesRead += result.used - file.offset;
    file.offset = result.used;
    file.done = true;
    if (result.broken) this.breakOff(file);
    else if (!whole) file.trouble = { file: file.file, code: "cut-gzip", message: `${path.basename(file.file)} ends in the middle of its compressed data: what is there is shown.` };
  }

  private breakOff(file: ReadFile): void {
    file.done = true;
    const name = path.basename(file.file);
    file.trouble = file.offset === 0
      ? { file: file.file, code: "no-event-file", message: `${name} holds no event records: its first bytes are no frame of one.` }
      : { file: file.file, code: "broken-frame", message: `${name} is damaged at byte ${file.offset}: what follows cannot be found, what is before it is shown.` };
  }

  private readTable(file: ReadFile): void {
    const text = file.gzip ? decompress(file.file).bytes.toString() : fs.readFileSync(file.file, "utf8");
    this.bytesRead += file.size;
    file.done = true;
    file.trouble = null;
    const points = file.kind === "csv" ? readCsvLog(text, file.file) : readTrainerState(text, file.file);
    this.table.clear(file.folder, file.kind);
    for (const { tag, step, value } of points) this.table.tagOf(file.folder, tag, file.kind).push(step, value, 0);
  }

  private scannerOf(folder: string): { readonly scanner: EventScanner; readonly sink: TableSink } {
    let known = this.scanners.get(folder) as { scanner: EventScanner; file: number; sink: TableSink } | undefined;
    if (!known) {
      const sink = new TableSink(this.table, folder);
      known = { scanner: new EventScanner(sink), file: 0, sink };
      this.scanners.set(folder, known);
    }
    return known;
  }
}

/** Puts what a scanner finds in the event files of one folder into the table. */
class TableSink implements EventSink {
  /** The file that is being scanned, as an index of the log's files. */
  file = 0;
  private readonly ids: number[] = [];

  constructor(private readonly table: LogTable, private readonly folder: string) {}

  tagOf(tag: string): number {
    return this.ids.push(this.table.tagOf(this.folder, tag, "events").id) - 1;
  }

  scalars({ length, tags, steps, values, wallTimes }: ScalarBlock): void {
    const { ids } = this;
    const known = this.table.tags;
    for (let i = 0; i < length; i++) known[ids[tags[i]]].push(steps[i], values[i], wallTimes[i]);
  }

  media(tag: number, kind: MediaKind, step: number, wallTime: number, offset: number, index: number): void {
    const known = this.table.tags[this.ids[tag]];
    known.media ??= { kind, steps: [], wallTimes: [], files: [], offsets: [], indices: [] };
    known.media.steps.push(step);
    known.media.wallTimes.push(wallTime);
    known.media.files.push(this.file);
    known.media.offsets.push(offset);
    known.media.indices.push(index);
  }

  restart(step: number): void {
    for (const tag of this.table.tags) {
      if (tag.folder !== this.folder || tag.source !== "events") continue;
      tag.dropFrom(step);
      if (tag.media) dropMedia(tag.media, step);
    }
  }
}

function dropMedia(media: MediaColumn, step: number): void {
  let length = media.steps.length;
  while (length > 0 && media.steps[length - 1] >= step) length--;
  for (const column of [media.steps, media.wallTimes, media.files, media.offsets, media.indices]) column.length = length;
}

/** Whether what was kept still holds: every file of then is there and has not shrunk. */
function keeps(kept: readonly ReadFile[], found: readonly LogFile[]): boolean {
  const sizes = new Map(found.map(({ file, size }) => [file, size]));
  return kept.every(({ file, size, kind }) => kind !== "events" || (sizes.get(file) ?? -1) >= size);
}

/** All bytes of a file that gzip compressed; `whole` is false where it was cut. Throws what zlib throws on what is no gzip. */
export function decompress(file: string): { readonly bytes: Buffer; readonly whole: boolean } {
  const packed = fs.readFileSync(file);
  const bytes = zlib.gunzipSync(packed, { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: mostUncompressed });
  try {
    // the last eight bytes of a whole file say what it holds
    return { bytes, whole: packed.readUInt32LE(packed.length - 4) === bytes.length % 2 ** 32 };
  } catch {
    return { bytes, whole: false };
  }
}

function isGzip(file: string): boolean {
  const head = new Uint8Array(2);
  try {
    const descriptor = fs.openSync(file, "r");
    try {
      return fs.readSync(descriptor, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function readUpTo(descriptor: number, into: Uint8Array, offset: number, length: number): number {
  let read = 0;
  while (read < length) {
    const got = fs.readSync(descriptor, into, read, length - read, offset + read);
    if (got === 0) break;
    read += got;
  }
  return read;
}
