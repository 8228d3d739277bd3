import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import type { Tuning } from "../../../src/engine/training/types.js";
import { wasQuiet, watchOthers } from "../../../src/runtime/training/otherPrograms.js";
import { tuningFor, type TuningSource } from "../../../src/runtime/training/tuningStore.js";

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

const found = (tuning: Tuning, disturbed = false) => ({ tuning, disturbed });
/** A machine on which `measure` finds this. */
const on = (measure: TuningSource["measure"], quiet = true): TuningSource => ({ measure, isQuiet: () => quiet, log: silent });
const never: TuningSource["measure"] = () => Promise.reject(new Error("measured again"));

const [one, two] = [{ threads: 1, chunkSteps: 20, lowering: "plain" }, { threads: 2, chunkSteps: 40, lowering: "blocked" }];

it("is measured once and then kept", async () => {
  const model = await moons();
  expect(await tuningFor(model, storage, on(() => Promise.resolve(found(one))))).toEqual(one);
  expect(await tuningFor(model, storage, on(never))).toEqual(one);
});

it("is the same for runs that begin together, whatever each of them measured", async () => {
  const model = await moons();
  let release = silent;
  const slow = tuningFor(model, storage, on(() => new Promise((resolve) => { release = () => resolve(found(two)); })));
  expect(await tuningFor(model, storage, on(() => Promise.resolve(found(one))))).toEqual(one);
  release();
  expect(await slow).toEqual(one);
});

it("is measured again where what is stored is damaged", async () => {
  const model = await moons();
  await tuningFor(model, storage, on(() => Promise.resolve(found(one))));
  const [file] = fs.readdirSync(path.join(storage, "tuning"));
  fs.writeFileSync(path.join(storage, "tuning", file), "{");
  expect(await tuningFor(model, storage, on(() => Promise.resolve(found(two))))).toEqual(two);
  expect(await tuningFor(model, storage, on(() => Promise.resolve(found(one))))).toEqual(two);
});

describe("what was measured while other programs computed", () => {
  it("stands while the machine is busy, to the bit, and is measured once more when it is quiet", async () => {
    const model = await moons();
    const asked: (Tuning | null)[] = [];
    const finds = (tuning: Tuning, disturbed: boolean): TuningSource["measure"] => (incumbent) => {
      asked.push(incumbent);
      return Promise.resolve(found(tuning, disturbed));
    };
    expect(await tuningFor(model, storage, on(finds(one, true), false))).toEqual(one);
    expect(await tuningFor(model, storage, on(never, false))).toEqual(one);
    // others begin again while it is measured: that says nothing
    expect(await tuningFor(model, storage, on(finds(two, true)))).toEqual(one);
    expect(await tuningFor(model, storage, on(finds(two, false)))).toEqual(two);
    expect(asked).toEqual([null, one, one]);
    // from now on it is known, on a busy machine too
    expect(await tuningFor(model, storage, on(never))).toEqual(two);
    expect(await tuningFor(model, storage, on(never, false))).toEqual(two);
  });

  it("is told, and so is that the bits change", async () => {
    const model = await moons();
    const told: string[] = [];
    const log = (_: string, text: string) => void told.push(text);
    await tuningFor(model, storage, { ...on(() => Promise.resolve(found(one, true)), false), log });
    await tuningFor(model, storage, { ...on(() => Promise.resolve(found(two))), log });
    expect(told).toEqual([expect.stringContaining("1 thread, plain for now"), expect.stringContaining("2 threads, blocked instead of 1 thread, plain")]);
  });

  it("stays where runs that begin together measure again: the first one's word counts", async () => {
    const model = await moons();
    await tuningFor(model, storage, on(() => Promise.resolve(found(one, true)), false));
    let release = silent;
    const slow = tuningFor(model, storage, on(() => new Promise((resolve) => { release = () => resolve(found(two)); })));
    expect(await tuningFor(model, storage, on(() => Promise.resolve(found(one))))).toEqual(one);
    release();
    expect(await slow).toEqual(one);
  });
});

describe("other programs", () => {
  it("are noticed when they compute", async () => {
    const isDisturbed = watchOthers();
    const cores = os.cpus().length;
    const program = "const end = Date.now() + 1500; while (Date.now() < end);";
    await Promise.all(Array.from({ length: cores }, () => promisify(execFile)(process.execPath, ["-e", program])));
    expect(isDisturbed()).toBe(true);
  });

  it("a machine was quiet with half a core of load, or a tenth of its cores", () => {
    expect([wasQuiet(0.4, 2), wasQuiet(0.6, 2), wasQuiet(1.5, 16), wasQuiet(1.7, 16), wasQuiet(0, 4)]).toEqual([true, false, true, false, true]);
  });
});
