/** A disk that fills up while a run goes on: the run is told once, nothing is lost, earlier checkpoints stand. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DescentError } from "../../../src/common/errors.js";
import { readNewestState } from "../../../src/runs/checkpoints.js";
import { readScalars } from "../../../src/runs/events/readScalars.js";
import { Recorder } from "../../../src/runtime/training/recorder.js";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-recorder-"))));
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

function recorder() {
  const troubles: DescentError[] = [];
  let recoveries = 0;
  const made = new Recorder({ folder, firstStep: 1, onTrouble: (error) => troubles.push(error), onRecovery: () => recoveries++ });
  return { made, troubles, recoveries: () => recoveries };
}

/** From now on the file system writes half of what it is given, once, and then has no room. */
function fillDisk(): void {
  const write = fs.writeSync;
  let first = true;
  const half = (descriptor: number, bytes: Uint8Array, offset = 0, length = bytes.length - offset, position: number | null = null): number => {
    if (!first) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    first = false;
    return write(descriptor, bytes, offset, Math.floor(length / 2), position);
  };
  vi.spyOn(fs, "writeSync").mockImplementation(half as typeof fs.writeSync);
}

const losses = async () => [...(await readScalars(folder)).series.get("train/loss")!.values];

describe("a full disk", () => {
  it("is told once; what could not be written follows when there is room", async () => {
    const { made, troubles, recoveries } = recorder();
    made.scalars("train", 1, ["loss"], [1]);
    made.flush();
    fillDisk();
    for (let step = 2; step <= 4; step++) {
      made.scalars("train", step, ["loss"], [step]);
      made.flush();
    }
    expect(troubles.map(({ code }) => code)).toEqual(["disk-full"]);
    expect(await losses()).toEqual([1]);
    vi.restoreAllMocks();
    made.scalars("train", 5, ["loss"], [5]);
    expect(made.close()).toBeNull();
    expect(recoveries()).toBe(1);
    expect(await losses()).toEqual([1, 2, 3, 4, 5]);
    expect((await readScalars(folder)).damage).toEqual([]);
  });

  it("leaves the last checkpoint as it was, and no rest of the new one", async () => {
    const { made, troubles } = recorder();
    expect(made.checkpoint(10, Uint8Array.of(1, 2, 3), 3)).toMatchObject({ step: 10 });
    fillDisk();
    expect(made.checkpoint(20, new Uint8Array(1000), 3)).toBeNull();
    expect(troubles.map(({ code }) => code)).toEqual(["disk-full"]);
    vi.restoreAllMocks();
    expect(fs.readdirSync(path.join(folder, "checkpoints"))).toEqual(["step-00000010.state"]);
    expect([...(await readNewestState(folder, (bytes) => bytes))!]).toEqual([1, 2, 3]);
  });

  it("is not over when a small file finds room", () => {
    const { made, troubles, recoveries } = recorder();
    fillDisk();
    made.scalars("train", 1, ["loss"], [1]);
    made.flush();
    made.flush();
    const write = vi.mocked(fs.writeSync).getMockImplementation()!;
    vi.restoreAllMocks();
    made.evaluation({ confusion: [], projection: null });
    expect([troubles.length, recoveries()]).toEqual([1, 0]);
    vi.spyOn(fs, "writeSync").mockImplementation(write);
    made.flush();
    vi.restoreAllMocks();
    made.flush();
    expect([troubles.length, recoveries()]).toEqual([1, 1]);
  });

  it("that never gets room again is the run's error at its end", () => {
    const { made } = recorder();
    fillDisk();
    made.scalars("train", 1, ["loss"], [1]);
    expect(made.close()).toMatchObject({ code: "disk-full" });
  });
});

describe("checkpoints", () => {
  it("keep as many as wanted, and pass over a damaged one", async () => {
    const { made } = recorder();
    for (const step of [10, 20, 30, 40]) made.checkpoint(step, Uint8Array.of(step), 3);
    expect(fs.readdirSync(path.join(folder, "checkpoints")).sort()).toEqual(["step-00000020.state", "step-00000030.state", "step-00000040.state"]);
    const decode = (bytes: Uint8Array) => {
      if (bytes[0] === 40) throw new Error("damaged");
      return bytes[0];
    };
    expect(await readNewestState(folder, decode)).toBe(30);
    await expect(readNewestState(folder, () => { throw new Error("damaged"); })).rejects.toMatchObject({ code: "checkpoint-damaged" });
  });
});
