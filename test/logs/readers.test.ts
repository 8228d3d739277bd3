/** Logs that torch, tensorboardX, TensorFlow, Keras, Lightning and transformers wrote, against what TensorBoard's own reader read (fixtures/logs/logs.py). */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogReader } from "../../src/logs/logReader.js";
import { findingsOf, manifestOf, runsOf } from "../../src/logs/logRun.js";
import { hyperParameters, mediaTags, readMedia, unshownMedia } from "../../src/logs/media.js";
import { readProjector } from "../../src/logs/projector.js";
import { readWholeLog } from "../../src/logs/readWhole.js";
import { EventFileWriter } from "../../src/runs/events/eventFileWriter.js";

const fixtures = path.join(import.meta.dirname, "../fixtures/logs");
interface Expected {
  readonly scalars: Readonly<Record<string, [number, string][]>>;
  readonly others: Readonly<Record<string, [string, number[]]>>;
  readonly histograms: Readonly<Record<string, number[][]>>;
}
const expected = JSON.parse(fs.readFileSync(path.join(fixtures, "expected.json"), "utf8")) as Record<string, Expected>;
/** Python's `repr` of a float. */
const numberOf = (text: string) => ({ nan: NaN, inf: Infinity, "-inf": -Infinity })[text] ?? Number(text);
const runNames = (reader: LogReader) => Object.fromEntries(runsOf(reader).map(({ folder, tags }) => [folder, [...tags.keys()]]));

