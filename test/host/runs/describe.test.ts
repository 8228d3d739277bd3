import { describe, expect, it } from "vitest";
import { canPause, canResume, contextValue, hasEnded } from "../../../src/host/runs/actions.js";
import { bestOf, progressWords, since, summaryOf } from "../../../src/host/runs/describe.js";
import type { LiveRun } from "../../../src/host/runs/liveRun.js";
import type { Run } from "../../../src/host/runs/run.js";
import type { Manifest } from "../../../src/protocol/manifest.js";

const created = "2026-03-01T10:00:00.000Z";
const run = (manifest: Partial<Manifest>, live: Partial<LiveRun> | null = null): Run => ({
  folder: "/runs/a",
  manifest: { name: "mnist", created, state: "finished", checkpoint: null, best: null, ...manifest } as Manifest,
  live: live as LiveRun | null,
});
const progress = { step: 412, totalSteps: 710, epoch: 3, epochs: 5, stepsPerSecond: 100, secondsLeft: 64, secondsElapsed: 4 };

describe("words for a run", () => {
  it("name the epoch being trained and the time left", () => {
    expect(progressWords(progress)).toBe("epoch 3 of 5, 1:04 left");
    expect(progressWords({ ...progress, step: 710, secondsLeft: null })).toBe("epoch 5 of 5");
  });

  it("say how it stands, its best value and when", () => {
    const best = { step: 710, metric: "validation/accuracy", value: 0.97123 };
    const now = Date.parse(created) + 5 * 60_000;
    expect(summaryOf(run({ best }), now)).toBe("validation accuracy 0.971 · 5 min ago");
    expect(summaryOf(run({ state: "failed" }), now)).toBe("failed · 5 min ago");
    expect(summaryOf(run({ state: "preparing" }, { state: "running", progress }), now)).toBe("epoch 3 of 5, 1:04 left · 5 min ago");
    expect(bestOf(run({}))).toBe("");
  });

  it("count minutes and hours of today, then give the date", () => {
    expect(since(created, Date.parse(created) + 30_000)).toBe("just now");
    expect(since(created, Date.parse(created) + 3 * 3_600_000)).toBe("3 h ago");
    expect(since(created, Date.parse(created) + 48 * 3_600_000)).toMatch(/2026/);
  });
});

describe("what can be done with a run", () => {
  it("follows its live state before its folder's", () => {
    const paused = run({ state: "running" }, { state: "paused" });
    expect([canPause(paused), canResume(paused), hasEnded(paused)]).toEqual([false, true, false]);
    expect(contextValue(paused)).toBe("run live paused");
  });

  it("continues runs that have ended, and uses the model of those with a checkpoint", () => {
    expect(contextValue(run({ state: "failed" }))).toBe("run ended");
    expect(contextValue(run({ checkpoint: { step: 10, path: "checkpoints/a" } }))).toBe("run ended checkpoint");
    expect(hasEnded(run({ state: "failed" }))).toBe(true);
  });

  it("leaves a run alone that says it lives elsewhere", () => {
    const elsewhere = run({ state: "running" });
    expect(contextValue(elsewhere)).toBe("run");
    expect(hasEnded(elsewhere)).toBe(false);
  });
});
