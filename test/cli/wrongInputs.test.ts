/** What people get wrong: each a coded, located error on standard error, exit code 2, and nothing on standard output. */
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProduct, type Product } from "../helpers/product.js";

let product: Product;
beforeAll(async () => (product = await buildProduct()), 60_000);
afterAll(() => product.dispose());

const model = "model: [{ dense: 2 }]\n";
const generated = "data: { train: { generate: two_moons, examples: 200 } }\n";

interface Case {
  readonly name: string;
  /** Text of the training file; null: there is none. */
  readonly text: string | null;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly args?: readonly string[];
  /** Standard error, as a pattern: code, words, place. */
  readonly error: RegExp;
}

const cases: readonly Case[] = [
  { name: "a missing training file", text: null, error: /error\[file-missing\].*\n {2}at .*missing\.train\.yaml/ },
  { name: "a tab-indented YAML", text: "data:\n\ttrain: a.csv\nmodel: []\n", error: /error\[yaml-tab\].*\n {2}at .*:2:1/ },
  { name: "an unknown key", text: `${generated}${model}optimiser: adam\n`, error: /error\[unknown-key\].*optimizer.*\n {2}at .*:3:1/ },
  { name: "a duplicate key", text: `${generated}${model}seed: 1\nseed: 2\n`, error: /error\[[a-z-]*duplicate[a-z-]*\].*\n {2}at .*:4:1/ },
  { name: "a value out of range", text: `${generated}${model}training: { epochs: -1 }\n`, error: /error\[[a-z-]+\].*\n {2}at .*:3:21.*training\.epochs/ },
  { name: "a section without a key that it needs", text: `${generated}${model}search: { trials: 3 }\n`, error: /error\[missing-key\]: search\.space.*\n {2}at .*:3:/ },
  { name: "an override that names nothing", text: `${generated}${model}`, args: ["--set", "optimizer.adam.lrr=1"], error: /error\[unknown-key\].*lr/ },
  { name: "a missing data file", text: `data: { train: absent.csv }\n${model}`, error: /error\[file-missing\].*absent\.csv.*\n {2}at / },
  {
    name: "a truncated gz",
    text: `data: { train: images.gz, labels: labels.gz }\n${model}`,
    files: { "images.gz": gzipSync(idx([8, 3], [50, 4, 4])).subarray(0, 300), "labels.gz": gzipSync(idx([8, 1], [50])) },
    error: /error\[gzip-truncated\].*\n {2}at .*images\.gz/,
  },
  { name: "a ragged row", text: `data: { train: ragged.csv }\n${model}`, files: { "ragged.csv": "a,b,label\n1,2,0\n3,1\n4,5,1\n" }, error: /error\[[a-z-]+\].*\n {2}at .*ragged\.csv:3/ },
  {
    name: "text where numbers belong",
    text: `data: { train: text.csv }\n${model}`,
    files: { "text.csv": "a,b,label\n1,2,0\n3,oops,1\n4,5,1\n1,1,0\n" },
    error: /error\[[a-z-]+\][^\n]*(row|line) [23][^\n]*\bb\b|error\[[a-z-]+\][^\n]*\bb\b[^\n]*(row|line) [23]/,
  },
  { name: "NaN in the data", text: `data: { train: nan.csv }\n${model}`, files: { "nan.csv": `a,b,label\n${"1,2,0\n3,4,1\n".repeat(8)}NaN,5,1\n` }, error: /error\[[a-z-]+\].*(row|line) 1[78]/ },
  {
    name: "labels out of range",
    text: `data: { train: a.csv, classes: [zero, one] }\n${model}`,
    files: { "a.csv": `a,b,label\n${"1,2,0\n3,4,1\n".repeat(8)}1,5,7\n` },
    error: /error\[[a-z-]+\].*7/,
  },
  { name: "a number beyond float32", text: `data: { train: a.csv }\n${model}`, files: { "a.csv": `a,b,label\n${"1,2,0\n3,4,1\n".repeat(8)}1,1e39,1\n` }, error: /error\[value-too-large\].*line 18, column "b": 1e\+39.*scaling.*\n {2}at .*a\.csv:18/ },
  { name: "a quote that is never closed", text: `data: { train: a.csv }\n${model}`, files: { "a.csv": `a,b,label\n1,2,0\n3,"4,1\n${"1,2,0\n3,4,1\n".repeat(8)}` }, error: /error\[csv-quote\].*line 3: a quote opens.*never closed.*\n {2}at .*a\.csv:3/ },
  { name: "a model without weights", text: `${generated}model: [relu]\n`, error: /error\[nothing-to-train\].*no weights.*\n {2}at .*:2:1/ },
  { name: "a metric that nothing measures", text: `${generated}${model}training: { early_stopping: { metric: validation/acuracy } }\n`, error: /error\[unknown-value\].*Did you mean validation\/accuracy.*\n {2}at .*:3:39 training\.early_stopping\.metric/ },
  { name: "text under a loss of numbers", text: "data: { train: a.csv }\nmodel: [{ dense: 1 }]\nloss: mse\n", files: { "a.csv": `a,b,colour\n${"1,2,red\n3,4,blue\n5,6,green\n".repeat(8)}` }, error: /error\[text-target\].*"red".*mse.*\n {2}at .*:3:/ },
  { name: "a layer beyond any memory", text: `${generated}model: [{ dense: 100000 }, { dense: 100000 }, { dense: 2 }]\n`, error: /error\[tensor-too-large\].*\[100000, 100000\].*40 GB.*\n {2}at .*:2:30 model\[1\]\.dense/ },
  { name: "one list as JSON Lines", text: `data: { train: a.json, format: jsonl }\n${model}`, files: { "a.json": '[\n {"a": 1, "label": 0},\n {"a": 2, "label": 1}\n]\n' }, error: /error\[jsonl-line\].*one list.*\n {2}at .*a\.json:1/ },
  { name: "a device that is not there", text: `${generated}${model}`, args: ["--device", "cuda"], error: /error\[device-unavailable\].*CUDA/ },
  { name: "a device that does not exist", text: `${generated}${model}`, args: ["--device", "abacus"], error: /error\[[a-z-]+\].*abacus/ },
  { name: "a run to resume that is none", text: `${generated}${model}`, args: ["--resume", "nowhere"], error: /error\[run-missing\].*nowhere/ },
];