describe("event files of real packages", () => {
  it.each(Object.keys(expected))("%s: scalars, and where everything else stands, as TensorBoard reads them", (folder) => {
    const reader = readWholeLog(path.join(fixtures, folder));
    const own = reader.table.tags.filter((tag) => tag.folder === "" && tag.source === "events");
    const scalars = own.filter((tag) => tag.hasPoints);
    expect(scalars.map(({ tag }) => tag).sort()).toEqual(Object.keys(expected[folder].scalars).sort());
    for (const tag of scalars) {
      const series = tag.series();
      expect(Array.from({ length: series.length }, (_, i) => [series.steps.get(i), series.values.get(i)]), tag.tag).toEqual(expected[folder].scalars[tag.tag].map(([step, value]) => [step, numberOf(value)]));
    }
    for (const [name, [kind, steps]] of Object.entries(expected[folder].others)) {
      const media = own.find((tag) => tag.tag === name)!.media!;
      if (["histograms", "images", "text", "pr_curves", "hparams"].includes(kind)) expect(media.kind).toBe(kind);
      expect(media.steps, name).toEqual(steps);
    }
    expect(reader.troubles).toEqual([]);
  });

  it("histograms have TensorBoard's buckets", () => {
    let seen = 0;
    for (const [folder, { histograms }] of Object.entries(expected)) {
      const reader = readWholeLog(path.join(fixtures, folder));
      for (const [name, buckets] of Object.entries(histograms)) {
        const { media } = reader.table.tags.find((tag) => tag.tag === name && tag.folder === "")!;
        const value = readMedia(reader, media!, media!.steps.length - 1);
        if (value.kind !== "histograms") throw new Error("no histogram");
        const filled = buckets.filter(([, , count]) => count > 0);
        const ours = Array.from(value.counts, (count, i) => [value.left[i], value.right[i], count]).filter(([, , count]) => count > 0);
        expect(ours.map(([, , count]) => count), `${folder} ${name}`).toEqual(filled.map(([, , count]) => count));
        // TensorBoard spreads the first form's buckets over the range anew; its edges lie where ours do to a bucket's width
        const width = Math.max(...filled.map(([left, right]) => right - left));
        for (const [i, [left]] of ours.entries()) expect(Math.abs(left - filled[i][0])).toBeLessThanOrEqual(width + 1e-9);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(2);
  });

  it("images, text, PR curves and hyper-parameters of torch are decoded", () => {
    const reader = readWholeLog(path.join(fixtures, "torch"));
    const [run] = runsOf(reader);
    expect(mediaTags(run).map(({ tag, kind, steps }) => [tag, kind, steps.length])).toEqual([["weights/dense", "histograms", 4], ["pr", "pr_curves", 4], ["samples", "images", 1], ["config/text_summary", "text", 1]]);
    const value = (tag: string, index = 0) => readMedia(reader, run.tags.get(tag)!.media!, index);
    const image = value("samples");
    expect(image).toMatchObject({ kind: "images", images: [{ type: "image/png" }] });
    if (image.kind === "images") expect(Array.from(image.images[0].bytes.slice(0, 4))).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(value("config/text_summary")).toEqual({ kind: "text", texts: ["lr: **0.1**"] });
    const curve = value("pr");
    if (curve.kind !== "pr_curves") throw new Error("no curve");
    expect(curve.thresholds).toHaveLength(11);
    expect(curve.recall[0]).toBe(1);
    for (let i = 0; i < 10; i++) expect(curve.precision[i]).toBeCloseTo(curve.truePositives[i] / (curve.truePositives[i] + curve.falsePositives[i]), 5);
    expect(hyperParameters(reader, run)).toEqual({ lr: 0.1, optimizer: "sgd", bias: 1 }); // torch writes truths as numbers
  });
});

it("audio, graphs, meshes and other values that no panel shows are named", () => {
  const [run] = runsOf(readWholeLog(path.join(fixtures, "unshown")));
  expect(mediaTags(run)).toEqual([]);
  expect(unshownMedia(run)).toEqual([
    { kind: "audio", tags: ["voice/clean"] },
    { kind: "graphs", tags: ["graph"] },
    { kind: "meshes", tags: ["shape_VERTEX", "shape_FACE"] },
    { kind: "other", tags: ["custom_scalars__config__"] },
  ]);
  expect(run.tags.get("train/loss")!.facts.count).toBe(1);
});

describe("names and runs", () => {
  it("torch: common names are ours, folders of add_scalars and add_hparams belong to the run", () => {
    const names = runNames(readWholeLog(path.join(fixtures, "torch")));
    expect(Object.keys(names)).toEqual([""]);
    expect(names[""]).toEqual(expect.arrayContaining(["train/loss", "validation/loss", "validation/accuracy", "train/learning_rate", "diverges", "train/both", "validation/both", "hparam/accuracy"]));
  });

  it("Keras: sub-folders train and validation are one run, the CSV beside them another", () => {
    const reader = readWholeLog(path.join(fixtures, "keras"));
    const names = runNames(reader);
    expect(Object.keys(names)).toEqual(["", "events"]);
    expect(names.events).toEqual(expect.arrayContaining(["train/loss", "train/accuracy", "validation/loss", "validation/accuracy"]));
    expect(names[""].sort()).toEqual(["train/accuracy", "train/loss", "validation/accuracy", "validation/loss"]);
    const [csv, events] = runsOf(reader);
    // the same training, logged twice
    for (const name of ["train/loss", "validation/accuracy"]) expect(csv.tags.get(name)!.facts.last!.value).toBeCloseTo(events.tags.get(name)!.facts.last!.value, 5);
  });

  it("Lightning: both loggers' runs, with the steps of an epoch", () => {
    const reader = readWholeLog(path.join(fixtures, "lightning"));
    const runs = runsOf(reader);
    expect(runs.map(({ folder }) => folder)).toEqual(["csv/version_0", "tb/version_0"]);
    for (const run of runs) {
      expect([...run.tags.keys()], run.folder).toEqual(expect.arrayContaining(["train/loss", "validation/loss", "train/accuracy", "validation/accuracy", "train/learning_rate"]));
      expect(hyperParameters(reader, run)).toEqual({ width: 4 });
    }
    const [csv, events] = runs.map(({ tags }) => tags.get("validation/loss")!.series());
    expect(csv.length).toBe(5);
    for (let i = 0; i < 5; i++) expect([csv.steps.get(i), csv.values.get(i)]).toEqual([events.steps.get(i), expect.closeTo(events.values.get(i), 6)]);
  });

  it("transformers: the last checkpoint's history is the run", () => {
    const reader = readWholeLog(path.join(fixtures, "transformers"));
    const runs = runsOf(reader);
    expect(runs.map(({ folder }) => folder)).toEqual([""]);
    const [{ tags }] = runs;
    expect([...tags.keys()]).toEqual(expect.arrayContaining(["train/loss", "validation/loss", "validation/accuracy", "train/gradient_norm", "train/learning_rate"]));
    expect(tags.get("train/loss")!.facts).toMatchObject({ count: 8, last: { step: 16 } });
    expect(manifestOf(reader, runs[0], Date.now())).toMatchObject({ origin: "trainer_state", step: 16, stepsPerEpoch: 4, epochs: 4, best: { metric: "validation/accuracy" } });
  });

  it("every log of a training that learns is judged, none is called broken", () => {
    for (const folder of ["keras", "lightning", "transformers"]) {
      const reader = readWholeLog(path.join(fixtures, folder));
      for (const run of runsOf(reader)) expect(findingsOf(run)!.filter(({ severity }) => severity === "error"), `${folder} ${run.folder}`).toEqual([]);
    }
  });
});

describe("what can be wrong", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-logs-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const write = (steps: number, from = 0) => {
    const writer = new EventFileWriter(folder, from);
    for (let step = from; step < from + steps; step++) writer.scalars(1.7e9 + step, step, ["loss"], [1 / (step + 1)]);
    writer.close();
    return fs.readdirSync(folder).filter((name) => name.includes("tfevents")).map((name) => path.join(folder, name)).at(-1)!;
  };
  const count = (reader: LogReader) => reader.table.tags.reduce((sum, tag) => sum + (tag.hasPoints ? tag.facts.count : 0), 0);

  it("a record with a wrong checksum is left out and told; the others are read", () => {
    const file = write(100);
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 5] ^= 1; // of the last record's value
    fs.writeFileSync(file, bytes);
    const reader = readWholeLog(folder);
    expect(count(reader)).toBe(99);
    expect(reader.troubles).toMatchObject([{ code: "wrong-checksum", file }]);
  });

  it("a damaged frame ends the file, with the place", () => {
    const file = write(100);
    const bytes = fs.readFileSync(file);
    const middle = bytes.indexOf(Buffer.from("loss"), 2000) - 40;
    bytes.fill(0xff, middle, middle + 80);
    fs.writeFileSync(file, bytes);
    const reader = readWholeLog(folder);
    expect(count(reader)).toBeGreaterThan(20);
    expect(reader.troubles.map(({ code }) => code)).toContain("broken-frame");
  });

  it("garbage by the name of an event file, a CSV that is none and broken JSON are told, what is good is read", () => {
    write(10);
    fs.writeFileSync(path.join(folder, "garbage.tfevents.1"), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)));
    fs.writeFileSync(path.join(folder, "trainer_state.json"), "{ no json");
    fs.writeFileSync(path.join(folder, "people.csv"), "name,age\nAda,36\n");
    const reader = readWholeLog(folder);
    expect(count(reader)).toBe(10);
    expect(reader.troubles.map(({ code }) => code).sort()).toEqual(["log-unreadable", "no-event-file"]);
  });

  it("tables by other names: training.log as Keras' own example has it, tabs between columns; files of words are passed over", () => {
    const rows = (separator: string) => [["epoch", "accuracy", "loss", "val_loss"], [0, 0.5, 0.9, 1], [1, 0.75, 0.4, 0.6]].map((row) => row.join(separator)).join("\n") + "\n";
    fs.writeFileSync(path.join(folder, "training.log"), rows(","));
    fs.mkdirSync(path.join(folder, "with tabs"));
    fs.writeFileSync(path.join(folder, "with tabs", "metrics.tsv"), rows("\t"));
    fs.writeFileSync(path.join(folder, "log.log"), "training, epoch 1, loss 0.5\ntraining, epoch 2, loss 0.4\n");
    fs.writeFileSync(path.join(folder, "metadata.tsv"), "label\tloss\na\t1\n");
    const reader = readWholeLog(folder);
    expect(reader.troubles).toEqual([]);
    expect(reader.table.tags.map(({ folder: at, tag, facts }) => [at, tag, facts.count, facts.last!.value])).toEqual([
      ["", "accuracy", 2, 0.75], ["", "loss", 2, 0.4], ["", "val_loss", 2, 0.6], ["with tabs", "accuracy", 2, 0.75], ["with tabs", "loss", 2, 0.4], ["with tabs", "val_loss", 2, 0.6],
    ]);
  });

  it("gzip, whole and cut", () => {
    const file = write(200);
    const packed = zlib.gzipSync(fs.readFileSync(file));
    fs.rmSync(file);
    fs.writeFileSync(`${file}.gz`, packed);
    const whole = readWholeLog(folder);
    expect([count(whole), whole.troubles]).toEqual([200, []]);
    fs.writeFileSync(`${file}.gz`, packed.subarray(0, packed.length * 0.6));
    const cut = readWholeLog(folder);
    expect(count(cut)).toBeGreaterThan(20);
    expect(count(cut)).toBeLessThan(200);
    expect(cut.troubles).toMatchObject([{ code: "cut-gzip" }]);
  });

  it("a file that is being written is read up to its last whole record, and on when it grows; new files and folders too", () => {
    const file = write(50);
    const bytes = fs.readFileSync(file);
    fs.writeFileSync(file, bytes.subarray(0, bytes.length - 7));
    const reader = readWholeLog(folder);
    expect(count(reader)).toBe(49);
    fs.writeFileSync(file, bytes);
    fs.mkdirSync(path.join(folder, "second"));
    new EventFileWriter(path.join(folder, "second"), 0).close();
    fs.writeFileSync(path.join(folder, "metrics.csv"), "step,loss\n0,1\n1,0.5\n2,0.2");
    expect(reader.rescan()).toBe(true);
    while (!reader.advance(100).done);
    expect(reader.table.tags.map((tag) => [tag.tag, tag.facts.count])).toEqual([["loss", 50], ["loss", 2]]);
    fs.appendFileSync(path.join(folder, "metrics.csv"), "\n");
    reader.rescan();
    while (!reader.advance(100).done);
    expect(reader.table.tags[1].facts.count).toBe(3);
  });

  it("a folder that goes away is noticed; one that is not there is refused", () => {
    write(5);
    const reader = readWholeLog(folder);
    fs.rmSync(folder, { recursive: true });
    expect(reader.rescan()).toBe(false);
    expect(count(reader)).toBe(5);
    expect(() => readWholeLog(folder)).toThrow(expect.objectContaining({ code: "log-missing" }));
  });

  it("a writer that begins again later takes the place of what it repeats; writers at the same time are joined by step", () => {
    const put = (name: string, steps: readonly number[], time: (step: number) => number, value: number) => {
      const other = fs.mkdtempSync(path.join(os.tmpdir(), "descent-logs-"));
      const writer = new EventFileWriter(other, 0);
      for (const step of steps) writer.scalars(time(step), step, ["loss"], [value]);
      writer.close();
      // without the record that says where it began, as other writers leave it out
      const [file] = fs.readdirSync(other);
      const bytes = fs.readFileSync(path.join(other, file));
      const first = bytes.indexOf(Buffer.from("loss"));
      let at = 0;
      while (at + 12 + bytes.readUInt32LE(at) + 4 < first) at += 12 + bytes.readUInt32LE(at) + 4;
      fs.writeFileSync(path.join(folder, name), bytes.subarray(at));
      fs.rmSync(other, { recursive: true });
    };
    put("a.tfevents.1", [0, 2, 4, 6], (step) => 1000 + step, 1);
    put("b.tfevents.2", [1, 3, 5], (step) => 1000 + step, 2);
    const series = () => {
      const read = readWholeLog(folder).table.tags[0].series();
      return Array.from({ length: read.length }, (_, i) => [read.steps.get(i), read.values.get(i)]);
    };
    expect(series()).toEqual([[0, 1], [1, 2], [2, 1], [3, 2], [4, 1], [5, 2], [6, 1]]);
    put("c.tfevents.3", [3, 4], (step) => 2000 + step, 3);
    expect(series()).toEqual([[0, 1], [1, 2], [2, 1], [3, 3], [4, 3]]);
  });
});

