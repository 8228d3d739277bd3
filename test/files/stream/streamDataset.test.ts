/** A streamed data set is, value for value, the one in memory. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DescentError } from "../../../src/common/errors.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { DataConfig } from "../../../src/engine/training/config.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import { dataConfig, files } from "../../engine/data/testConfig.js";

const fixtures = path.join(import.meta.dirname, "../../fixtures/formats");
let folder: string;
const scratchFiles = () => readdirSync(folder).filter((name) => name.startsWith("descent-rows-"));

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "descent-stream-"));
  cpSync(fixtures, folder, { recursive: true });
  // more than one piece of text, with quotes around line breaks, gaps and categories
  const rows = Array.from({ length: 60_000 }, (_, i) => `${Math.sin(i)},${i % 7 === 0 ? "" : i * 1e-3},${["red", "gr\u00fcn", '"a, ""b""\nc"'][i % 3]},"some text to make rows long enough ${"x".repeat(80)}",${i % 4}`);
  writeFileSync(path.join(folder, "big.csv"), `a,gap,colour,note,label\r\n${rows.join("\r\n")}\r\n`);
  writeFileSync(path.join(folder, "big.csv.gz"), gzipSync(readFileSync(path.join(folder, "big.csv"))));
  // more than one piece of lists
  const lists = Array.from({ length: 12_000 }, (_, i) => JSON.stringify({ x: [i, i % 3, Math.cos(i), 2], pair: [i % 2, i / 7], single: i % 5, note: "", label: i % 3, pad: "y".repeat(400) }));
  writeFileSync(path.join(folder, "biglists.jsonl"), `${lists.join("\n")}\n`);
  const images = Uint8Array.from({ length: 60 * 2 * 3 }, (_, i) => (i * 37) % 256);
  writeFileSync(path.join(folder, "toy-images-idx3-ubyte"), Buffer.concat([Buffer.from([0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 2, 0, 0, 0, 3]), images]));
  writeFileSync(path.join(folder, "toy-labels-idx1-ubyte"), Buffer.concat([Buffer.from([0, 0, 8, 1, 0, 0, 0, 60]), Uint8Array.from({ length: 60 }, (_, i) => i % 3)]));
  for (const part of ["images-idx3", "labels-idx1"]) writeFileSync(path.join(folder, `zipped-${part}-ubyte.gz`), gzipSync(readFileSync(path.join(folder, `toy-${part}-ubyte`))));
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = (data: Partial<DataConfig>, stream: boolean) =>
  loadDataset(dataConfig({ train: files("a.csv"), split: { validation: 0.2, test: 0.1, stratify: "auto", seed: 3 }, ...data, stream }), { folder, log: () => {}, scratch: folder });

/** Everything of a data set, its inputs in an order of our own. */
async function contentOf(dataset: Dataset) {
  const [n, ...shape] = dataset.inputs.dims;
  const order = Int32Array.from({ length: n }, (_, i) => (i * 7 + 3) % n);
  const width = shape.reduce((product, dim) => product * dim, 1);
  const { stream, inputs, targets, sample: _, ...rest } = dataset;
  const data = stream === undefined ? (inputs.data as Float32Array) : ((await stream.read(order, true)).data as Float32Array);
  const rows = stream === undefined ? Array.from(order, (row) => Array.from(data.subarray(row * width, (row + 1) * width))) : Array.from(order, (_, i) => Array.from(data.subarray(i * width, (i + 1) * width)));
  return { ...rest, targets: targets === inputs ? "the inputs" : targets, type: inputs.type, dims: inputs.dims, rows };
}

async function expectSame(data: Partial<DataConfig>): Promise<void> {
  const [streamed, inMemory] = [await load(data, true), await load(data, false)];
  expect(streamed.stream).toBeDefined();
  expect(inMemory.stream).toBeUndefined();
  expect(await contentOf(streamed)).toEqual(await contentOf(inMemory));
  await streamed.stream?.dispose();
  expect(scratchFiles()).toEqual([]);
}

