import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { View } from "../../../webview/charts/curve.js";
import { RemoteCurves } from "../../../webview/charts/remoteCurves.js";
import { curveAnswerSchema, type CurveRequest } from "../../../src/protocol/curves.js";
import { CurveStore } from "../../../src/runs/series/curveStore.js";
import { writeCsv } from "../../../src/runs/series/writeCsv.js";
import { random } from "../../webview/harness/scenarios.js";

const view = (from: number, to: number, columns = 256): View => ({ axis: "step", from, to, columns, log: false, origin: 0 });

/** A page beside its store; `settle` lets questions and answers pass. */
function connected(store: CurveStore, liveColumns = Infinity) {
  const asked: CurveRequest[] = [];
  const waiting: [number, CurveRequest[]][] = [];
  const curves = new RemoteCurves((id, requests) => {
    asked.push(...requests);
    waiting.push([id, requests]);
  }, () => {});
  const settle = async () => {
    await Promise.resolve();
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      curves.receive(next[0], store.answer(next[1], liveColumns).map((answer) => curveAnswerSchema.parse(answer)));
      await Promise.resolve();
    }
  };
  return { curves, asked, settle };
}

function grow(store: CurveStore, from: number, to: number, seed: number): void {
  const next = random(seed);
  const steps = Array.from({ length: to - from }, (_, i) => from + i);
  store.append([{ tag: "loss", steps, values: steps.map((step) => (step % 4999 === 0 ? NaN : Math.fround(next()))), times: steps.map((step) => step / 10) }]);
}

describe("curves of a page far from its points", () => {
  it("shows the same as the points themselves, however they came", async () => {
    const store = new CurveStore();
    const { curves, asked, settle } = connected(store);
    const curve = curves.of("loss");
    grow(store, 1, 20_000, 1);
    curves.receiveFacts(store.facts(), true);
    for (let end = 20_000; end <= 40_000; end += 997) {
      curve.columns(view(0, 50_000), 0);
      await settle();
      grow(store, end, end + 997, end);
      curves.grew();
    }
    curve.columns(view(0, 50_000), 0);
    await settle();
    const shown = curve.columns(view(0, 50_000), 0);
    const { min, max, last, x } = store.series.get("loss")!.query(view(0, 50_000));
    // the columns of what came later may begin elsewhere; what they hold is all there
    expect(Math.min(...shown.min.filter(Number.isFinite))).toBe(Math.min(...min.filter(Number.isFinite)));
    expect(Math.max(...shown.max.filter(Number.isFinite))).toBe(Math.max(...max.filter(Number.isFinite)));
    expect([shown.x.at(-1), shown.last.at(-1)]).toEqual([x.at(-1), last.at(-1)]);
    expect(shown.x.length).toBeLessThan(2 * 256);
    for (let i = 1; i < shown.x.length; i++) expect(shown.x[i]).toBeGreaterThan(shown.x[i - 1]);
    expect(shown.flags.reduce((sum, flags) => sum + (flags & 1), 0)).toBe(8);
    expect(asked.filter(({ since }) => since === null)).toHaveLength(1);
  });

  it("asks for more where it is zoomed, and moves nearby without asking", async () => {
    const store = new CurveStore();
    const { curves, asked, settle } = connected(store);
    grow(store, 1, 100_000, 2);
    curves.receiveFacts(store.facts(), true);
    const curve = curves.of("loss");
    curve.columns(view(0, 100_000), 0);
    await settle();
    expect(curve.columns(view(50_000, 50_400), 0).exact).toBe(false);
    await settle();
    const near = curve.columns(view(50_000, 50_400), 0);
    expect(near.exact).toBe(true);
    expect(near.steps).toContain(50_123);
    const questions = asked.length;
    expect(curve.columns(view(50_300, 50_700), 0)).toBe(near);
    await settle();
    expect(asked).toHaveLength(questions);
  });

  it("follows with fewer columns over a slow line, says so, and is whole again when the run stands still", async () => {
    const store = new CurveStore();
    const { curves, asked, settle } = connected(store, 4);
    grow(store, 1, 10_000, 3);
    curves.receiveFacts(store.facts(), true);
    const curve = curves.of("loss");
    curve.columns(view(0, 100_000, 1024), 0);
    await settle();
    grow(store, 10_000, 60_000, 4);
    curves.grew();
    curve.columns(view(0, 100_000, 1024), 0);
    await settle();
    const coarse = curve.columns(view(0, 100_000, 1024), 0);
    const least = Math.min(...coarse.min.filter(Number.isFinite));
    expect(least).toBe(store.series.get("loss")!.facts.min!.value);
    expect(coarse.x.length).toBeLessThan(120);
    curves.isIdle = true;
    curve.columns(view(0, 100_000, 1024), 0);
    await settle();
    expect(asked.at(-1)!.since).toBeNull();
    expect(curve.columns(view(0, 100_000, 1024), 0)).toEqual(store.series.get("loss")!.query(view(0, 100_000, 1024)));
  });

  it("a page that asks before the first point comes gets the smoothed curve too, when there is one", async () => {
    const store = new CurveStore();
    const { curves, settle } = connected(store);
    const curve = curves.of("train/loss");
    curve.columns(view(0, 100), 0.6);
    await settle();
    expect(curve.columns(view(0, 100), 0.6).last).toHaveLength(0);
    store.append([{ tag: "train/loss", steps: [1, 2, 3], values: [4, 2, 2], times: [1, 2, 3] }]);
    curves.grew();
    curve.columns(view(0, 100), 0.6);
    await settle();
    // m_t / (1 - w^t) with w = 0.6: 4, (0.6 * 1.6 + 0.4 * 2) / 0.64, (0.6 * 1.76 + 0.4 * 2) / 0.784
    expect(Array.from(curve.columns(view(0, 100), 0.6).last)).toEqual([4, expect.closeTo(2.75, 6), expect.closeTo(1.856 / 0.784, 6)]);
  });

  it("forgets what a resumed run took back", async () => {
    const store = new CurveStore();
    const { curves, settle } = connected(store);
    grow(store, 1, 2000, 5);
    curves.receiveFacts(store.facts(), true);
    const curve = curves.of("loss");
    curve.columns(view(0, 5000), 0);
    await settle();
    store.append([{ tag: "loss", steps: [1000, 1001], values: [7, 8], times: [0, 0] }]);
    curves.grew();
    curve.columns(view(0, 5000), 0);
    await settle();
    expect(Array.from(curve.columns(view(0, 5000), 0).last.slice(-2))).toEqual([7, 8]);
    expect(curve.facts.count).toBe(1001);
  });

  it("writes every point as CSV", async () => {
    const store = new CurveStore();
    store.append([{ tag: 'a,"b"', steps: [1, 2], values: [0.1, NaN], times: [1.5, 2] }, { tag: "c", steps: [7], values: [Infinity], times: [3] }]);
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "descent-csv-")), "points.csv");
    await writeCsv(store, ['a,"b"', "c", "missing"], file);
    expect(fs.readFileSync(file, "utf8")).toBe('step,wall_time,tag,value\n1,1.5,"a,""b""",0.1\n2,2,"a,""b""",NaN\n7,3,c,Infinity\n');
    fs.rmSync(path.dirname(file), { recursive: true });
  });
});
