/** A search whose trials find no room on the disk, or a scheduler that does not take them: pauses that grow, told once. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import type { Manifest } from "../../../src/protocol/manifest.js";
import type { SearchManifest } from "../../../src/protocol/search.js";
import type { Executor, TrialOutcome } from "../../../src/trials/executor.js";
import { Backoff } from "../../../src/trials/search/backoff.js";
import { JournalWriter } from "../../../src/trials/search/journal.js";
import { Search } from "../../../src/trials/search/search.js";
import { SearchLog } from "../../../src/trials/search/searchLog.js";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-search-"));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  fs.rmSync(folder, { recursive: true });
});

const full: TrialOutcome = { kind: "refused", error: { code: "disk-full", message: "No room is left for the run in /x." } };
const finished: TrialOutcome = { kind: "ended", manifest: { state: "finished", step: 10, epochs: 1, seconds: 1, metrics: { "validation/loss": 0.5 }, error: null } as unknown as Manifest };

/** A search of trials each of which, when it is begun, comes out as `outcome` says. */
function searchOf(trials: number, slots: number, outcome: () => TrialOutcome | Promise<TrialOutcome>) {
  const text = `data: { train: { generate: two_moons } }\nmodel: [dense: 2]\nsearch: { trials: ${trials}, confirm: 0, space: { optimizer.adam.lr: { log_uniform: [1e-5, 1e-1] } } }`;
  const source = { file: "/x/a.train.yaml", text, overrides: {} };
  const begun: number[] = [];
  const told: string[] = [];
  const executor: Executor = {
    slots, outlives: false,
    start: (request) => {
      begun.push(Date.now());
      return { request, outcome: Promise.resolve(outcome()), stop() {} };
    },
    close: async () => {},
  };
  const search = new Search({
    folder, source, executor, plan: parseTrainingFile(text, { file: source.file }).search!, baseSeed: 0, splitSeed: 0,
    manifest: { trials, metric: "validation/loss", lowerIsBetter: true } as SearchManifest,
    log: new SearchLog(true), journal: new JournalWriter(path.join(folder, "journal.log"), () => {}),
    hooks: { onProgress: () => {}, onLog: (level, words) => told.push(`${level} ${words}`) },
  });
  return { search, begun, told };
}

it("tries again after 1, 2, 4, ... 30 s, says so once, and goes on when there is room", async () => {
  let isFull = true;
  const { search, begun, told } = searchOf(3, 1, () => (isFull ? full : finished));
  const start = Date.now();
  const end = search.run();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(begun.map((at) => Math.round((at - start) / 1000))).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  expect(told).toEqual([expect.stringMatching(/^warning trial 1: No room is left.*\(disk-full\)/)]);
  isFull = false;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await end).toEqual({ state: "finished" });
  expect(told.slice(1)).toEqual(["info there is room again: trials go on"]);
  const journal = fs.readFileSync(path.join(folder, "journal.log"), "utf8");
  expect(journal.match(/"entry":"ended"/g)).toHaveLength(3);
  expect(journal.match(/"state":"finished"/g)).toHaveLength(3);
});

it("takes several trials that fail at once as one failure", async () => {
  const { search, begun } = searchOf(8, 4, () => full);
  const start = Date.now();
  void search.run();
  await vi.advanceTimersByTimeAsync(8_000);
  const rounds = new Map<number, number>();
  for (const at of begun) rounds.set(Math.round((at - start) / 1000), 1 + (rounds.get(Math.round((at - start) / 1000)) ?? 0));
  expect([...rounds.keys()]).toEqual([0, 1, 3, 7]);
  expect([...rounds.values()]).toEqual([4, 4, 4, 4]);
});

it("begins with a short pause again after a success", () => {
  const backoff = new Backoff();
  expect([backoff.failed(0), backoff.failed(500), backoff.failed(1000), backoff.failed(3000)]).toEqual([1000, 500, 2000, 4000]);
  expect([backoff.lasts(6999), backoff.lasts(7000)]).toEqual([true, false]);
  backoff.succeeded();
  expect([backoff.lasts(3500), backoff.failed(7000)]).toEqual([false, 1000]);
});

const untaken: TrialOutcome = { kind: "refused", error: { code: "slurm-refused", message: "sbatch failed: QOSMaxSubmitJobPerUserLimit", path: "cluster" } };

it("trials that the scheduler does not take wait while others are under way, and are asked for again", async () => {
  // the first goes on for a while, the scheduler takes no more beside it
  let under = 0;
  const { search, told } = searchOf(3, 2, () => {
    if (under > 0) return untaken;
    under += 1;
    return new Promise((resolve) => setTimeout(() => {
      under -= 1;
      resolve(finished);
    }, 10_000));
  });
  const end = search.run();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await end).toEqual({ state: "finished" });
  expect(told[0]).toMatch(/^warning trial 2: sbatch failed.*\(slurm-refused\) It waits/);
  const journal = fs.readFileSync(path.join(folder, "journal.log"), "utf8");
  expect(journal.match(/"entry":"ended".*"state":"finished"/g)).toHaveLength(3);
});

it("where the scheduler takes none the search fails, and no trial counts as failed", async () => {
  const { search } = searchOf(8, 4, () => untaken);
  expect(await search.run()).toMatchObject({ state: "failed", error: { code: "slurm-refused", location: { path: "cluster" } } });
  const journal = fs.readFileSync(path.join(folder, "journal.log"), "utf8");
  expect(journal).not.toContain('"entry":"ended"');
  expect(journal.match(/"entry":"interrupted"/g)).toHaveLength(4);
});
