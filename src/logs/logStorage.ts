/** What the product keeps of the logs of others: an index and the points of each folder, in its own storage. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import v8 from "node:v8";
import { DescentError } from "../common/errors.js";
import { writeFileAtomic } from "../runs/atomicFile.js";
import type { ReadFile } from "./logReader.js";
import type { LogTable, ReadPoints, StoredTable } from "./logTable.js";

/** Rises when what is stored changes its form; another form is read anew. */
const form = 2;
/** Bytes of all stored logs, above which those that were not opened for longest go. */
const most = 4 * 2 ** 30;

export interface KeptLog {
  readonly files: readonly ReadFile[];
  readonly table: StoredTable;
}

export interface LogStorage {
  /** Reads stored points. Throws what the file system throws. */
  readonly read: ReadPoints;
  /** Replaces what is stored. Throws what the file system throws. */
  save(files: readonly ReadFile[], table: LogTable): void;
  /** Lets another reader have it. */
  release(): void;
}

/** Logs that a reader of this process has open: a second one of the same folder keeps its own things in memory. */
const open = new Set<string>();

/**
 * The stored log of a folder; `kept` is null where there is none, or none that can be read. Null where another reader has it, or nothing can be
 * written: what is read is then not kept, which costs time, not truth.
 */
export function openStorage(storage: string, folder: string): { readonly storage: LogStorage; readonly kept: KeptLog | null } | null {
  const key = createHash("sha256").update(folder).digest("hex").slice(0, 24);
  const own = path.join(storage, "logs", key);
  const lock = path.join(own, "open");
  const index = path.join(own, "index");
  if (open.has(own)) return null;
  try {
    fs.mkdirSync(own, { recursive: true });
    if (heldByAnother(lock)) return null;
    fs.writeFileSync(lock, String(process.pid));
    open.add(own);
    prune(path.dirname(own), key);
  } catch {
    return null;
  }
  let points: PointsFile | null = null;
  const kept = readIndex(own, folder);
  if (kept) points = openPoints(path.join(own, kept.points));
  const close = () => {
    if (points) fs.closeSync(points.descriptor);
    points = null;
  };
  return {
    kept: points ? kept : null,
    storage: {
      read: (at, length) => readBytes(points, at, length),
      save(files, table) {
        // a file of its own: what is not changed is copied from the one before, which a crash leaves as it was
        const name = `points-${Date.now().toString(36)}`;
        const writer = new PointsWriter(path.join(own, name));
        try {
          const stored = table.toStored((bytes) => writer.put(bytes));
          writer.flush();
          writeFileAtomic(index, v8.serialize({ form, folder, points: name, files, table: stored } satisfies StoredIndex));
          close();
          points = writer;
          table.moved(stored);
        } catch (thrown) {
          fs.closeSync(writer.descriptor);
          fs.rmSync(writer.file, { force: true });
          throw thrown;
        }
        for (const other of fs.readdirSync(own)) if (other.startsWith("points-") && other !== name) fs.rmSync(path.join(own, other), { force: true });
      },
      release() {
        close();
        open.delete(own);
        fs.rmSync(lock, { force: true });
      },
    },
  };
}

interface StoredIndex extends KeptLog {
  readonly form: number;
  readonly folder: string;
  /** The file of points that it speaks of. */
  readonly points: string;
}

function readIndex(own: string, folder: string): StoredIndex | null {
  try {
    const kept = v8.deserialize(fs.readFileSync(path.join(own, "index"))) as StoredIndex;
    return kept.form === form && kept.folder === folder ? kept : null;
  } catch {
    return null;
  }
}

interface PointsFile {
  readonly file: string;
  readonly descriptor: number;
}

function openPoints(file: string): PointsFile | null {
  try {
    return { file, descriptor: fs.openSync(file, "r") };
  } catch {
    return null;
  }
}

function readBytes(points: PointsFile | null, at: number, length: number): Uint8Array {
  if (points === null) throw new DescentError("storage-unreadable", "What was kept of this log cannot be read any more. Open the log again.");
  const bytes = new Uint8Array(length);
  for (let read = 0; read < length; ) {
    const got = fs.readSync(points.descriptor, bytes, read, length - read, at + read);
    if (got === 0) throw new DescentError("storage-unreadable", `${points.file} is shorter than its index says. Remove it and open the log again.`, { file: points.file });
    read += got;
  }
  return bytes;
}

/** A file that grows at its end; small pieces are gathered. */
class PointsWriter implements PointsFile {
  readonly descriptor: number;
  private readonly waiting = new Uint8Array(1 << 20);
  private used = 0;
  private written = 0;

  constructor(readonly file: string) {
    this.descriptor = fs.openSync(file, "w+", 0o600);
  }

  /** Says where the bytes will stand. */
  put(bytes: Uint8Array): number {
    const at = this.written + this.used;
    if (this.used + bytes.length > this.waiting.length) this.flush();
    if (bytes.length > this.waiting.length) this.write(bytes);
    else {
      this.waiting.set(bytes, this.used);
      this.used += bytes.length;
    }
    return at;
  }

  flush(): void {
    this.write(this.waiting.subarray(0, this.used));
    this.used = 0;
  }

  private write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(this.descriptor, bytes, done, bytes.length - done, this.written + done);
    this.written += bytes.length;
  }
}

/** Whether another process that lives has this log open: two windows on one folder. */
function heldByAnother(lock: string): boolean {
  try {
    const pid = Number(fs.readFileSync(lock, "utf8"));
    if (pid === process.pid) return false;
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes the stored logs that were not opened for longest, until all fit. */
function prune(logs: string, except: string): void {
  const folders = fs.readdirSync(logs).map((name) => {
    const stats = fs.readdirSync(path.join(logs, name)).map((file) => fs.statSync(path.join(logs, name, file), { throwIfNoEntry: false }));
    return { name, size: stats.reduce((sum, stat) => sum + (stat?.size ?? 0), 0), used: Math.max(0, ...stats.map((stat) => stat?.mtimeMs ?? 0)) };
  });
  let total = folders.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of folders.sort((a, b) => a.used - b.used)) {
    if (total <= most) return;
    if (name === except || open.has(path.join(logs, name))) continue;
    fs.rmSync(path.join(logs, name), { recursive: true, force: true });
    total -= size;
  }
}
