/** TensorBoard's own reader must see what we wrote. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { EventFileWriter } from "../../src/runs/events/eventFileWriter.js";
import { readScalars } from "../../src/runs/events/readScalars.js";

const fixture = path.join(import.meta.dirname, "../fixtures/tensorboard/tensorboardReads.json");
/** What TensorBoard's reader made of the files: by the hash of their bytes, so that it is known where there is no Python. `python3 tensorboardReads.py FOLDER` makes it. */
const stored = JSON.parse(fs.readFileSync(fixture, "utf8")) as { readonly sha256: string; readonly read: Readonly<Record<string, readonly (readonly [number, string, number])[]>> };

const script = path.join(import.meta.dirname, "../fixtures/tensorboard/tensorboardReads.py");
const python = spawnSync("python3", ["-c", "import tensorboard.backend.event_processing.event_accumulator"], { encoding: "utf8" });
const reason = python.error ? "no python3" : python.status === 0 ? null : "python3 has no tensorboard";

let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-tensorboard-"));
  // the wall time of a file's first record is that of its making
  vi.useFakeTimers({ now: 1_763_728_777_000, toFake: ["Date"] });
  const first = new EventFileWriter(path.join(folder, "train"), 1);
  for (let step = 1; step <= 60; step++) first.scalars(1_763_728_777 + step, step, ["loss", "learning_rate", "gradient_norm/dense_1"], [Math.fround(2.3 / step), Math.fround(1e-3), step === 7 ? Number.NaN : step]);
  first.close();
  vi.setSystemTime(1_763_729_777_000);
  const resumed = new EventFileWriter(path.join(folder, "train"), 41);
  for (let step = 41; step <= 80; step++) resumed.scalars(1_763_729_777 + step, step, ["loss"], [Math.fround(-step)]);
  resumed.close();
  const validation = new EventFileWriter(path.join(folder, "validation"), 1);
  validation.scalars(1_763_728_800, 50, ["loss", "accuracy"], [0.25, Infinity]);
  validation.close();
  vi.useRealTimers();
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Of all event files, in the order of their folders and names. */
function hash(): string {
  const sum = createHash("sha256");
  for (const split of ["train", "validation"]) for (const name of fs.readdirSync(path.join(folder, split)).sort()) sum.update(fs.readFileSync(path.join(folder, split, name)));
  return sum.digest("hex");
}

async function expectSame(theirs: typeof stored.read): Promise<void> {
  const ours = (await readScalars(folder)).series;
  for (const reader of ["classic", "plugin"]) {
    const tags = Object.keys(theirs).filter((tag) => tag.startsWith(reader)).map((tag) => tag.slice(reader.length + 1));
    expect(tags.sort()).toEqual([...ours.keys()].sort());
    for (const [tag, { steps, values, wallTimes }] of ours) {
      expect(theirs[`${reader}/${tag}`].map(([step, value, time]) => [step, numberOf(value), time])).toEqual(Array.from(steps, (step, i) => [step, values[i], wallTimes[i]]));
    }
  }
  expect(ours.get("train/loss")!.steps.length).toBe(80);
  expect(ours.get("train/gradient_norm/dense_1")!.steps.length).toBe(40);
}

describe("TensorBoard's own reader shows what ours does, a resumed run as one curve", () => {
  it("as it was stored, of the very bytes that are written now", async () => {
    expect(hash()).toBe(stored.sha256);
    await expectSame(stored.read);
  });

  it.skipIf(reason !== null)(`as it reads them here${reason ? ` (skipped: ${reason})` : ""}`, async () => {
    const read = spawnSync("python3", [script, folder], { encoding: "utf8", maxBuffer: 1 << 26 });
    expect(read.status, read.stderr).toBe(0);
    const { sha256, read: theirs } = JSON.parse(read.stdout) as typeof stored;
    if (process.env.DESCENT_STORE) fs.writeFileSync(fixture, `${JSON.stringify({ sha256, read: theirs })}\n`);
    expect(sha256).toBe(hash());
    await expectSame(theirs);
  });
});

/** Python's `repr` of a float. */
function numberOf(text: string): number {
  return { nan: Number.NaN, inf: Infinity, "-inf": -Infinity }[text] ?? Number(text);
}
