/** A training file's copy in a run's folder, given to the command line: its data are where the original's are. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { originalOf, pathsFolderOf } from "../../src/runs/storedCopy.js";
import { buildProduct, objects, type Product } from "../helpers/product.js";

type Json = Record<string, unknown>;
const readJson = (...at: string[]) => JSON.parse(fs.readFileSync(path.join(...at), "utf8")) as Json;

let product: Product;
let file: string;
let run: string;
let copy: string;

beforeAll(async () => {
  product = await buildProduct();
  const rows = Array.from({ length: 200 }, (_, i) => `${i / 100},${Math.sin(i)},${i % 2}`);
  fs.mkdirSync(path.join(product.folder, "data"));
  fs.writeFileSync(path.join(product.folder, "data", "rows.csv"), ["a,b,label", ...rows].join("\n"));
  file = product.trainingFile("rows.train.yaml", "data: { train: data/rows.csv }\nmodel: [dense: 2]\ntraining: { epochs: 2 }\nthreads: 1\nsearch: { trials: 1, confirm: 0, space: { optimizer.adam.lr: [0.1] } }\n");
  const result = await product.descent("train", file, "--json");
  expect([result.code, result.stderr]).toEqual([0, ""]);
  run = (objects(result.stdout)[0] as { run: string }).run;
  copy = path.join(run, "rows.train.yaml");
}, 180_000);
afterAll(() => product?.dispose());

describe("the copy that a run keeps", () => {
  it("is known by its manifest; other files are their own", () => {
    expect([originalOf(copy), pathsFolderOf(copy)]).toEqual([file, product.folder]);
    expect([originalOf(file), pathsFolderOf(file)]).toEqual([null, product.folder]);
    const beside = path.join(run, "other.train.yaml");
    expect([originalOf(beside), pathsFolderOf(beside)]).toEqual([null, run]);
  });

  it("whose original's folder is gone has its paths beside itself", () => {
    const folder = path.join(product.folder, "moved");
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "run.json"), JSON.stringify({ ...readJson(run, "run.json"), file: path.join(product.folder, "nowhere", "rows.train.yaml") }));
    expect(pathsFolderOf(path.join(folder, "rows.train.yaml"))).toBe(folder);
  });

  it("is linted and checked with the original's data, which a line says", async () => {
    const lint = await product.descent("lint", copy);
    expect([lint.code, lint.stderr]).toEqual([0, expect.stringMatching(/^\S+ is the copy of rows\.train\.yaml that \S+-rows keeps: its paths start at \S+\n$/)]);
    expect(lint.stdout).toBe((await product.descent("lint", file)).stdout.replaceAll("rows.train.yaml", path.relative(product.folder, copy)));
    const check = await product.descent("check", copy, "--only", "initial-loss", "--format", "json");
    expect(check.stderr).toContain("is the copy of");
    expect(objects(check.stdout).find(({ event }) => event === "check")).toMatchObject({ id: "initial-loss", status: "passed" });
  }, 180_000);

  it("is trained into the original's runs, and a copy of the copy is too", async () => {
    const second = await product.descent("train", copy, "--json");
    expect(second.code, second.stderr).toBe(0);
    const { run: again } = objects(second.stdout)[0] as { run: string };
    expect(path.dirname(again)).toBe(path.join(product.folder, "runs"));
    expect(readJson(again, "run.json").metrics).toEqual(readJson(run, "run.json").metrics);
    const third = await product.descent("train", path.join(again, "rows.train.yaml"), "--json");
    expect(third.code, third.stderr).toBe(0);
    expect(path.dirname((objects(third.stdout)[0] as { run: string }).run)).toBe(path.join(product.folder, "runs"));
  }, 180_000);

  it("goes on with its own run, which keeps the original's name", async () => {
    const resumed = await product.descent("train", copy, "--resume", run, "--set", "training.epochs=3", "--json");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readJson(run, "run.json")).toMatchObject({ file, state: "finished" });
  }, 180_000);

  it("of a search is searched again", async () => {
    const first = await product.descent("search", file, "--json");
    const { search } = objects(first.stdout)[0] as { search: string };
    const again = await product.descent("search", path.join(search, "rows.train.yaml"), "--json");
    expect([first.code, again.code], again.stderr).toEqual([0, 0]);
    expect(path.dirname((objects(again.stdout)[0] as { search: string }).search)).toBe(path.join(product.folder, "runs"));
    const trial = path.join(search, "trials", "0001", "rows.train.yaml");
    expect([originalOf(trial), pathsFolderOf(trial)]).toEqual([file, product.folder]);
  }, 180_000);
});