describe("the same as in memory", () => {
  const cases: readonly (readonly [string, Partial<DataConfig>])[] = [
    ["CSV with categories, means for gaps", { train: files("big.csv"), inputs: ["a", "gap", "colour"], target: ["label"], missing: "mean", scaling: "standardize" }],
    ["compressed CSV, gaps dropped, a column's index", { train: files("big.csv.gz"), inputs: ["a", "gap", "colour"], target: ["label"], missing: "drop", scaling: "minmax", categorical: { colour: "index" } }],
    ["CSV with a limit and text for labels", { train: files("big.csv"), inputs: ["a"], target: ["colour"], limit: 41_234, scaling: { a: "minmax" } }],
    ["CSV, a regression", { train: files("big.csv"), inputs: ["a"], target: ["gap"], missing: "drop", targetScaling: "standardize" }],
    ["Parquet", { train: files("zstd.parquet"), missing: "mean", scaling: "standardize" }],
    ["Arrow", { train: files("dictionary.arrow"), missing: "drop" }],
    ["Feather", { train: files("lz4.feather"), missing: "mean", limit: 9 }],
    ["JSON lines", { train: files("table.jsonl"), missing: "mean" }],
    ["several files, and others for validation and test", { train: files("zstd.parquet", "snappy.parquet"), validation: files("gzip.parquet"), test: files("none.parquet"), missing: "mean", scaling: "minmax" }],
    ["npz, stored", { train: files("stored.npz"), scaling: "standardize" }],
    ["npz, deflated", { train: files("deflated.npz"), scaling: "minmax" }],
    ["npz by parts, bytes", { train: files("parts.npz"), test: files("parts.npz"), scaling: "unit" }],
    ["npz with a class a step", { train: files("steps.npz") }],
    ["safetensors in half floats", { train: files("types.safetensors"), inputs: ["half"], target: ["label"] }],
    ["npy and labels beside it, big-endian", { train: files("f8-big.npy"), labels: "table.csv", target: ["label"], scaling: "standardize" }],
    ["IDX", { train: files("toy-images-idx3-ubyte"), scaling: "unit" }],
    ["IDX, scaled", { train: files("toy-images-idx3-ubyte"), scaling: "standardize", limit: 50 }],
    ["lists in JSON lines: an array of features and a class", { train: files("biglists.jsonl"), inputs: ["x"], scaling: "standardize", limit: 9_000 }],
    ["lists in JSON lines: numbers to predict, several an example", { train: files("biglists.jsonl"), inputs: ["x"], target: ["pair"], targetScaling: "minmax" }],
    ["lists in JSON lines side by side, with a number", { train: files("biglists.jsonl"), inputs: ["x", "pair", "single"], target: ["label"], scaling: "minmax" }],
    ["several arrays of an npz side by side", { train: files("arrays.npz"), inputs: ["a", "b"], target: ["label"], scaling: "standardize" }],
    ["all arrays of an npz but the target", { train: files("arrays.npz"), missing: "mean" }],
    ["several arrays of a safetensors file", { train: files("types.safetensors"), inputs: ["half", "x"], target: ["label"] }],
    ["an autoencoder of CSV", { train: files("big.csv"), inputs: ["a", "gap"], missing: "mean", scaling: "standardize", task: "autoencoder" }],
    ["an autoencoder of an npz", { train: files("stored.npz"), scaling: "minmax", task: "autoencoder" }],
    ["an autoencoder of bytes", { train: files("toy-images-idx3-ubyte"), scaling: "unit", task: "autoencoder" }],
    ["an autoencoder of lists", { train: files("biglists.jsonl"), inputs: ["x"], task: "autoencoder" }],
    ["IDX, compressed", { train: files("zipped-images-idx3-ubyte.gz"), scaling: "minmax" }],
  ];
  test.each(cases)("%s", async (_, data) => expectSame(data), 60_000);
});

describe("the same errors, and those of streaming", () => {
  const failure = async (data: Partial<DataConfig>, stream = true): Promise<DescentError> => load(data, stream).then(() => { throw new Error("nothing failed"); }, (error: unknown) => error as DescentError);

  test.each([
    ["a gap", { train: files("big.csv"), inputs: ["gap"], target: ["label"] }],
    ["a column that is not there", { train: files("big.csv"), inputs: ["b"] }],
    ["text among numbers", { train: files("mixed.csv") }],
    ["a record that is too short", { train: files("ragged.csv") }],
    ["a nested column", { train: files("nested.parquet") }],
    ["labels that are too few", { train: files("f8.npy"), labels: "text.npy" }],
    ["a file that is not there", { train: files("none.csv") }],
    ["a file cut off", { train: files("cut.npz") }],
  ] as const)("%s", async (_, data) => {
    writeFileSync(path.join(folder, "mixed.csv"), "x,label\n1,0\nabc,1\n");
    writeFileSync(path.join(folder, "ragged.csv"), "x,label\n1,0\n1\n");
    writeFileSync(path.join(folder, "cut.npz"), readFileSync(path.join(folder, "stored.npz")).subarray(0, 300));
    const [streamed, inMemory] = [await failure(data), await failure(data, false)];
    expect([streamed.code, streamed.message, streamed.location.range]).toEqual([inMemory.code, inMemory.message, inMemory.location.range]);
    expect(scratchFiles()).toEqual([]);
  });

  test("arrays stored column by column, and values that are no files", async () => {
    expect((await failure({ train: files("fortran.npy"), labels: "table.csv", target: ["label"] })).code).toBe("stream-order");
    expect((await failure({ train: { kind: "generator", generator: { generate: "blobs", examples: 10, noise: 0 } } })).code).toBe("stream-needs-files");
  });
});
