/**
 * The hot path of reading event files: frames, checksums and scalars are decoded by hand from the bytes, without an object a record; everything
 * else is only located. A test decodes the same files with the generated schema.
 *
 * Event { 1: double wall_time, 2: varint step, 4: graph_def, 5: Summary, 7: SessionLog { 1: status } }, Summary { 1: Value* },
 * Value { 1: tag, 2: float simple_value, 4: image, 5: histo, 6: audio, 8: tensor, 9: metadata { 1: plugin_data { 1: plugin_name } } }
 */
import { crc32c, crc32cOf, masked, maskedCrc32c } from "./crc32c.js";
import { footerLength, headerLength } from "./records.js";
import { scalarOfTensor } from "./scalarTensor.js";

/** What a value is that is no scalar; `other` is kept by its tag alone. */
export type MediaKind = "histograms" | "images" | "text" | "pr_curves" | "hparams" | "audio" | "graphs" | "meshes" | "other";

/** What a model's graph goes by. */
const graphTag = new TextEncoder().encode("graph");

/** Scalars in the order in which they stand in the file; the first `length` entries count. */
export interface ScalarBlock {
  length: number;
  readonly tags: Int32Array;
  readonly steps: Float64Array;
  readonly values: Float64Array;
  readonly wallTimes: Float64Array;
}

/** Scalars in a block: a number handed from call to call becomes an object each time. */
const blockLength = 1024;
/** All scanners share one: scanning is synchronous, and a block is handed on before it ends. */
const block: ScalarBlock = { length: 0, tags: new Int32Array(blockLength), steps: new Float64Array(blockLength), values: new Float64Array(blockLength), wallTimes: new Float64Array(blockLength) };

/** The masked checksum of a length, which is that of few lengths over and over; 0 where it is not known. */
const lengthChecks = new Uint32Array(4096);

/** Takes what a scanner finds. `tag` is the number that `tagOf` gave. */
export interface EventSink {
  /** A tag that was not seen before in this folder; gives its number, which rises from 0. */
  tagOf(tag: string): number;
  /** The block is used again after the call. */
  scalars(block: ScalarBlock): void;
  /** A value that is no scalar: where its record starts within the file, and its place among the record's values. */
  media(tag: number, kind: MediaKind, step: number, wallTime: number, offset: number, index: number): void;
  /** The writer began again at `step`: earlier points from there on count no more. */
  restart(step: number): void;
}

/** What stopped or troubled the scanning of a piece. */
export interface ScanResult {
  /** Bytes of the piece that are done with; what is left needs more bytes behind it. */
  readonly used: number;
  /** Bytes that the record at `used` takes in all, where its head was there; else those of a head. */
  readonly needed: number;
  /** The frame at `used` is damaged: nothing says where the next one would start. */
  readonly broken: boolean;
}

/** Longest record that is believed: a length beyond it under a right checksum has not been seen; a gigabyte. */
const longest = 2 ** 30;

/** Scans the event files of one folder; keeps what tags mean from file to file. */
export class EventScanner {
  /** Records whose data had a wrong checksum; they were left out. */
  wrongChecksums = 0;

  private readonly tags: DataView[] = [];
  private readonly byHash = new Map<number, number[]>();
  private readonly plugins: (string | undefined)[] = [];
  /** The tag that followed a tag the last time: writers repeat themselves. */
  private readonly following: number[] = [];
  private last = -1;
  /** Of the record that is being read. */
  private step = 0;
  private wallTime = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private at = 0;

  constructor(private readonly sink: EventSink) {}

