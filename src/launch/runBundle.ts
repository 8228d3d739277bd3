/**
 * Runs a bundle from the code that V8 compiled when it ran before: half a start's time goes into compiling otherwise. Node.js 22 has `module.enableCompileCache` for it;
 * this does the same on 20, and keeps the functions that were compiled while the program ran, not only what was compiled when it was loaded.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import Module from "node:module";
import path from "node:path";
import v8 from "node:v8";
import { Script } from "node:vm";

/** Files that are kept: two for each command, of about 2 MB. */
const mostFiles = 32;
/** Milliseconds after which the code is stored, where the process has not ended before. V8 lets go of functions that have not been called for long. */
const storeAfter = 20_000;
/** Bytes of the digest in front of the code. */
const digestSize = 32;

export interface CodeCache {
  /** Where compiled code is kept; made when it is needed. */
  readonly folder: string;
  /** What the process does, a word: another job compiles other functions. */
  readonly use: string;
}

/**
 * Runs a CommonJS bundle and gives its exports. Code that does not fit (of another version of Node.js, another processor, another build, or damaged) is compiled anew and replaced; a
 * folder that cannot be written to costs time, and nothing else. `cache` null: it is compiled.
 */
export function runBundle(file: string, cache: CodeCache | null): unknown {
  const source = fs.readFileSync(file, "utf8");
  const stored = cache === null ? null : path.join(cache.folder, `${path.basename(file, ".js")}-${cache.use}-${keyOf(source)}.bin`);
  const cachedData = stored === null ? undefined : readCode(stored);
  const script = new Script(Module.wrap(source), { filename: file, cachedData });
  if (stored !== null && (cachedData === undefined || script.cachedDataRejected === true)) storeLater(script, stored);
  const module = { exports: {} as unknown };
  const run = script.runInThisContext() as (...of: unknown[]) => void;
  run.call(module.exports, module.exports, Module.createRequire(file), module, file, path.dirname(file));
  return module.exports;
}

/** V8 compares the length of the source alone, so its content is in the name; the tag tells V8's version, its flags and the processor's features. */
function keyOf(source: string): string {
  return createHash("sha256").update(`${process.version} ${process.arch} ${v8.cachedDataVersionTag()}\n`).update(source).digest("hex").slice(0, 32);
}

function digestOf(code: Buffer): Buffer {
  return createHash("sha256").update(code).digest();
}

/** The code of a file; undefined where there is none, or it is not as it was written. */
function readCode(file: string): Buffer | undefined {
  try {
    const bytes = fs.readFileSync(file);
    const code = bytes.subarray(digestSize);
    return digestOf(code).equals(bytes.subarray(0, digestSize)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Stores what the script has compiled by then, once: in a while, or when the process ends. Not of a process that was used wrongly. */
function storeLater(script: Script, file: string): void {
  let isDone = false;
  const store = (): void => {
    if (isDone || process.exitCode === 2) return;
    isDone = true;
    try {
      writeCode(file, script.createCachedData());
    } catch {
      // a full or read-only disk: the next start compiles again
    }
  };
  setTimeout(store, storeAfter).unref();
  process.once("exit", store);
}

function writeCode(file: string, code: Buffer): void {
  const folder = path.dirname(file);
  fs.mkdirSync(folder, { recursive: true });
  const unfinished = path.join(folder, `${process.pid}.tmp`);
  fs.writeFileSync(unfinished, Buffer.concat([digestOf(code), code]));
  fs.renameSync(unfinished, file);
  removeOldest(folder);
}

function removeOldest(folder: string): void {
  const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
  const byAge = files.map((file) => ({ file, time: fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 })).sort((a, b) => b.time - a.time);
  for (const { file } of byAge.slice(mostFiles)) fs.rmSync(file, { force: true });
}
