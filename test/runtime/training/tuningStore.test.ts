import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import { tuningFor } from "../../../src/runtime/training/tuningStore.js";

let storage: string;
beforeEach(() => {
  storage = fs.mkdtempSync(path.join(os.tmpdir(), "descent-tuning-"));
});
afterEach(() => fs.rmSync(storage, { recursive: true, force: true }));

const silent = (): void => {};

async function moons() {
  const { config } = parseTrainingFile("data: { train: { generate: two_moons, examples: 100 } }\nmodel: [{ dense: 2 }]\n", { file: "moons.train.yaml" });
  if (config === null) throw new Error("the file has problems");
  return { config, dataset: await loadDataset(config, { folder: storage, log: silent, progress: silent }), provider: "cpu" as const };
}

const [one, two] = [{ threads: 1, chunkSteps: 20, lowering: "plain" }, { threads: 2, chunkSteps: 40, lowering: "blocked" }];

it("is measured once and then kept", async () => {
  const model = await moons();
  expect(await tuningFor(model, storage, () => Promise.resolve(one), silent)).toEqual(one);
  expect(await tuningFor(model, storage, () => Promise.reject(new Error("measured again")), silent)).toEqual(one);
});

it("is the same for runs that begin together, whatever each of them measured", async () => {
  const model = await moons();
  let release = silent;
  const slow = tuningFor(model, storage, () => new Promise((resolve) => { release = () => resolve(two); }), silent);
  expect(await tuningFor(model, storage, () => Promise.resolve(one), silent)).toEqual(one);
  release();
  expect(await slow).toEqual(one);
});

it("is measured again where what is stored is damaged", async () => {
  const model = await moons();
  await tuningFor(model, storage, () => Promise.resolve(one), silent);
  const [file] = fs.readdirSync(path.join(storage, "tuning"));
  fs.writeFileSync(path.join(storage, "tuning", file), "{");
  expect(await tuningFor(model, storage, () => Promise.resolve(two), silent)).toEqual(two);
  expect(await tuningFor(model, storage, () => Promise.resolve(one), silent)).toEqual(two);
});
