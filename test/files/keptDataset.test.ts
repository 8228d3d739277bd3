import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import { keptDataset } from "../../src/files/keptDataset.js";
import { loadDataset } from "../../src/files/loadDataset.js";
import { streamInProcess } from "../../src/files/stream/readExamples.js";
import { removeScratch } from "../../src/files/stream/scratchFile.js";
import type { StreamPlan } from "../../src/files/stream/streamDataset.js";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-kept-"));
  fs.writeFileSync(path.join(folder, "a.csv"), `x,word,label\n${Array.from({ length: 60 }, (_, i) => `${i / 7},${["red", "green", "blue"][i % 3]},${i % 2}`).join("\n")}\n`);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const configOf = (more: string) => parseTrainingFile(`data: { train: a.csv, scaling: standardize }\nmodel: [{ dense: 8 }, { dense: 2 }]\n${more}`, { file: path.join(folder, "a.train.yaml") }).config!;

/** Reads as slowly as a large file; counts. */
const reader = (config: ReturnType<typeof configOf>) => {
  const count = { reads: 0 };
  const load = async () => {
    count.reads += 1;
    await sleep(120);
    return { dataset: await loadDataset(config, { folder, log: () => {} }), plan: null };
  };
  return { count, reader: { load, openStream: () => { throw new Error("nothing is streamed"); } } };
};

describe("data of many runs", () => {
  it("is read once, and the same to the last bit for those that find it", async () => {
    const config = configOf("");
    const { count, reader: slow } = reader(config);
    const first = await keptDataset(path.join(folder, "data"), config, slow);
    const second = await keptDataset(path.join(folder, "data"), config, slow);
    expect([first.isKept, second.isKept, count.reads]).toEqual([false, true, 1]);
    expect(second.dataset).toEqual(first.dataset);
    expect(second.dataset.inputs.data.constructor).toBe(first.dataset.inputs.data.constructor);
  });

  it("is read once by runs that begin at the same time, and by one that waits where the reader is gone", async () => {
    const config = configOf("");
    const shared = path.join(folder, "data4");
    const { count, reader: slow } = reader(config);
    const all = await Promise.all([1, 2, 3, 4].map(() => keptDataset(shared, config, slow)));
    expect([all.filter(({ isKept }) => isKept).length, count.reads]).toEqual([3, 1]);
    for (const { dataset } of all) expect(dataset).toEqual(all[0].dataset);
    const [kept] = fs.readdirSync(shared);
    expect(fs.readdirSync(shared)).toEqual([kept]); // no turn is left
    // a reader that was killed: its turn stays behind, with the number of a process that is no more
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    for (const owner of [String(dead), ""]) {
      fs.rmSync(path.join(shared, kept));
      fs.writeFileSync(path.join(shared, `${kept}.reading`), owner);
      expect((await keptDataset(shared, config, slow)).isKept).toBe(false);
      expect(fs.readdirSync(shared)).toEqual([kept]);
    }
  });

  it("is the same for other rates and hidden units, and another for what changes how it is read", async () => {
    const read = async (more: string) => {
      const config = configOf(more);
      return (await keptDataset(path.join(folder, "data2"), config, reader(config).reader)).isKept;
    };
    expect(await read("")).toBe(false);
    expect(await read("optimizer: { sgd: { lr: 0.5 } }\ntraining: { epochs: 3 }")).toBe(true);
    expect(await read("seed: 5")).toBe(false); // another split
    expect(await read("loss: mse")).toBe(false);
  });

  it("that are streamed have their rows in one file, which stays when the run that wrote it has gone", async () => {
    const config = parseTrainingFile("data: { train: a.csv, scaling: standardize, stream: true }\nmodel: [{ dense: 2 }]", { file: path.join(folder, "a.train.yaml") }).config!;
    const shared = path.join(folder, "data3");
    const all = Int32Array.from({ length: 60 }, (_, i) => i);
    let reads = 0;
    const run = async () => {
      let plan: StreamPlan | null = null;
      const opened: StreamPlan[] = [];
      const openStream = (one: StreamPlan) => streamInProcess((opened.push(one), one));
      const { dataset, isKept } = await keptDataset(shared, config, {
        openStream,
        load: async (scratch) => {
          reads += 1;
          await sleep(120);
          const read = await loadDataset(config, { folder, log: () => {}, scratch, openStream: (one) => openStream((plan = one)) });
          return { dataset: read, plan };
        },
      });
      const values = (await dataset.stream!.read(all, true)).data;
      await dataset.stream!.dispose();
      opened.flatMap(({ scratch }) => scratch).forEach(removeScratch);
      return { isKept, values, targets: dataset.targets, splits: dataset.splits, scaling: dataset.scaling, dims: dataset.inputs.dims };
    };
    const [first, second, third] = [await run(), await run(), await run()];
    expect([first.isKept, second.isKept, third.isKept, reads]).toEqual([false, true, true, 1]);
    expect(first.values.length).toBe(60 * 4); // x and three words
    expect({ ...second, isKept: false }).toEqual(first);
    expect({ ...third, isKept: false }).toEqual(first);
    expect(fs.readdirSync(shared).filter((name) => name.includes("rows"))).toHaveLength(1);
    // a file of rows that is gone: read again
    for (const name of fs.readdirSync(shared)) if (name.includes("rows")) fs.rmSync(path.join(shared, name));
    expect({ ...(await run()), isKept: false }).toEqual(first);
    expect(reads).toBe(2);
  });

  it("that cannot be kept, or is damaged, is read again", async () => {
    const config = configOf("");
    const { count, reader: slow } = reader(config);
    fs.writeFileSync(path.join(folder, "no-folder"), "");
    for (let i = 0; i < 2; i++) expect((await keptDataset(path.join(folder, "no-folder"), config, slow)).isKept).toBe(false);
    const kept = path.join(folder, "data");
    for (const name of fs.readdirSync(kept)) fs.truncateSync(path.join(kept, name), 100);
    expect((await keptDataset(kept, config, slow)).isKept).toBe(false);
    expect((await keptDataset(kept, config, slow)).isKept).toBe(true);
    expect(count.reads).toBe(3);
  });
});
