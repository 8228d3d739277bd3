import fs from "node:fs";

/**
 * Replaces a file whole: readers see the old one or the new one, also after a crash or on a full disk. `sync` waits for the
 * disk itself (checkpoints). Throws what the file system throws; the old file is then untouched and no rest is left.
 */
export function writeFileAtomic(file: string, content: string | Uint8Array, options: { readonly sync?: boolean } = {}): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const descriptor = fs.openSync(temporary, "w");
    try {
      writeWhole(descriptor, content);
      if (options.sync) fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    renameOver(temporary, file);
  } catch (thrown) {
    fs.rmSync(temporary, { force: true });
    throw thrown;
  }
}

/** `writeSync` may write less than it was given when the disk fills up. */
function writeWhole(descriptor: number, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(descriptor, bytes, at);
}

/** Windows refuses to replace a file that someone reads at that moment; it passes in milliseconds. */
function renameOver(from: string, to: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      fs.renameSync(from, to);
      return;
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code;
      if (process.platform !== "win32" || attempt >= 20 || (code !== "EPERM" && code !== "EACCES" && code !== "EBUSY")) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
