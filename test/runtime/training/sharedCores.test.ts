import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { shareOfCores, takePlace } from "../../../src/runtime/training/sharedCores.js";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-cores-"));
beforeEach(() => void vi.stubEnv("DESCENT_CORES", undefined));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

it("cores are divided among runs, a thread at least for each, and no more than a run can use", () => {
  expect([1, 2, 3, 5, 20].map((runs) => shareOfCores(8, 8, runs))).toEqual([8, 4, 2, 1, 1]);
  expect(shareOfCores(1, 64, 2)).toBe(1);
});

it("counts the processes that train, and forgets those that were killed and those of an earlier start of the machine", async () => {
  const mine = takePlace(folder);
  expect(mine.runs()).toBe(1);
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(other, "spawn");
  takePlace(folder, other.pid!);
  expect(mine.runs()).toBe(2);
  other.kill("SIGKILL");
  await once(other, "exit");
  expect(mine.runs()).toBe(1);
  expect(fs.readdirSync(folder)).toEqual([String(process.pid)]);
  const old = path.join(folder, String(process.ppid));
  fs.writeFileSync(old, "");
  expect(mine.runs()).toBe(2);
  fs.utimesSync(old, 0, 0);
  expect(mine.runs()).toBe(1);
  mine.leave();
  expect(fs.readdirSync(folder)).toEqual([]);
});

it("where the environment says so, a run takes what it would alone", () => {
  const other = takePlace(folder, process.ppid);
  expect(takePlace(folder).runs()).toBe(2);
  vi.stubEnv("DESCENT_CORES", "all");
  expect(takePlace(folder).runs()).toBe(1);
  other.leave();
});

it("where nothing can be written, a run is alone", () => {
  const file = path.join(folder, "file");
  fs.writeFileSync(file, "");
  expect(takePlace(file).runs()).toBe(1);
});