  /** Takes the records of bytes[from, to); `offset` is where bytes[0] stands in the file. */
  scan(bytes: Uint8Array, from: number, to: number, offset: number): ScanResult {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      return this.records(bytes, from, to, offset);
    } finally {
      this.flush();
    }
  }

  private records(bytes: Uint8Array, from: number, to: number, offset: number): ScanResult {
    const { view } = this;
    let at = from;
    for (;;) {
      if (to - at < headerLength) return { used: at, needed: headerLength, broken: false };
      const length = view.getUint32(at, true);
      if (view.getUint32(at + 4, true) !== 0 || length > longest || view.getUint32(at + 8, true) !== lengthCheck(bytes, at, length)) return { used: at, needed: 0, broken: true };
      const data = at + headerLength;
      const end = data + length;
      if (end + footerLength > to) return { used: at, needed: end + footerLength - at, broken: false };
      if (view.getUint32(end, true) === masked(crc32cOf(view, data, end))) this.event(bytes, data, end, offset + at);
      else this.wrongChecksums++;
      at = end + footerLength;
    }
  }

  /** Hands on the scalars that were found: before anything whose place among them counts. */
  private flush(): void {
    if (block.length > 0) this.sink.scalars(block);
    block.length = 0;
  }

  private scalar(tag: number, value: number): void {
    const at = block.length++;
    block.tags[at] = tag;
    block.steps[at] = this.step;
    block.values[at] = value;
    block.wallTimes[at] = this.wallTime;
    if (block.length === blockLength) this.flush();
  }

  private event(bytes: Uint8Array, from: number, end: number, offset: number): void {
    let index = 0;
    this.step = this.wallTime = 0;
    this.at = from;
    while (this.at < end) {
      const key = bytes[this.at++];
      if (key === 0x09) {
        this.wallTime = this.view.getFloat64(this.at, true);
        this.at += 8;
      } else if (key === 0x10) this.step = this.varint(bytes);
      else if (key === 0x2a) {
        const summaryEnd = this.varint(bytes) + this.at;
        if (summaryEnd > end) return;
        while (this.at < summaryEnd) {
          const inner = bytes[this.at++];
          if (inner !== 0x0a) {
            this.skip(bytes, inner);
            continue;
          }
          const valueEnd = this.varint(bytes) + this.at;
          if (valueEnd > summaryEnd) return;
          this.value(bytes, valueEnd, offset, index++);
          this.at = valueEnd;
        }
      } else if (key === 0x22) {
        // a model's graph has no tag
        const length = this.varint(bytes);
        this.at += length;
        this.sink.media(this.tagOf(graphTag), "graphs", this.step, this.wallTime, offset, 0);
      } else if (key === 0x3a) {
        const logEnd = this.varint(bytes) + this.at;
        if (bytes[this.at] === 0x08 && bytes[this.at + 1] === 1) {
          this.flush();
          this.sink.restart(this.step);
        }
        this.at = logEnd;
      } else this.skip(bytes, key);
    }
  }

  private value(bytes: Uint8Array, end: number, offset: number, index: number): void {
    let tag = -1;
    let kind: "none" | "scalar" | "histo" | "image" | "audio" | "tensor" = "none";
    let number = 0;
    let tensorFrom = 0;
    let tensorEnd = 0;
    let plugin: string | undefined;
    while (this.at < end) {
      const key = bytes[this.at++];
      if (key === 0x15) {
        number = this.view.getFloat32(this.at, true);
        this.at += 4;
        kind = "scalar";
        continue;
      }
      if ((key & 7) !== 2) {
        this.skip(bytes, key);
        continue;
      }
      const length = this.varint(bytes);
      const from = this.at;
      this.at += length;
      if (this.at > end) return;
      if (key === 0x0a) tag = this.tagAt(bytes, from, this.at);
      else if (key === 0x4a) plugin = pluginName(bytes, from, this.at);
      else if (key === 0x42) {
        kind = "tensor";
        tensorFrom = from;
        tensorEnd = this.at;
      } else if (key === 0x2a) kind = "histo";
      else if (key === 0x22) kind = "image";
      else if (key === 0x32) kind = "audio";
    }
    if (tag < 0) return;
    // only the first value of a tag has to say what it is
    if (plugin !== undefined && plugin !== "") this.plugins[tag] = plugin;
    if (kind === "scalar") return this.scalar(tag, number);
    const { step, wallTime } = this;
    if (kind === "histo") this.sink.media(tag, "histograms", step, wallTime, offset, index);
    else if (kind === "image") this.sink.media(tag, "images", step, wallTime, offset, index);
    else if (kind === "audio") this.sink.media(tag, "audio", step, wallTime, offset, index);
    else if (kind === "tensor") {
      const known = this.plugins[tag];
      if (known === undefined || known === "scalars") {
        // DT_FLOAT without dimensions, as TensorFlow 2 writes it, is read in place: a view a record would cost more than all else
        const usual = tensorEnd - tensorFrom === 10 && this.view.getUint32(tensorFrom) === 0x08011200 && this.view.getUint16(tensorFrom + 4) === 0x2a04;
        const scalar = usual ? this.view.getFloat32(tensorFrom + 6, true) : scalarOfTensor(bytes.subarray(tensorFrom, tensorEnd));
        if (scalar !== null) return this.scalar(tag, scalar);
      }
      this.sink.media(tag, kindOf(known), step, wallTime, offset, index);
    } else if (plugin !== undefined) this.sink.media(tag, kindOf(plugin), step, wallTime, offset, index);
  }

  private tagAt(bytes: Uint8Array, from: number, to: number): number {
    const guess = this.last < 0 ? -1 : this.following[this.last];
    if (guess >= 0 && same(this.tags[guess], this.view, from, to)) return (this.last = guess);
    const tag = this.tagOf(bytes.subarray(from, to));
    if (this.last >= 0) this.following[this.last] = tag;
    return (this.last = tag);
  }

  /** The number of a tag. */
  private tagOf(name: Uint8Array): number {
    const hash = crc32c(name);
    const view = new DataView(name.buffer, name.byteOffset, name.byteLength);
    const candidates = this.byHash.get(hash);
    let tag = candidates?.find((one) => same(this.tags[one], view, 0, view.byteLength));
    if (tag === undefined) {
      const own = name.slice();
      tag = this.sink.tagOf(new TextDecoder().decode(own));
      this.tags[tag] = new DataView(own.buffer, own.byteOffset, own.byteLength);
      this.following[tag] = -1;
      if (candidates) candidates.push(tag);
      else this.byHash.set(hash, [tag]);
    }
    return tag;
  }

  /** A varint as a number; negative steps, ten bytes long, come out as such. */
  private varint(bytes: Uint8Array): number {
    let byte = bytes[this.at++];
    if (byte < 128) return byte;
    let value = byte & 127;
    let factor = 128;
    for (let read = 1; read < 10; read++) {
      byte = bytes[this.at++];
      value += (byte & 127) * factor;
      if (byte < 128) break;
      factor *= 128;
    }
    return value >= 2 ** 63 ? value - 2 ** 64 : value;
  }

  private skip(bytes: Uint8Array, key: number): void {
    // a key beyond field 15 has more bytes; its wire type is in the first
    if (key >= 128) while (bytes[this.at++] >= 128);
    switch (key & 7) {
      case 0: while (bytes[this.at++] >= 128); break;
      case 1: this.at += 8; break;
      case 2: {
        const length = this.varint(bytes);
        this.at += length;
        break;
      }
      case 5: this.at += 4; break;
      default: this.at = Infinity; // a group, or garbage under a right checksum: the rest of the record is left
    }
  }
}

