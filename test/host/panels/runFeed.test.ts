import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesOf, liveBytesPerSecond } from "../../../src/host/panels/liveLine.js";
import { RunFeed, type FeedOptions } from "../../../src/host/panels/runFeed.js";
import type { CurveSource } from "../../../src/host/curves/curveSource.js";
import type { CurveRequest } from "../../../src/protocol/curves.js";
import type { Projection } from "../../../src/protocol/evaluation.js";
import type { Finding } from "../../../src/protocol/finding.js";
import type { Manifest } from "../../../src/protocol/manifest.js";
import { hostMessageSchema, type HostMessage } from "../../../src/protocol/panel.js";
import type { RuntimeMessage } from "../../../src/protocol/runtime.js";
import { EventFileWriter } from "../../../src/runs/events/eventFileWriter.js";
import { appendFindings } from "../../../src/runs/findingsFile.js";
import { CurveStore } from "../../../src/runs/series/curveStore.js";
import { readCurves } from "../../../src/runs/series/readCurves.js";
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

const layoutOf = (count: number, step: number): Projection => {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return { step, method: "tsne", of: "dense_1", x: numbers.map((i) => Math.fround(Math.sin(i))), y: numbers.map((i) => Math.fround(Math.cos(i))), labels: numbers.map((i) => i % 2), predicted: numbers.map((i) => i % 2), examples: numbers, classes: ["a", "b"] };
};

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

/** The curves in this thread, as the product holds them in a worker. */
function localCurves(from: string): CurveSource {
  const store = new CurveStore();
  return {
    load: async () => {
      await readCurves(from, store);
      return store.facts();
    },
    append: (points) => store.append(points),
    changed: () => Promise.resolve(store.facts(true)),
    answer: (requests, liveColumns) => Promise.resolve(store.answer(requests, liveColumns)),
    writeCsv: () => Promise.resolve(),
    dispose: () => {},
  };
}

let folder: string;
let sent: HostMessage[];
let visible: boolean;

