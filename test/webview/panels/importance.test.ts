import { expect, it } from "vitest";
import type { TrialRow } from "../../../src/protocol/searchPanel.js";
import { importances, omegaSquared } from "../../../webview/panels/search/importance.js";

it("omega squared of a textbook table", () => {
  // three groups of three, means 2, 3, 7: SSB 42, SSW 6, so (42 - 2 x 1) / (48 + 1)
  expect(omegaSquared([0, 0, 0, 1, 1, 1, 2, 2, 2], [1, 2, 3, 2, 3, 4, 6, 7, 8])).toBeCloseTo(40 / 49, 12);
  expect(omegaSquared([0, 0, 1, 1], [1, 2, 1, 2])).toBe(0);
  expect(omegaSquared([0, 0, 0], [1, 2, 3])).toBe(0);
});

it("names the setting that decides, whatever one diverged trial shows", () => {
  const rows = Array.from({ length: 40 }, (_, i): TrialRow => ({
    trial: i + 1, settings: { "optimizer.adam.lr": 10 ** (-5 + (i % 20) / 5), "training.batch_size": i % 2 === 0 ? "32" : "64" }, confirms: null, seed: null, state: "finished", stopReason: null, promoted: false,
    best: { value: i === 3 ? 1e9 : Math.abs((i % 20) - 10), step: 1 }, epochs: [], values: [], seconds: 1, error: null,
  }));
  const found = importances(
    [{ path: "training.batch_size", range: { kind: "choice", labels: ["32", "64"] }, when: null }, { path: "optimizer.adam.lr", range: { kind: "log_uniform", low: 1e-5, high: 1e-1 }, when: null }],
    rows,
  );
  expect(found.map(({ path }) => path)).toEqual(["optimizer.adam.lr", "training.batch_size"]);
  expect(found[0].share).toBeGreaterThan(0.6);
  expect(found[1].share).toBeLessThan(0.1);
  expect(importances([{ path: "a", range: { kind: "choice", labels: ["1"] }, when: null }], rows.slice(0, 5))).toEqual([]);
});