function lengthCheck(bytes: Uint8Array, at: number, length: number): number {
  const known = length < lengthChecks.length ? lengthChecks[length] : 0;
  if (known !== 0) return known;
  const check = maskedCrc32c(bytes, at, at + 8);
  if (length < lengthChecks.length) lengthChecks[length] = check;
  return check;
}

function same(tag: DataView, view: DataView, from: number, to: number): boolean {
  const length = to - from;
  if (tag.byteLength !== length) return false;
  let i = 0;
  for (; i + 4 <= length; i += 4) if (tag.getInt32(i) !== view.getInt32(from + i)) return false;
  for (; i < length; i++) if (tag.getUint8(i) !== view.getUint8(from + i)) return false;
  return true;
}

/** The plugin's name in a SummaryMetadata; undefined where it names none. */
function pluginName(bytes: Uint8Array, from: number, to: number): string | undefined {
  // field 1, plugin_data, with its field 1, plugin_name: names are shorter than 128 bytes
  if (bytes[from] !== 0x0a) return undefined;
  let at = from + 1;
  while (bytes[at++] >= 128);
  if (at >= to || bytes[at] !== 0x0a) return undefined;
  const length = bytes[at + 1];
  return length < 128 && at + 2 + length <= to ? new TextDecoder().decode(bytes.subarray(at + 2, at + 2 + length)) : undefined;
}

function kindOf(plugin: string | undefined): MediaKind {
  switch (plugin) {
    case "histograms": case "images": case "text": case "pr_curves": return plugin;
    case "hparams": case "audio": return plugin;
    case "mesh": return "meshes";
    case "graphs": case "graph_keras_model": case "graph_run_metadata": case "graph_run_metadata_graph": return "graphs";
    default: return "other";
  }
}
