import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RunFeed, type FeedOptions } from "../../../src/host/panels/runFeed.js";
import type { Finding } from "../../../src/protocol/finding.js";
import type { Manifest } from "../../../src/protocol/manifest.js";
import { hostMessageSchema, type HostMessage } from "../../../src/protocol/panel.js";
import type { RuntimeMessage } from "../../../src/protocol/runtime.js";
import { EventFileWriter } from "../../../src/runs/events/eventFileWriter.js";
import { appendFindings } from "../../../src/runs/findingsFile.js";
import { writeManifest } from "../../../src/runs/manifestFile.js";
import type { RunHandle } from "../../../src/runtime/client/runHandle.js";

const finding: Finding = {
  rule: "loss-flat", severity: "warning", problem: "learning", category: "learning_rate", message: "flat", evidence: {}, confidence: 0.9, step: 10, state: "open",
  file: null, path: "optimizer.adam.lr", range: null, fixes: [], page: "media/rules/loss-flat.md",
};
const matrix = { split: "validation" as const, step: 10, classes: ["a", "b"], cells: [0, 3, 1, 1, 3, 4] };

const manifestOf = (folder: string, state: Manifest["state"]): Manifest => ({
  version: 1, id: path.basename(folder), name: "quick", file: path.join(folder, "quick.train.yaml"), storedFile: "quick.train.yaml", overrides: {},
  created: "2026-03-01T10:00:00.000Z", updated: "2026-03-01T10:00:00.000Z", state, pid: null, socket: null, device: "cpu", threads: 1, seed: 0, task: "classification",
  classes: ["a", "b"], parameters: 10, operations: 10, stepsPerEpoch: 10, totalSteps: 100, epochs: 10, step: 50, seconds: 1, metrics: {}, best: null, layers: [], error: null, checkpoint: null,
});

/** A live run of which the test says what happens. */
class ScriptedRun {
  listener: ((event: RuntimeMessage) => void) | null = null;
  end!: (manifest: Manifest | null) => void;
  disposed = false;
  readonly handle: RunHandle;

  constructor(folder: string) {
    const closed = new Promise<Manifest | null>((resolve) => { this.end = resolve; });
    this.handle = {
      folder,
      attached: { event: "attached", manifest: manifestOf(folder, "running"), step: 50, progress: null, confusion: [matrix], projection: null },
      onEvent: (listener: (event: RuntimeMessage) => void) => {
        this.listener = listener;
        return { dispose: () => {} };
      },
      closed,
      dispose: () => { this.disposed = true; },
    } as unknown as RunHandle;
  }
}

let folder: string;
let sent: HostMessage[];
let visible: boolean;

const feedOn = (handle: RunHandle | null): RunFeed => {
  const options: FeedOptions = {
    attach: () => Promise.resolve(handle),
    post: (message) => sent.push(hostMessageSchema.parse(message)),
    interval: () => 5,
    visible: () => visible,
    init: (run, text) => Promise.resolve({ message: "init", run, folder, file: { name: "quick.train.yaml", text: text ?? "", changed: false }, layout: null, refresh: 50 }),
    explain: (finding) => ({ ...finding, title: "Loss flat" }),
    readEvaluation: () => Promise.resolve({ confusion: [matrix], projection: null }),
  };
  return new RunFeed(folder, options);
};
const kinds = () => sent.map(({ message }) => message);
const points = () => sent.flatMap((message) => (message.message === "series" ? message.series : [])).filter(({ tag }) => tag === "train/loss").flatMap(({ steps }) => Array.from(steps));
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-feed-"));
  sent = [];
  visible = true;
  fs.writeFileSync(path.join(folder, "quick.train.yaml"), "data: {}\n");
  const writer = new EventFileWriter(path.join(folder, "train"), 1);
  for (let step = 1; step <= 50; step++) writer.scalars(0, step, ["loss"], [1 / step]);
  writer.close();
  appendFindings(folder, [finding]);
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("RunFeed", () => {
  it("tells an ended run from its folder: init, findings, history whole, evaluation", async () => {
    writeManifest(folder, manifestOf(folder, "finished"));
    const feed = feedOn(null);
    await feed.start();
    expect(kinds()).toEqual(["init", "findings", "series", "loaded", "confusion"]);
    expect(points()).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(feed.findings).toHaveLength(1);
  });

  it("follows a live run after its history, a few messages however many events", async () => {
    writeManifest(folder, manifestOf(folder, "running"));
    const run = new ScriptedRun(folder);
    const feed = feedOn(run.handle);
    await feed.start();
    sent = [];
    for (let step = 51; step <= 1050; step++) run.listener?.({ event: "series", epoch: 5, series: [{ tag: "train/loss", steps: [step], values: [0.1] }] });
    await wait(30);
    expect(points()).toEqual(Array.from({ length: 1000 }, (_, i) => i + 51));
    expect(kinds().filter((kind) => kind === "series").length).toBeLessThan(4);
    run.listener?.({ event: "finding", ...finding, state: "closed" });
    expect(feed.findings.map(({ state }) => state)).toEqual(["closed"]);
    feed.dispose();
    expect(run.disposed).toBe(true);
  });

  it("shows a state at once, though the folder still says the one before", async () => {
    writeManifest(folder, manifestOf(folder, "running"));
    const run = new ScriptedRun(folder);
    const feed = feedOn(run.handle);
    await feed.start();
    sent = [];
    run.listener?.({ event: "state", state: "paused" });
    await wait(30);
    const states = sent.flatMap((message) => (message.message === "manifest" ? [message.run.state] : []));
    expect(states.length).toBeGreaterThan(0);
    expect(new Set(states)).toEqual(new Set(["paused"]));
    feed.dispose();
  });

  it("keeps points while hidden and sends them when shown", async () => {
    writeManifest(folder, manifestOf(folder, "running"));
    const run = new ScriptedRun(folder);
    const feed = feedOn(run.handle);
    await feed.start();
    sent = [];
    visible = false;
    run.listener?.({ event: "series", epoch: 5, series: [{ tag: "train/loss", steps: [51], values: [0.1] }] });
    await wait(30);
    expect(points()).toEqual([]);
    visible = true;
    feed.flush();
    expect(points()).toEqual([51]);
    feed.dispose();
  });

  it("ends with the final manifest and no progress", async () => {
    writeManifest(folder, manifestOf(folder, "running"));
    const run = new ScriptedRun(folder);
    const feed = feedOn(run.handle);
    await feed.start();
    sent = [];
    run.listener?.({ event: "series", epoch: 5, series: [{ tag: "train/loss", steps: [51], values: [0.1] }] });
    run.end(manifestOf(folder, "finished"));
    await wait(10);
    expect(kinds()).toEqual(["series", "progress", "manifest"]);
    expect(feed.live).toBeNull();
  });

  it("throws for a folder that is no run", async () => {
    await expect(feedOn(null).start()).rejects.toMatchObject({ code: "run-missing" });
  });
});

it("says that it follows from the first attempt to attach, so that nobody starts it again, to the run's end", async () => {
  writeManifest(folder, manifestOf(folder, "running"));
  const run = new ScriptedRun(folder);
  const feed = feedOn(run.handle);
  const started = feed.start();
  expect(feed.follows).toBe(true);
  expect(feed.live).toBeNull();
  await started;
  expect(feed.follows).toBe(true);
  run.end(manifestOf(folder, "finished"));
  await wait(5);
  expect(feed.follows).toBe(false);
});

it("does not follow a run that is over", async () => {
  writeManifest(folder, manifestOf(folder, "finished"));
  const feed = feedOn(null);
  await feed.start();
  expect(feed.follows).toBe(false);
});
