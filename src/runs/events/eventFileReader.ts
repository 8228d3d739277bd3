import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { fromBinary } from "@bufbuild/protobuf";
import { EventSchema, type Event } from "../generated/event_pb.js";
import { nextRecord } from "./records.js";

/** Bytes read and decoded in one go: a few milliseconds of work (64 KiB took up to 15), between which the event loop runs. */
const blockSize = 16 * 1024;

/** A record that cannot be trusted: reading of the file ended there. */
export interface EventFileDamage {
  readonly file: string;
  /** Where the record starts. */
  readonly offset: number;
  readonly message: string;
}

/**
 * The events of a file in order, some at a time, with the event loop running in between. A torn last record is left out without a
 * word; a wrong checksum ends the reading and is reported, for nothing says where the next record would start.
 */
export async function* readEventFile(file: string, onDamage: (damage: EventFileDamage) => void): AsyncGenerator<Event[]> {
  const handle = await fs.promises.open(file, "r");
  try {
    let rest = new Uint8Array(0);
    let offset = 0; // of rest[0] within the file
    let wanted = blockSize;
    for (;;) {
      const bytes = await readMore(handle, rest, offset, wanted);
      const atEnd = bytes.length - rest.length < wanted;
      const { events, end, needed, damage } = decodeRecords(bytes);
      if (events.length > 0) yield events;
      if (damage) onDamage({ file, offset: offset + end, message: damage });
      if (damage || atEnd) return;
      rest = bytes.subarray(end);
      offset += end;
      wanted = Math.max(blockSize, needed - rest.length);
    }
  } finally {
    await handle.close();
  }
}

/** `rest`, which stands at `offset`, followed by up to `wanted` more bytes of the file. */
async function readMore(handle: FileHandle, rest: Uint8Array, offset: number, wanted: number): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = await handle.stat();
  const available = Math.max(0, Math.min(wanted, size - offset - rest.length));
  const bytes = new Uint8Array(rest.length + available);
  bytes.set(rest);
  let filled = rest.length;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

interface Decoded {
  readonly events: Event[];
  /** Where the first record starts that is not among the events. */
  readonly end: number;
  /** Bytes that it takes. */
  readonly needed: number;
  readonly damage: string | null;
}

function decodeRecords(bytes: Uint8Array): Decoded {
  const events: Event[] = [];
  for (let at = 0; ; ) {
    const record = nextRecord(bytes, at);
    if (record.kind === "incomplete") return { events, end: at, needed: record.needed, damage: null };
    if (record.kind === "damaged") return { events, end: at, needed: 0, damage: `the checksum of a record's ${record.what} is wrong` };
    try {
      events.push(fromBinary(EventSchema, record.data));
    } catch {
      return { events, end: at, needed: 0, damage: "a record holds no event" };
    }
    at = record.next;
  }
}