describe("train", () => {
  it.each(cases)("refuses $name", async ({ name, text, files, args = [], error }) => {
    const folder = path.join(product.folder, name.replaceAll(" ", "-"));
    fs.mkdirSync(folder);
    for (const [file, content] of Object.entries(files ?? {})) fs.writeFileSync(path.join(folder, file), content);
    const file = path.join(folder, text === null ? "missing.train.yaml" : "file.train.yaml");
    if (text !== null) fs.writeFileSync(file, text);
    const result = await product.descent("train", file, "--json", ...args);
    expect(result.stderr).toMatch(error);
    expect(result.stderr).not.toMatch(/internal-error|at Object|node:internal/);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(fs.existsSync(path.join(folder, "runs"))).toBe(false);
  }, 30_000);
});

describe("other commands", () => {
  it("refuse an ONNX file cut in half", async () => {
    const file = path.join(product.folder, "half.onnx");
    fs.writeFileSync(file, Buffer.from([8, 8, 58, 200, 1, 10, 30, 10, 1]));
    const result = await product.descent("differentiate", file, "-o", path.join(product.folder, "out.onnx"));
    expect(result.stderr).toMatch(/error\[onnx-[a-z]+\].*\n {2}at .*half\.onnx/);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(fs.existsSync(path.join(product.folder, "out.onnx"))).toBe(false);
  });

  it.each([["evaluate", "nowhere"], ["export", "nowhere"], ["predict", "nowhere", "data.csv"]])("%s refuses what is no run", async (...args) => {
    const result = await product.descent(...args);
    expect(result.stderr).toMatch(/error\[run-(missing|unreadable)\].*nowhere/);
    expect(result.code).toBe(2);
  });

  it.each([[["train"]], [["frobnicate"]], [["train", "x.yaml", "--threads", "0"]], [["train", "x.yaml", "--frob"]], [["lint", "--format", "xml", "x"]], [["differentiate", "x.onnx"]], [["train", "x.train.yaml", "--set", "lr"]]])("refuse wrong usage: %j", async (args) => {
    const result = await product.descent(...args);
    expect(result.stderr).toMatch(/^error\[wrong-[a-z]+\]: /);
    expect(result).toMatchObject({ code: 2, stdout: "" });
  });

  it("print help with exit code 0", async () => {
    for (const args of [["--help"], ["train", "--help"], ["--version"]]) expect(await product.descent(...args)).toMatchObject({ code: 0, stderr: "" });
  });
});

/** An IDX file of bytes that do not compress: type and rank as in its header. */
function idx(header: readonly number[], dims: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dims.length + dims.reduce((product, n) => product * n, 1));
  for (let i = 0, x = 1; i < bytes.length; i++, x = (x * 48_271) % 2_147_483_647) bytes[i] = x >> 8;
  bytes.set([0, 0, ...header]);
  const view = new DataView(bytes.buffer);
  dims.forEach((dim, i) => view.setUint32(4 + 4 * i, dim));
  return bytes;
}
