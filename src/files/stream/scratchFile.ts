/** A file beside the data for rows that must be read again and again in any order; gone when the process is. */
import fs from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { randomUUID } from "node:crypto";
import { DescentError } from "../../common/errors.js";

const prefix = "descent-rows-";
const mine = new Set<string>();
let watching = false;

/** Room on the disk that is left to others. */
const spareBytes = 256 * 2 ** 20;

/** Where a data set puts its files of rows, and which it has put there. */
export class Scratch {
  readonly files: string[] = [];

  constructor(private readonly folder: string) {}

  /** A new file for about `expected` bytes. @throws DescentError `disk-full` */
  async create(expected: number): Promise<ScratchFile> {
    const made = await ScratchFile.create(this.folder, expected);
    this.files.push(made.file);
    return made;
  }

  /** Removes them, of a data set that could not be built. */
  remove(): void {
    this.files.forEach(removeScratch);
  }
}

/** Grows by what is written to it. */
class ScratchFile {
  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  /** A new file in `folder`. What processes that are gone left there is removed. @throws DescentError `disk-full` where `expected` bytes have no room */
  static async create(folder: string, expected: number): Promise<ScratchFile> {
    fs.mkdirSync(folder, { recursive: true });
    removeLeftovers(folder);
    const { bavail, bsize } = fs.statfsSync(folder);
    if (bavail * bsize < expected + spareBytes) throw new DescentError("disk-full", `The data do not fit in memory, and ${folder} has no room for them: about ${gigabytes(expected)} are needed, ${gigabytes(bavail * bsize)} are free.`);
    const file = path.join(folder, `${prefix}${process.pid}-${randomUUID()}`);
    const handle = await open(file, "wx");
    mine.add(file);
    if (!watching) process.on("exit", () => mine.forEach(removeScratch));
    watching = true;
    return new ScratchFile(file, handle);
  }

  /** @throws DescentError `disk-full` */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) done += (await this.handle.write(bytes, done)).bytesWritten;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new DescentError(code === "ENOSPC" ? "disk-full" : "scratch-unwritable", `Rows of data that do not fit in memory could not be kept in ${this.file}: ${message}.`, {}, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Removes a file that `ScratchFile` made. */
export function removeScratch(file: string): void {
  mine.delete(file);
  fs.rmSync(file, { force: true });
}

function removeLeftovers(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const process = name.startsWith(prefix) ? Number(/^descent-rows-(\d+)-/.exec(name)?.[1] ?? 0) : 0;
    if (process > 0 && !isRunning(process)) fs.rmSync(path.join(folder, name), { force: true });
  }
}

/** Whether a process of this machine lives. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