describe("what is kept between openings", () => {
  it("the second opening reads only what is new, and draws from pictures until points are asked", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-logs-"));
    const storage = fs.mkdtempSync(path.join(os.tmpdir(), "descent-storage-"));
    try {
      const writer = new EventFileWriter(folder, 0);
      for (let step = 0; step < 20_000; step++) writer.scalars(1.7e9 + step, step, ["loss"], [step === 7777 ? 9 : Math.sin(step / 100)]);
      writer.flush();
      const open = () => {
        const reader = new LogReader(folder, storage);
        while (!reader.advance(1000).done);
        return reader;
      };
      const first = open();
      expect(first.bytes).toBeGreaterThan(500_000);
      const exact = first.table.tags[0].series();
      // a second window on the same log keeps its own
      const other = open();
      expect(other.table.tags[0].facts.count).toBe(20_000);
      other.close();
      first.save();
      first.close();
      writer.scalars(1.8e9, 20_000, ["loss"], [5]);
      writer.close();
      const second = open();
      expect(second.bytes).toBeLessThan(200);
      expect(second.table.tags[0].facts).toMatchObject({ count: 20_001, max: { step: 7777, value: 9 }, last: { step: 20_000, value: 5 } });
      second.save();
      second.close();
      const third = open();
      expect(third.bytes).toBe(0);
      const picture = third.table.tags[0].overview()!;
      expect(Math.max(...picture.max)).toBe(9);
      expect(third.table.tags[0].series().values.get(12_345)).toBe(exact.values.get(12_345));
      third.close();
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
      fs.rmSync(storage, { recursive: true, force: true });
    }
  });
});

