/** `descent project` through the built command line. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readNpy } from "../../src/engine/data/formats/readNpy.js";
import type { RawTensor } from "../../src/engine/data/table.js";
import { buildProduct, type Product } from "../helpers/product.js";

let product: Product;
const at = (name: string) => path.join(product.folder, name);

beforeAll(async () => {
  product = await buildProduct();
}, 120_000);
afterAll(() => product.dispose());

const trainingFile = `data: { train: { generate: blobs, examples: 200 }, split: { validation: 0.3 } }
model: [{ dense: { name: hidden, units: 8, activation: relu } }, { dense: 4 }]
training: { epochs: 2 }
seed: 0
`;

it("lays out a table: labels beside the places, by every method, and the same with more threads", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => [Math.sin(i) + (i % 3) * 6, Math.cos(i), i % 5, ["a", "b, c", "d"][i % 3]]);
  fs.writeFileSync(at("points.csv"), `u,v,w,kind\n${rows.map(([u, v, w, kind]) => `${u},${v},${w},"${kind}"`).join("\n")}\n`);
  for (const method of ["tsne", "umap", "pca"]) {
    const one = await product.descent("project", at("points.csv"), "--method", method, "--threads", "1");
    expect(one).toMatchObject({ code: 0, stderr: "" });
    const lines = one.stdout.trim().split("\n");
    expect(lines[0]).toBe("example,x,y,label");
    expect(lines).toHaveLength(61);
    expect(lines[2]).toMatch(/^1,-?[\d.e-]+,-?[\d.e-]+,"b, c"$/);
    expect((await product.descent("project", at("points.csv"), "--method", method, "--threads", "3")).stdout).toBe(one.stdout);
  }
}, 60_000);

it("lays out a training file's inputs and what a run's layer makes of its data; writes npy and a projector's folder, which it reads again", async () => {
  fs.writeFileSync(at("blobs.train.yaml"), trainingFile);
  expect(await product.descent("project", at("blobs.train.yaml"), "--method", "pca", "-o", at("inputs.npy"))).toMatchObject({ code: 0 });
  const array = readNpy({ file: "inputs.npy", name: "inputs.npy", bytes: new Uint8Array(fs.readFileSync(at("inputs.npy"))) }) as RawTensor;
  expect(array.dims).toEqual([60, 2]);
  expect(array.data.every(Number.isFinite)).toBe(true);

  await product.descent("train", at("blobs.train.yaml"), "--runs", at("runs"), "--quiet");
  const run = path.join(at("runs"), fs.readdirSync(at("runs"))[0]);
  const hidden = await product.descent("project", run, "--of", "hidden", "--examples", "40", "--method", "umap", "-o", at("projector"));
  expect(hidden).toMatchObject({ code: 0, stderr: "" });
  expect(fs.readdirSync(at("projector")).sort()).toEqual(["metadata.tsv", "projector_config.pbtxt", "tensors.tsv"]);
  const again = await product.descent("project", at("projector"), "--method", "pca");
  expect(again.stdout.trim().split("\n")).toHaveLength(41);
  expect(again.stdout).toMatch(/^example,x,y,label\n0,/);
  expect(await product.descent("project", run, "--of", "nothing")).toMatchObject({ code: 2, stderr: expect.stringContaining("error[unknown-layer]") });
}, 60_000);

it.each([
  ["rows of unequal length", { "tensors.tsv": "1\t2\t3\n4\t5\n" }, /error\[points-ragged\]: Line 2 of tensors.tsv has 2 values, the lines before it have 3/],
  ["text in the numbers", { "tensors.tsv": "1\t2\n3\tx\n" }, /error\[points-not-numbers\]: "x" in line 2 of tensors.tsv, column 2/],
  ["too few labels", { "tensors.tsv": "1\t2\n3\t4\n", "metadata.tsv": "a\n" }, /error\[points-labels\]: metadata.tsv labels 1 points, and there are 2/],
  ["no tensor", {}, /error\[file-missing\]/],
] as const)("a projector's folder with %s gets a clear message", async (_, files, message) => {
  const folder = fs.mkdtempSync(at("projector-"));
  fs.writeFileSync(path.join(folder, "projector_config.pbtxt"), `embeddings {\n  tensor_path: "tensors.tsv"\n${"metadata.tsv" in files ? '  metadata_path: "metadata.tsv"\n' : ""}}\n`);
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const result = await product.descent("project", folder);
  expect(result.stderr).toMatch(message);
  expect(result).toMatchObject({ code: 2, stdout: "" });
}, 20_000);
