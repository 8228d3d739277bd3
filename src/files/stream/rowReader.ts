/** Reads rows of fixed size by their position, from one or several files, as if they lay one after the other. */
import fs from "node:fs";
import { fileError } from "../readFile.js";
import { DescentError } from "../../common/errors.js";

/** Rows in a file from byte `offset` on. `name` is what messages call the file. */
export interface RowPart {
  readonly file: string;
  readonly name: string;
  readonly offset: number;
  readonly rows: number;
}

/** Where rows are; plain data, so that a thread can be told. */
export interface RowStore {
  readonly parts: readonly RowPart[];
  readonly rowBytes: number;
}

/** A block is about this much, read at once: 2 ms of a hard disk, nothing to speak of for others. */
const blockBytes = 256 * 1024;
/** Blocks that are shuffled together take this much; twice that is kept. */
const windowBytes = 64 * 2 ** 20;

/** Rows of a block, and blocks that are shuffled together. A function of the rows' size alone, so that every machine draws the same order. */
export function blocksOf(rowBytes: number): { readonly blockExamples: number; readonly windowBlocks: number } {
  const blockExamples = Math.max(1, Math.floor(blockBytes / rowBytes));
  return { blockExamples, windowBlocks: Math.max(1, Math.floor(windowBytes / (blockExamples * rowBytes))) };
}

/** Open files and the blocks that were read last. Reads block the thread: it belongs into one of its own, or to data that are small. */
export class RowReader {
  readonly rows: number;
  private readonly files = new Map<string, number>();
  private readonly starts: number[] = [];
  private readonly blocks = new Map<number, Uint8Array>();
  private readonly blockRows: number;
  private readonly mostBlocks: number;

  constructor(private readonly store: RowStore) {
    let rows = 0;
    for (const part of store.parts) {
      this.starts.push(rows);
      rows += part.rows;
    }
    this.rows = rows;
    const { blockExamples, windowBlocks } = blocksOf(store.rowBytes);
    this.blockRows = blockExamples;
    this.mostBlocks = 2 * windowBlocks + 2;
  }

  /**
   * These rows, in this order. `again`: their neighbours will be wanted soon, so whole blocks are read and kept.
   * @throws DescentError `file-truncated`, `file-missing`, `file-unreadable`
   */
  take(indices: Int32Array, again: boolean): Uint8Array<ArrayBuffer> {
    const { rowBytes } = this.store;
    const taken = new Uint8Array(indices.length * rowBytes);
    for (let i = 0; i < indices.length;) {
      // rows that follow each other are read at once
      let run = 1;
      while (i + run < indices.length && indices[i + run] === indices[i] + run) run++;
      if (again && this.blockRows > 1 && run < this.blockRows) {
        run = 1;
        const block = this.block(Math.floor(indices[i] / this.blockRows));
        const at = (indices[i] % this.blockRows) * rowBytes;
        taken.set(block.subarray(at, at + rowBytes), i * rowBytes);
      } else this.range(indices[i], run, taken.subarray(i * rowBytes, (i + run) * rowBytes));
      i += run;
    }
    return taken;
  }

  private block(number: number): Uint8Array {
    const known = this.blocks.get(number);
    if (known !== undefined) return known;
    const first = number * this.blockRows;
    const block = new Uint8Array(Math.min(this.blockRows, this.rows - first) * this.store.rowBytes);
    this.range(first, block.length / this.store.rowBytes, block);
    if (this.blocks.size >= this.mostBlocks) this.blocks.delete(this.blocks.keys().next().value as number);
    this.blocks.set(number, block);
    return block;
  }

  /** Rows from `first` on into `into`, part by part. */
  range(first: number, count: number, into: Uint8Array): void {
    const { parts, rowBytes } = this.store;
    let part = this.starts.findLastIndex((start) => start <= first);
    for (let done = 0; done < count; part++) {
      const within = first + done - this.starts[part];
      const rows = Math.min(count - done, parts[part].rows - within);
      if (rows <= 0) throw new DescentError("file-truncated", `Row ${first + done} is beyond the end of the data.`);
      this.bytes(parts[part], parts[part].offset + within * rowBytes, into.subarray(done * rowBytes, (done + rows) * rowBytes));
      done += rows;
    }
  }

  private bytes({ file, name }: RowPart, position: number, into: Uint8Array): void {
    try {
      let descriptor = this.files.get(file);
      if (descriptor === undefined) this.files.set(file, (descriptor = fs.openSync(file, "r")));
      for (let done = 0; done < into.length;) {
        const read = fs.readSync(descriptor, into, done, into.length - done, position + done);
        if (read === 0) throw new DescentError("file-truncated", `${name} became shorter while it was read: byte ${position + done} is gone.`, { file });
        done += read;
      }
    } catch (error) {
      throw fileError(error, file, name);
    }
  }

  close(): void {
    for (const descriptor of this.files.values()) fs.closeSync(descriptor);
    this.files.clear();
    this.blocks.clear();
  }
}
