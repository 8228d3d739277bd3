/**
 * The journal of a search: a line an entry, appended and never changed, each with its checksum in front (CRC-32C, eight hexadecimal digits,
 * of the JSON behind it). A line that a crash tore is passed over, and whatever was decided is decided again.
 */
import fs from "node:fs";
import { DescentError } from "../../common/errors.js";
import { journalEntrySchema, type JournalEntry } from "../../protocol/search.js";
import { crc32c } from "../../runs/events/crc32c.js";

/** The line of an entry, with its line break. */
export function lineOf(entry: JournalEntry): string {
  const json = JSON.stringify(entry);
  return `${checksumOf(json)} ${json}\n`;
}

function checksumOf(json: string): string {
  return crc32c(Buffer.from(json)).toString(16).padStart(8, "0");
}

/** The entry of a line without its break; null where it is torn or damaged. */
export function entryOf(line: string): JournalEntry | null {
  const json = line.slice(9);
  if (line[8] !== " " || checksumOf(json) !== line.slice(0, 8)) return null;
  try {
    const checked = journalEntrySchema.safeParse(JSON.parse(json));
    return checked.success ? checked.data : null; // of a newer product, perhaps
  } catch {
    return null;
  }
}

/** Every sound entry of a journal, in order; none where there is no file. */
export async function readJournal(file: string): Promise<JournalEntry[]> {
  let text: string;
  try {
    text = await fs.promises.readFile(file, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw thrown;
  }
  return text.split("\n").map(entryOf).filter((entry) => entry !== null);
}

/** Reads what was appended to a journal since the last call; a line that is not whole yet waits for the next. */
export class JournalTail {
  private at = 0;
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly file: string) {}

  /** Throws what the file system throws, but for a file that does not exist yet. */
  async read(): Promise<JournalEntry[]> {
    let handle: fs.promises.FileHandle;
    try {
      handle = await fs.promises.open(this.file, "r");
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw thrown;
    }
    try {
      const { size } = await handle.stat();
      if (size <= this.at) return [];
      const bytes = Buffer.alloc(size - this.at);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, this.at);
      this.at += bytesRead;
      const all = Buffer.concat([this.rest, bytes.subarray(0, bytesRead)]);
      const end = all.lastIndexOf(0x0a) + 1;
      this.rest = all.subarray(end);
      return all.toString("utf8", 0, end).split("\n").map(entryOf).filter((entry) => entry !== null);
    } finally {
      await handle.close();
    }
  }
}

/** Appends to a journal. What cannot be written now, on a full disk, is kept in order and written once it can be. */
export class JournalWriter {
  private readonly descriptor: number;
  private readonly inode: number;
  /** Bytes that are whole lines: what a failed write left behind them is cut off. */
  private good: number;
  private waiting: JournalEntry[] = [];

  /** Opens or begins the journal; `onWritten` hears of each entry once it is on disk. Throws what the file system throws. */
  constructor(private readonly file: string, private readonly onWritten: (entry: JournalEntry) => void) {
    this.descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644);
    const { ino, size } = fs.fstatSync(this.descriptor);
    this.inode = ino;
    this.good = wholeLines(this.descriptor, size);
  }

  /** Entries that wait for a disk with room. */
  get pending(): number {
    return this.waiting.length;
  }

  /** Adds an entry. Gives what keeps it from the disk, `disk-full`, `search-folder-missing` or `search-folder-unwritable`; null: it is there. */
  add(entry: JournalEntry): DescentError | null {
    this.waiting.push(entry);
    return this.flush();
  }

  /** Tries to write what waits. */
  flush(): DescentError | null {
    if (this.waiting.length === 0) return null;
    const entries = this.waiting;
    try {
      if (!fs.existsSync(this.file) || fs.statSync(this.file).ino !== this.inode) {
        return new DescentError("search-folder-missing", `The journal ${this.file} is gone: its folder was moved or deleted while the search went on.`, { file: this.file });
      }
      fs.ftruncateSync(this.descriptor, this.good);
      const bytes = Buffer.from(entries.map(lineOf).join(""));
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(this.descriptor, bytes, at, bytes.length - at, this.good + at);
      if (entries.some(({ entry }) => entry !== "evaluated")) fs.fsyncSync(this.descriptor);
      this.good += bytes.length;
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException;
      if (code === "ENOSPC" || code === "EDQUOT") return new DescentError("disk-full", `No room is left for the search's journal ${this.file}.`, { file: this.file }, { cause: thrown });
      return new DescentError("search-folder-unwritable", `The search's journal ${this.file} cannot be written to: ${message}`, { file: this.file }, { cause: thrown });
    }
    this.waiting = [];
    for (const entry of entries) this.onWritten(entry);
    return null;
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }
}

/** Length of a journal without the line that a crash tore at its end. */
function wholeLines(descriptor: number, size: number): number {
  const piece = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - piece.length);
    const read = fs.readSync(descriptor, piece, 0, end - from, from);
    const last = piece.subarray(0, read).lastIndexOf(0x0a);
    if (last >= 0) return from + last + 1;
    end = from;
  }
  return 0;
}