const feedOn = (handle: RunHandle | null): RunFeed => {
  const options: FeedOptions = {
    attach: () => Promise.resolve(handle),
    post: (message) => sent.push(hostMessageSchema.parse(message)),
    curves: localCurves(folder),
    interval: () => 5,
    visible: () => visible,
    init: (run, text) => Promise.resolve({ message: "init", run, folder, file: { name: "quick.train.yaml", text: text ?? "", changed: false }, layout: null, refresh: 50 }),
    explain: (finding) => ({ ...finding, title: "Loss flat" }),
    readEvaluation: () => Promise.resolve({ confusion: [matrix], projection: null }),
  };
  return new RunFeed(folder, options);
};
const kinds = () => sent.map(({ message }) => message);
const request = (since: CurveRequest["since"] = null, tag = "train/loss"): CurveRequest => ({ tag, smoothing: 0, query: { axis: "step", from: 0, to: 100_000, columns: 16_000, log: false, origin: 0 }, since });
/** The steps of train/loss, as a panel gets them that asks. */
const points = async (feed: RunFeed): Promise<number[]> => {
  await feed.answer(99, [request()]);
  const answer = sent.findLast((message) => message.message === "columns");
  return Array.from(answer?.message === "columns" ? (answer.answers[0].columns?.steps ?? []) : []);
};
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
    expect(kinds()).toEqual(["init", "findings", "facts", "loaded", "confusion"]);
    expect(sent[2]).toMatchObject({ replace: true, facts: [{ tag: "train/loss", count: 50, min: { step: 50 }, max: { step: 1, value: 1 } }] });
    expect(await points(feed)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
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
    expect(kinds().filter((kind) => kind === "grew").length).toBeLessThan(4);
    expect(sent.findLast((message) => message.message === "grew")).toEqual({ message: "grew", step: 1050 });
    expect(await points(feed)).toEqual(Array.from({ length: 1050 }, (_, i) => i + 1));
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

  it("keeps points while hidden and tells of them when shown", async () => {
    writeManifest(folder, manifestOf(folder, "running"));
    const run = new ScriptedRun(folder);
    const feed = feedOn(run.handle);
    await feed.start();
    sent = [];
    visible = false;
    run.listener?.({ event: "series", epoch: 5, series: [{ tag: "train/loss", steps: [51], values: [0.1] }] });
    await wait(30);
    expect(kinds()).toEqual([]);
    visible = true;
    feed.flush();
    expect(sent[0]).toEqual({ message: "grew", step: 51 });
    expect((await points(feed)).at(-1)).toBe(51);
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
    expect(kinds()).toEqual(["grew", "facts", "progress", "manifest"].toSorted((a, b) => kinds().indexOf(a as never) - kinds().indexOf(b as never)));
    expect(kinds().indexOf("grew")).toBe(0);
    expect(feed.live).toBeNull();
  });

  it("keeps a fast run's updates of many curves within the bytes a slow line carries", async () => {
    writeManifest(folder, manifestOf(folder, "running"));
    const run = new ScriptedRun(folder);
    const feed = feedOn(run.handle);
    await feed.start();
    const tags = Array.from({ length: 60 }, (_, i) => `train/update_ratio/layer_${i}`);
    const known = new Map<string, { count: number; generation: number; after: number }>();
    let bytes = 0;
    const start = Date.now();
    for (let step = 51; Date.now() - start < 1500; step += 10) {
      sent = [];
      run.listener?.({ event: "series", epoch: 5, series: tags.map((tag) => ({ tag, steps: Array.from({ length: 10 }, (_, i) => step + i), values: Array.from({ length: 10 }, (_, i) => Math.sin(step + i)) })) });
      await wait(5);
      // a panel that shows them all asks whenever it is told
      if (kinds().includes("grew")) await feed.answer(1, tags.map((tag) => request(known.get(tag) ?? null, tag)));
      for (const message of sent) {
        bytes += bytesOf(message);
        if (message.message === "columns") message.answers.forEach(({ facts, generation }) => known.set(facts.tag, { count: facts.count, generation, after: facts.count - 1 }));
      }
    }
    feed.dispose();
    // the first answer, whole, is what opening the panel takes; it is small here
    expect(bytes / ((Date.now() - start) / 1000)).toBeLessThan(liveBytesPerSecond * 1.2);
    expect(bytes).toBeGreaterThan(50_000);
  });

  /** What the feed sends of a run that lays out `count` points again and again, each layout in ten forms, with curves beside. */
  async function bytesOfLayouts(count: number, milliseconds: number): Promise<{ bytes: number; seconds: number; whole: number; grew: number }> {
    writeManifest(folder, manifestOf(folder, "running"));
    const run = new ScriptedRun(folder);
    const feed = feedOn(run.handle);
    await feed.start();
    await feed.answer(1, [request()]);
    let known: CurveRequest["since"] = null;
    const learn = () => {
      const last = sent.at(-1);
      if (last?.message === "columns") known = { count: last.answers[0].facts.count, generation: last.answers[0].generation, after: last.answers[0].facts.count - 1 };
    };
    learn();
    sent = [];
    const start = Date.now();
    let step = 51;
    while (Date.now() - start < milliseconds) {
      const at = step;
      for (let form = 1; form <= 10; form++, step++) {
        run.listener?.({ event: "projection", projection: layoutOf(count, at), done: form === 10 });
        run.listener?.({ event: "series", epoch: 5, series: [{ tag: "train/loss", steps: [step], values: [1 / step] }] });
        await wait(10);
        if (sent.at(-1)?.message === "grew") await feed.answer(1, [request(known)]);
        learn();
      }
    }
    const seconds = (Date.now() - start) / 1000;
    feed.dispose();
    return {
      seconds, bytes: sent.reduce((sum, message) => sum + bytesOf(message), 0), grew: kinds().filter((kind) => kind === "grew").length,
      whole: sent.filter((message) => message.message === "projection" && message.projection.x.length === count).length,
    };
  }

  it("keeps layouts of a live run within those bytes too, whole where they have formed, and curves go on growing meanwhile", async () => {
    const { bytes, seconds, whole, grew } = await bytesOfLayouts(3000, 3000);
    expect(bytes / seconds).toBeLessThan(liveBytesPerSecond * 1.2);
    expect(bytes).toBeGreaterThan(50_000);
    expect(whole).toBeGreaterThan(0);
    expect(grew).toBeGreaterThan(5);
  });

  it("sends a layout that a person asked for at once, a part of its points while it forms", async () => {
    writeManifest(folder, manifestOf(folder, "running"));
    const run = new ScriptedRun(folder);
    const asked: string[] = [];
    Object.assign(run.handle, { project: (of: string, method: string) => void asked.push(`${method} of ${of}`) });
    const feed = feedOn(run.handle);
    await feed.start();
    run.listener?.({ event: "projection", projection: layoutOf(5000, 50), done: true });
    sent = [];
    expect(feed.project("dense_1", "umap")).toBe(true);
    expect(asked).toEqual(["umap of dense_1"]);
    run.listener?.({ event: "projection", projection: layoutOf(5000, 60), done: false });
    run.listener?.({ event: "projection", projection: layoutOf(5000, 60), done: true });
    expect(sent.map((message) => (message.message === "projection" ? message.projection.x.length : message.message))).toEqual([2000, 5000]);
    sent = [];
    run.listener?.({ event: "projection", projection: layoutOf(5000, 70), done: true });
    expect(sent).toEqual([]); // nobody asked for this one, and the line is still taken
    run.end(manifestOf(folder, "finished"));
    await wait(10);
    expect(sent.some((message) => message.message === "projection" && message.projection.step === 70)).toBe(true);
    feed.dispose();
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
