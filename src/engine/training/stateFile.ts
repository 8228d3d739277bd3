/**
 * A training state as bytes: "DSCT", version, header length, header (JSON), the floats of every tensor in the header's
 * order, then a CRC-32 of all that. Little-endian. A file that is torn or altered is refused, never half read.
 */
import { DescentError } from "../../common/errors.js";
import type { TrainingState } from "./types.js";

const magic = 0x54435344; // "DSCT"
const version = 1;
const prefix = 12;

interface Header {
  readonly step: number;
  readonly counters: TrainingState["counters"];
  readonly tuning: TrainingState["tuning"];
  readonly tensors: readonly { readonly name: string; readonly dims: readonly number[] }[];
}

/** The bytes of a checkpoint. Counters must be JSON: finite numbers, strings, booleans, null, lists and objects of them. */
export function encodeState(state: TrainingState): Uint8Array {
  const names = Object.keys(state.tensors);
  const header: Header = { step: state.step, counters: state.counters, tuning: state.tuning, tensors: names.map((name) => ({ name, dims: state.tensors[name].dims })) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 4) * 4; // floats stay aligned
  const floats = names.reduce((sum, name) => sum + state.tensors[name].data.length, 0);
  const bytes = new Uint8Array(prefix + headerLength + 4 * floats + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, headerLength, true);
  bytes.fill(0x20, prefix, prefix + headerLength);
  bytes.set(text, prefix);
  let offset = prefix + headerLength;
  for (const name of names) {
    const { data } = state.tensors[name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  view.setUint32(offset, crc32(bytes.subarray(0, offset)), true);
  return bytes;
}

/** The inverse of `encodeState`. Throws DescentError `checkpoint-damaged`, or `checkpoint-version` for one of a later product. */
export function decodeState(bytes: Uint8Array): TrainingState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < prefix + 4 || view.getUint32(0, true) !== magic) throw damaged("it does not begin as one");
  if (view.getUint32(bytes.length - 4, true) !== crc32(bytes.subarray(0, bytes.length - 4))) throw damaged("its checksum does not match");
  if (view.getUint32(4, true) !== version) throw new DescentError("checkpoint-version", `The checkpoint has version ${view.getUint32(4, true)}; this Descent reads version ${version}.`);
  const headerLength = view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(prefix, prefix + headerLength))) as Header;
  let offset = prefix + headerLength;
  const tensors: Record<string, TrainingState["tensors"][string]> = {};
  for (const { name, dims } of header.tensors) {
    const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
    new Uint8Array(data.buffer).set(bytes.subarray(offset, offset + data.byteLength));
    offset += data.byteLength;
    tensors[name] = { dims, data };
  }
  if (offset !== bytes.length - 4) throw damaged("its length does not match");
  return { step: header.step, tensors, counters: header.counters, tuning: header.tuning };
}

function damaged(how: string): DescentError {
  return new DescentError("checkpoint-damaged", `The checkpoint is damaged: ${how}. It was probably cut off while it was written; use an earlier one.`);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 (ISO 3309), as zip and png use it. */
function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = crcTable[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
