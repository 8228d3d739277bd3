/**
 * Graphs as ONNX Runtime has optimised them, kept by the content of what they were made from: what it does to a graph takes more than half of the time that a session of some hundred
 * nodes needs (convolutions with batch norm, 480 nodes: 1.3 s, from here 0.4 s). Only for the processor; providers of GPUs write graphs that belong to the process' own device.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import v8 from "node:v8";
import { writeFileAtomic } from "../../runs/atomicFile.js";

/** Bytes of all graphs together; those that were not used for longest go first. */
const mostBytes = 64 * 2 ** 20;
/** Bytes of one graph: a model with such constants is read as fast as it is made. */
const mostBytesOfOne = 8 * 2 ** 20;
/** Bytes of the digest in front of the graph. */
const digestSize = 32;

export interface GraphCache {
  /** The optimised graph of this model, and how it was asked for; null where there is none, or it is not as it was written. */
  find(model: Uint8Array, options: unknown): Uint8Array | null;
  /** A file to which the runtime is to write the optimised graph; null where it is not to be kept. */
  placeFor(model: Uint8Array): string | null;
  /** Takes in what the runtime wrote there. What cannot be kept is made again the next time. */
  keep(model: Uint8Array, options: unknown, written: string): void;
  /** Takes away what the runtime could not write to its end. */
  forget(written: string): void;
}

/** `folder` is made when it is needed. `runtime`: the version of ONNX Runtime. `most`: bytes that are kept. */
export function createGraphCache(folder: string, runtime: string, most = mostBytes): GraphCache {
  let count = 0;
  const fileOf = (model: Uint8Array, options: unknown): string => path.join(folder, `${keyOf(model, options, runtime)}.onnx`);
  return {
    find(model, options) {
      const file = fileOf(model, options);
      try {
        const bytes = fs.readFileSync(file);
        const graph = bytes.subarray(digestSize);
        if (!digestOf(graph).equals(bytes.subarray(0, digestSize))) return null;
        const now = new Date();
        fs.utimesSync(file, now, now);
        return graph;
      } catch {
        return null;
      }
    },
    placeFor(model) {
      if (model.byteLength > mostBytesOfOne) return null;
      try {
        fs.mkdirSync(folder, { recursive: true });
        fs.accessSync(folder, fs.constants.W_OK);
        return path.join(folder, `${process.pid}-${count++}.new`);
      } catch {
        return null;
      }
    },
    keep(model, options, written) {
      try {
        const graph = fs.readFileSync(written);
        fs.rmSync(written);
        if (graph.byteLength <= mostBytesOfOne) writeFileAtomic(fileOf(model, options), Buffer.concat([digestOf(graph), graph]));
        removeOldest(folder, most);
      } catch {
        // a full disk, or nothing was written: the next run optimises again
      } finally {
        fs.rmSync(written, { force: true });
      }
    },
    forget(written) {
      try {
        fs.rmSync(written, { force: true });
      } catch {
        // it goes with the oldest
      }
    },
  };
}

function digestOf(graph: Uint8Array): Buffer {
  return createHash("sha256").update(graph).digest();
}

/** What the runtime makes of a graph depends on the graph, on how it was asked, on its version and on the processor. */
function keyOf(model: Uint8Array, options: unknown, runtime: string): string {
  return createHash("sha256").update(JSON.stringify([runtime, options, machine()])).update("\n").update(model).digest("hex").slice(0, 40);
}

let known: readonly unknown[] | null = null;

/** The processor with its instructions: a home folder may be shared by several machines. */
function machine(): readonly unknown[] {
  known ??= [os.platform(), os.arch(), os.cpus()[0]?.model, v8.cachedDataVersionTag(), instructions()];
  return known;
}

function instructions(): string | null {
  try {
    return /^(?:flags|Features)\s*:.*$/m.exec(fs.readFileSync("/proc/cpuinfo", "utf8"))?.[0] ?? null;
  } catch {
    return null; // not Linux; model and V8's tag have to do
  }
}

/** What a process left that was killed while it wrote is as old as its graph, and goes with it. */
function removeOldest(folder: string, most: number): void {
  const files = fs.readdirSync(folder).map((name) => {
    const file = path.join(folder, name);
    const { size = 0, mtimeMs = 0 } = fs.statSync(file, { throwIfNoEntry: false }) ?? {};
    return { file, size, mtimeMs };
  });
  let bytes = 0;
  for (const { file, size } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    bytes += size;
    if (bytes > most) fs.rmSync(file, { force: true });
  }
}
