/** Values of a log that are no scalars: found while it was scanned, decoded when someone looks. */
import fs from "node:fs";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { parse } from "yaml";
import { DescentError } from "../common/errors.js";
import { type MediaKind, type MediaTag, type MediaValue, type UnshownMedia, unshownMediaSchema } from "../protocol/logMedia.js";
import { tensorNumbers } from "../runs/events/scalarTensor.js";
import { headerLength, nextRecord } from "../runs/events/records.js";
import { EventSchema, HParamsPluginDataSchema, type Summary_Value } from "../runs/generated/event_pb.js";
import type { LogRunTags } from "./logRun.js";
import { decompress, type LogReader } from "./logReader.js";
import type { MediaColumn } from "./logTable.js";

const shown: readonly string[] = ["histograms", "images", "text", "pr_curves"] satisfies readonly MediaKind[];

/** The tags of a run that hold values to be shown. */
export function mediaTags(run: LogRunTags): MediaTag[] {
  return [...run.tags].flatMap(([tag, { media }]) => (media !== null && shown.includes(media.kind) ? [{ tag, kind: media.kind as MediaKind, steps: Float64Array.from(media.steps) }] : []));
}

/** The tags of a run whose values no panel shows, by what they are. */
export function unshownMedia(run: LogRunTags): UnshownMedia[] {
  const tags = [...run.tags];
  return unshownMediaSchema.shape.kind.options
    .map((kind) => ({ kind, tags: tags.filter(([, { media }]) => media?.kind === kind).map(([tag]) => tag) }))
    .filter((one) => one.tags.length > 0);
}

/** The value of a tag at an index of its steps. Throws `media-unreadable` where it is not there any more, or is not what its kind says. */
export function readMedia(reader: LogReader, media: MediaColumn, index: number): MediaValue {
  const value = readValue(reader, media, index);
  const decoded = value && decode(media.kind as MediaKind, value);
  if (!decoded) throw unreadable(`The value at step ${media.steps[index]} cannot be read: it is no ${media.kind.replace("_", " ")}, or its file has changed.`);
  return decoded;
}

/** Hyper-parameters by name, as `add_hparams`, the hparams plugin and Lightning's `hparams.yaml` log them; empty where there are none. */
export function hyperParameters(reader: LogReader, run: LogRunTags): Record<string, string | number | boolean | null> {
  const found = yamlParameters(path.join(reader.folder, run.folder));
  for (const { media } of run.tags.values()) {
    if (media?.kind !== "hparams") continue;
    for (let index = 0; index < media.steps.length; index++) {
      try {
        const content = readValue(reader, media, index)?.metadata?.pluginData?.content;
        const session = content && fromBinary(HParamsPluginDataSchema, content).sessionStartInfo;
        for (const [name, { kind }] of Object.entries(session?.hparams ?? {})) found[name] = kind.case === undefined || kind.case === "nullValue" ? null : kind.value;
      } catch {
        // a form of a later version: the curves are shown without them
      }
    }
  }
  return found;
}

/** Those that Lightning writes beside its event files. */
function yamlParameters(folder: string): Record<string, string | number | boolean | null> {
  try {
    const document: unknown = parse(fs.readFileSync(path.join(folder, "hparams.yaml"), "utf8"), { logLevel: "silent" });
    if (typeof document !== "object" || document === null) return {};
    return Object.fromEntries(Object.entries(document).map(([name, value]): [string, string | number | boolean | null] => [name, ["string", "number", "boolean"].includes(typeof value) || value === null ? (value as string) : JSON.stringify(value)]));
  } catch {
    return {};
  }
}

function readValue(reader: LogReader, media: MediaColumn, index: number): Summary_Value | null {
  const file = reader.files[media.files[index]];
  if (file === undefined) return null;
  const at = media.offsets[index];
  const record = nextRecord(file.gzip ? decompress(file.file).bytes.subarray(at) : readRecord(file.file, at), 0);
  if (record.kind !== "record") return null;
  const { what } = fromBinary(EventSchema, record.data);
  return what.case === "summary" ? (what.value.value[media.indices[index]] ?? null) : null;
}

