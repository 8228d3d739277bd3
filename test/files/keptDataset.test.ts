import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import { keptDataset } from "../../src/files/keptDataset.js";
import { loadDataset } from "../../src/files/loadDataset.js";

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
    return loadDataset(config, { folder, log: () => {} });
  };
  return { count, load };
};

describe("data of many runs", () => {
  it("is read once, and the same to the last bit for those that find it", async () => {
    const config = configOf("");
    const { count, load } = reader(config);
    const first = await keptDataset(path.join(folder, "data"), config, load);
    const second = await keptDataset(path.join(folder, "data"), config, load);
    expect([first.isKept, second.isKept, count.reads]).toEqual([false, true, 1]);
    expect(second.dataset).toEqual(first.dataset);
    expect(second.dataset.inputs.data.constructor).toBe(first.dataset.inputs.data.constructor);
  });

  it("is the same for other rates and hidden units, and another for what changes how it is read", async () => {
    const read = async (more: string) => {
      const config = configOf(more);
      return (await keptDataset(path.join(folder, "data2"), config, reader(config).load)).isKept;
    };
    expect(await read("")).toBe(false);
    expect(await read("optimizer: { sgd: { lr: 0.5 } }\ntraining: { epochs: 3 }")).toBe(true);
    expect(await read("seed: 5")).toBe(false); // another split
    expect(await read("loss: mse")).toBe(false);
  });

  it("that cannot be kept, or is damaged, is read again", async () => {
    const config = configOf("");
    const { count, load } = reader(config);
    fs.writeFileSync(path.join(folder, "no-folder"), "");
    for (let i = 0; i < 2; i++) expect((await keptDataset(path.join(folder, "no-folder"), config, load)).isKept).toBe(false);
    const kept = path.join(folder, "data");
    for (const name of fs.readdirSync(kept)) fs.truncateSync(path.join(kept, name), 100);
    expect((await keptDataset(kept, config, load)).isKept).toBe(false);
    expect((await keptDataset(kept, config, load)).isKept).toBe(true);
    expect(count.reads).toBe(3);
  });
});
