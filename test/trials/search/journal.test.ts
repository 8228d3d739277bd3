/** The journal: what is written is read, whatever a crash or a full disk leaves at its end; how a search stands follows from it. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JournalEntry } from "../../../src/protocol/search.js";
import { JournalTail, JournalWriter, lineOf, readJournal } from "../../../src/trials/search/journal.js";
import { SearchLog } from "../../../src/trials/search/searchLog.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-journal-"));
  file = path.join(folder, "journal.log");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const at = "2026-01-01T00:00:00.000Z";
const planned = (trial: number): JournalEntry => ({ entry: "planned", at, trial, settings: { "optimizer.adam.lr": trial / 10 }, overrides: { "optimizer.adam.lr": trial / 10 }, confirms: null, seed: null });
const started = (trial: number, attempt = 1): JournalEntry => ({ entry: "started", at, trial, attempt });
const evaluated = (trial: number, step: number, value: number): JournalEntry => ({ entry: "evaluated", at, trial, step, epoch: step / 10, value });
const ended = (trial: number, state: "finished" | "stopped" | "failed" = "finished"): JournalEntry => ({ entry: "ended", at, trial, state, seconds: 1, steps: 30, metrics: {}, error: null });
const entries = [planned(1), started(1), planned(2), evaluated(1, 10, 0.5), started(2), evaluated(1, 20, 0.4), ended(1)];

it("cut anywhere, gives the entries that are whole, and goes on behind them", async () => {
  const whole = Buffer.from(entries.map(lineOf).join(""));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), fc.uint8Array({ maxLength: 20 }), async (length, rubbish) => {
      fs.writeFileSync(file, Buffer.concat([whole.subarray(0, length), rubbish.filter((byte) => byte !== 0x0a)]));
      const before = await readJournal(file);
      expect(before).toEqual(entries.slice(0, before.length));
      const writer = new JournalWriter(file, () => {});
      expect(writer.add(ended(2))).toBe(null);
      writer.close();
      const sound = whole.subarray(0, length).toString().split("\n").length - 1;
      expect(await readJournal(file)).toEqual([...entries.slice(0, sound), ended(2)]);
    }),
    { numRuns: 60 },
  );
});

it("a changed byte costs its line alone", async () => {
  const text = entries.map(lineOf).join("");
  const place = text.indexOf("0.5", text.indexOf("evaluated"));
  fs.writeFileSync(file, text.slice(0, place) + "0.6" + text.slice(place + 3));
  expect(await readJournal(file)).toEqual(entries.filter((_, i) => i !== 3));
});

it("is followed while it grows", async () => {
  const tail = new JournalTail(file);
  expect(await tail.read()).toEqual([]);
  fs.writeFileSync(file, lineOf(entries[0]) + lineOf(entries[1]).slice(0, 12));
  expect(await tail.read()).toEqual([entries[0]]);
  fs.appendFileSync(file, lineOf(entries[1]).slice(12) + lineOf(entries[2]));
  expect(await tail.read()).toEqual([entries[1], entries[2]]);
  expect(await tail.read()).toEqual([]);
});

it("keeps what a full disk refuses, in order, without a torn line between; tells a folder that is gone", async () => {
  const written: JournalEntry[] = [];
  const writer = new JournalWriter(file, (entry) => written.push(entry));
  writer.add(entries[0]);
  const { writeSync } = fs;
  const full = vi.spyOn(fs, "writeSync").mockImplementation(((descriptor: number, bytes: Buffer, from: number, length: number, position: number) => {
    writeSync(descriptor, bytes, from, Math.min(7, length), position); // a part of it still fits
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  }) as unknown as typeof fs.writeSync);
  expect(writer.add(entries[1])?.code).toBe("disk-full");
  expect(writer.add(entries[2])?.code).toBe("disk-full");
  expect(writer.pending).toBe(2);
  full.mockRestore();
  expect(writer.flush()).toBe(null);
  expect(written).toEqual(entries.slice(0, 3));
  expect(await readJournal(file)).toEqual(entries.slice(0, 3));
  fs.rmSync(folder, { recursive: true });
  expect(writer.add(entries[3])?.code).toBe("search-folder-missing");
  writer.close();
});

describe("how a search stands", () => {
  const logOf = (list: readonly JournalEntry[], lowerIsBetter = true) => {
    const log = new SearchLog(lowerIsBetter);
    for (const entry of list) log.add(entry);
    return log;
  };
  it("trials, their best values and states", () => {
    const log = logOf(entries);
    expect(log.trials.map(({ state, best }) => [state, best])).toEqual([["finished", { value: 0.4, step: 20 }], ["running", null]]);
    expect(logOf(entries, false).trials[0].best).toEqual({ value: 0.5, step: 10 });
  });
  it("points that a trial goes back over give way", () => {
    const log = logOf([...entries.slice(0, 6), { entry: "interrupted", at, trial: 1, error: { code: "process-died", message: "" } }, started(1, 2), evaluated(1, 20, 0.45), evaluated(1, 30, 0.6)]);
    expect(log.trials[0]).toMatchObject({ steps: [10, 20, 30], values: [0.5, 0.45, 0.6], best: { value: 0.45, step: 20 }, attempts: 2, interruptions: 0 });
  });
  it("a stopped trial stays stopped, a promoted one goes on", () => {
    const stop: JournalEntry = { entry: "stop", at, trial: 1, reason: "median" };
    expect(logOf([...entries.slice(0, 6), stop]).trials[0].state).toBe("stopping");
    expect(logOf([...entries.slice(0, 6), stop, ended(1, "stopped")]).trials[0]).toMatchObject({ state: "stopped", stopReason: "median" });
    expect(logOf([...entries.slice(0, 6), stop, ended(1, "stopped"), { entry: "promoted", at, trial: 1 }]).trials[0]).toMatchObject({ state: "waiting", promoted: true, stopReason: null });
  });
  it("the winner is the best whose model is there, never a confirmation or NaN", () => {
    const list = [planned(1), evaluated(1, 10, 0.5), ended(1), planned(2), evaluated(2, 10, 0.1), ended(2, "failed"), planned(3), { ...evaluated(3, 10, 0), value: "NaN" as const }, ended(3), { ...planned(4), confirms: 1, seed: 1 } as JournalEntry, evaluated(4, 10, 0.2), ended(4)];
    const log = logOf(list);
    expect(log.ranked().map(({ trial }) => trial)).toEqual([1, 3, 2]);
    expect(log.winner()?.trial).toBe(1);
    expect(log.confirmationsOf(1).map(({ trial }) => trial)).toEqual([4]);
  });
});