describe("projector", () => {
  const wasm = () => new Uint8Array(0); // up to 128 columns are decomposed without it

  it("the tensors that torch's add_embedding wrote, by their labels, along their principal components", () => {
    const [projection] = readProjector(path.join(fixtures, "torch", "projector_config.pbtxt"), wasm, (error) => { throw error; });
    expect(projection).toMatchObject({ of: "last layer", step: 19, method: "pca", classes: ["a", "b"] });
    expect(projection.x).toHaveLength(12);
    const variance = (values: readonly number[]) => values.reduce((sum, value) => sum + value ** 2, 0);
    expect(variance(projection.x)).toBeGreaterThan(variance(projection.y));
  });

  it("unequal rows, numbers that are none and metadata of another length are told with their place", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-projector-"));
    try {
      const read = (tensor: string, metadata: string) => {
        fs.writeFileSync(path.join(folder, "t.tsv"), tensor);
        fs.writeFileSync(path.join(folder, "m.tsv"), metadata);
        fs.writeFileSync(path.join(folder, "projector_config.pbtxt"), 'embeddings {\n tensor_name: "x"\n metadata_path: "m.tsv"\n tensor_path: "t.tsv"\n}\nembeddings { tensor_path: "gone.tsv" }');
        const messages: string[] = [];
        const projections = readProjector(path.join(folder, "projector_config.pbtxt"), wasm, ({ message }) => messages.push(message));
        return { projections, messages };
      };
      expect(read("1\t2\n3\t4\n5\t7\n", "a\nb\na\n")).toMatchObject({ projections: [{ labels: [0, 1, 0] }], messages: [expect.stringContaining("gone.tsv")] });
      expect(read("1\t2\n3\n", "a\nb\n").messages[0]).toBe("t.tsv: row 2 has 1 values, the first has 2.");
      expect(read("1\t2\n3\tx\n", "a\nb\n").messages[0]).toMatch(/value 2 of row 2/);
      expect(read("1\t2\n3\t4\n", "a\n").messages[0]).toMatch(/1 rows, its tensor 2/);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
