import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crc32c, maskedCrc32c } from "../../src/runs/events/crc32c.js";
import { EventFileWriter } from "../../src/runs/events/eventFileWriter.js";
import { nextRecord, RecordBuffer } from "../../src/runs/events/records.js";
import { readScalars } from "../../src/runs/events/readScalars.js";
import { appendScalars } from "../../src/runs/events/scalarRecord.js";
import { EventSchema } from "../../src/runs/generated/event_pb.js";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-events-"))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Writes a file with these points of `loss`, as a run of its own. */
function write(split: string, firstStep: number, points: readonly (readonly [number, number])[]): string {
  const writer = new EventFileWriter(path.join(folder, split), firstStep);
  for (const [step, value] of points) writer.scalars(1_700_000_000 + step, step, ["loss"], [value]);
  writer.close();
  const names = fs.readdirSync(path.join(folder, split)).sort();
  return path.join(folder, split, names.at(-1)!);
}

async function points(tag: string): Promise<[number, number][]> {
  const series = (await readScalars(folder)).series.get(tag);
  return series ? Array.from(series.steps, (step, i) => [step, series.values[i]]) : [];
}

describe("crc32c", () => {
  it("has the values of RFC 3720, B.4", () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  });

  it("has the check value of the catalogue of CRCs, and is masked as TensorFlow does it", () => {
    const bytes = new TextEncoder().encode("123456789");
    expect(crc32c(bytes)).toBe(0xe3069283);
    // rotated right by 15 bits, plus 0xa282ead8
    expect(maskedCrc32c(bytes)).toBe((((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0);
  });
});

describe("scalar record", () => {
  it("is what the generated schema reads, at steps of every length", () => {
    const tags = ["loss", "gradient_norm/dense_1", "größe"];
    for (const step of [0, 1, 127, 128, 16_384, 2 ** 31, 2 ** 40 + 3]) {
      const records = new RecordBuffer();
      appendScalars(records, 1_763_728_777.125, step, tags, [0.5, Number.NaN, -Infinity]);
      const record = nextRecord(records.content, 0);
      if (record.kind !== "record") throw new Error(record.kind);
      const event = fromBinary(EventSchema, record.data);
      expect(Number(event.step)).toBe(step);
      expect(event.wallTime).toBe(1_763_728_777.125);
      if (event.what.case !== "summary") throw new Error("no summary");
      expect(event.what.value.value.map((value) => [value.tag, value.value.value])).toEqual([["loss", 0.5], ["gradient_norm/dense_1", Number.NaN], ["größe", -Infinity]]);
    }
  });

  it("holds a long tag and many values", () => {
    const records = new RecordBuffer();
    const tags = Array.from({ length: 300 }, (_, i) => `update_ratio/${"layer".repeat(40)}_${i}`);
    appendScalars(records, 1, 7, tags, tags.map((_, i) => i));
    const record = nextRecord(records.content, 0);
    if (record.kind !== "record") throw new Error(record.kind);
    const event = fromBinary(EventSchema, record.data);
    expect(event.what.case === "summary" && event.what.value.value.map(({ value }) => value.value)).toEqual(tags.map((_, i) => i));
  });
});

describe("event files", () => {
  it("keep every float32 to the bit, NaN and infinities too", async () => {
    const values = [Math.fround(0.1), Number.NaN, Infinity, -Infinity, Math.fround(1e-45), 3.4028234663852886e38];
    write("train", 1, values.map((value, i) => [i + 1, value]));
    expect(await points("train/loss")).toEqual(values.map((value, i) => [i + 1, value]));
  });

  it("lose a torn last record and nothing else, wherever it is torn", async () => {
    const file = write("train", 1, [[1, 0.5], [2, 0.25], [3, 0.125]]);
    const whole = fs.readFileSync(file);
    const one = (whole.length - fs.statSync(write("other", 1, [])).size) / 3;
    fs.rmSync(path.join(folder, "other"), { recursive: true });
    for (let torn = 1; torn < one; torn++) {
      fs.writeFileSync(file, whole.subarray(0, whole.length - torn));
      const { series, damage } = await readScalars(folder);
      expect([...series.get("train/loss")!.values]).toEqual([0.5, 0.25]);
      expect(damage).toEqual([]);
    }
  });

  it("report a wrong checksum and give what stands before it", async () => {
    const file = write("train", 1, [[1, 0.5], [2, 0.25], [3, 0.125]]);
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 10] ^= 1;
    fs.writeFileSync(file, bytes);
    const { series, damage } = await readScalars(folder);
    expect([...series.get("train/loss")!.values]).toEqual([0.5, 0.25]);
    expect(damage).toMatchObject([{ file, message: expect.stringContaining("checksum") as string }]);
    expect(damage[0].offset).toBeGreaterThan(0);
  });

  it("show one curve after a resume: the earlier file's points from there on are dropped", async () => {
    write("train", 1, [[1, 1], [2, 2], [3, 3], [4, 4]]);
    write("train", 3, [[3, 30], [4, 40], [5, 50]]);
    write("train", 5, [[5, 500]]);
    expect(await points("train/loss")).toEqual([[1, 1], [2, 2], [3, 30], [4, 40], [5, 500]]);
  });

  it("follow one another by name whatever the clock says", () => {
    const names = [write("train", 1, [[1, 1]]), write("train", 2, [[2, 2]]), write("train", 3, [[3, 3]])];
    expect([...names].sort()).toEqual(names);
    expect(new Set(names).size).toBe(3);
  });

  it("leave the event loop free while a long one is read", async () => {
    const writer = new EventFileWriter(path.join(folder, "train"), 1);
    for (let step = 1; step <= 100_000; step++) writer.scalars(step, step, ["loss", "learning_rate"], [1 / step, 0.1]);
    writer.close();
    const turns: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      turns.push(now - last);
      last = now;
    }, 1);
    const { series } = await readScalars(folder);
    clearInterval(timer);
    expect(series.get("train/loss")!.steps.length).toBe(100_000);
    // a machine that does other things now and then holds up any process; the middle says what the reader does
    expect(turns.sort((a, b) => a - b)[Math.floor(turns.length * 0.9)]).toBeLessThan(16);
  });
});

describe("a disk without room", () => {
  it.skipIf(!fs.existsSync("/dev/full"))("keeps the records for the next flush", async () => {
    const writer = new EventFileWriter(path.join(folder, "train"), 1);
    writer.scalars(1, 1, ["loss"], [0.5]);
    writer.flush();
    const file = path.join(folder, "train", fs.readdirSync(path.join(folder, "train"))[0]);
    const descriptor = (writer as unknown as { descriptor: number }).descriptor;
    const full = fs.openSync("/dev/full", "w");
    (writer as unknown as { descriptor: number }).descriptor = full;
    writer.scalars(2, 2, ["loss"], [0.25]);
    expect(() => writer.flush()).toThrow(/ENOSPC/);
    expect(writer.pending).toBeGreaterThan(0);
    fs.closeSync(full);
    (writer as unknown as { descriptor: number }).descriptor = descriptor;
    writer.close();
    expect(fs.existsSync(file)).toBe(true);
    expect(await points("train/loss")).toEqual([[1, 0.5], [2, 0.25]]);
  });
});