/** The bytes of the record that begins at `at`. */
function readRecord(file: string, at: number): Uint8Array {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, "r");
  } catch (thrown) {
    throw unreadable(`${file} cannot be read any more: ${(thrown as Error).message}`);
  }
  try {
    const head = Buffer.alloc(headerLength);
    fs.readSync(descriptor, head, 0, headerLength, at);
    const bytes = new Uint8Array(Math.min(head.readUInt32LE(0) + headerLength + 4, fs.fstatSync(descriptor).size - at));
    fs.readSync(descriptor, bytes, 0, bytes.length, at);
    return bytes;
  } finally {
    fs.closeSync(descriptor);
  }
}

function decode(kind: MediaKind, { value }: Summary_Value): MediaValue | null {
  const tensor = value.case === "tensor" ? value.value : null;
  const shape = (tensor?.tensorShape?.dim ?? []).map(({ size }) => Number(size));
  switch (kind) {
    case "histograms": {
      if (value.case === "histo") return oldHistogram(value.value);
      const numbers = tensor && tensorNumbers(tensor);
      if (!numbers || shape[1] !== 3) return null;
      const column = (at: number) => Float64Array.from({ length: shape[0] }, (_, row) => numbers[row * 3 + at]);
      return { kind, left: column(0), right: column(1), counts: column(2) };
    }
    case "images":
      if (value.case === "image") return { kind, images: [encoded(value.value.encodedImageString)] };
      // width and height as text, then the images of one step
      return tensor && tensor.stringVal.length > 2 ? { kind, images: tensor.stringVal.slice(2).map(encoded) } : null;
    case "text":
      return tensor ? { kind, texts: tensor.stringVal.map((bytes) => new TextDecoder().decode(bytes)) } : null;
    case "pr_curves": {
      const numbers = tensor && tensorNumbers(tensor);
      if (!numbers || shape[0] !== 6) return null;
      const [truePositives, falsePositives, trueNegatives, falseNegatives, precision, recall] = Array.from({ length: 6 }, (_, row) => numbers.slice(row * shape[1], (row + 1) * shape[1]));
      return { kind, truePositives, falsePositives, trueNegatives, falseNegatives, precision, recall, thresholds: Float64Array.from({ length: shape[1] }, (_, i) => i / Math.max(1, shape[1] - 1)) };
    }
  }
}

/** The first form of histograms: upper edges, the least and the greatest value at the ends. Buckets outside of them are empty. */
function oldHistogram({ min, max, bucketLimit, bucket }: { readonly min: number; readonly max: number; readonly bucketLimit: readonly number[]; readonly bucket: readonly number[] }): MediaValue {
  const filled = bucket.map((count, i) => ({ count, i })).filter(({ count }) => count > 0).map(({ i }) => i);
  const from = filled[0] ?? 0;
  const to = (filled.at(-1) ?? -1) + 1;
  const edge = (i: number) => (i <= from - 1 ? min : Math.min(max, bucketLimit[i]));
  return {
    kind: "histograms",
    left: Float64Array.from({ length: to - from }, (_, k) => Math.max(min, edge(from + k - 1))),
    right: Float64Array.from({ length: to - from }, (_, k) => edge(from + k)),
    counts: Float64Array.from(bucket.slice(from, to)),
  };
}

function encoded(bytes: Uint8Array): { type: string; bytes: Uint8Array<ArrayBuffer> } {
  const type = bytes[0] === 0xff ? "image/jpeg" : bytes[0] === 0x47 ? "image/gif" : "image/png";
  return { type, bytes: new Uint8Array(bytes) };
}

function unreadable(message: string): DescentError {
  return new DescentError("media-unreadable", message);
}
