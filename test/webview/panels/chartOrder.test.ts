import { describe, expect, it } from "vitest";
import type { ChartOfTab } from "../../../webview/panels/run/chartCard.js";
import { arrangedCharts, isFound } from "../../../webview/panels/run/chartOrder.js";

const chart = (id: string): ChartOfTab => ({ id, heading: id.toUpperCase(), lines: [], tags: [`train/${id}`], main: false, log: false, better: null, announce: false, waiting: "" });
const charts = ["loss", "accuracy", "rate", "new"].map(chart);
const layout = { order: [], pinned: [], hidden: [], names: {}, log: {} };

describe("arranged charts", () => {
  it("stand in their own order until someone moves them; what came later follows", () => {
    expect(arrangedCharts(charts, layout).map(({ id }) => id)).toEqual(["loss", "accuracy", "rate", "new"]);
    expect(arrangedCharts(charts, { ...layout, order: ["rate", "gone", "loss", "accuracy"] }).map(({ id }) => id)).toEqual(["rate", "loss", "accuracy", "new"]);
  });

  it("have the pinned before all others, and leave out the hidden", () => {
    expect(arrangedCharts(charts, { ...layout, pinned: ["new", "rate"], hidden: ["accuracy"] }).map(({ id }) => id)).toEqual(["rate", "new", "loss"]);
  });

  it("are found by heading, name given and tag, whatever the case, every word of the search", () => {
    expect(isFound(chart("loss"), undefined, "LOS")).toBe(true);
    expect(isFound(chart("loss"), "My first", "first train")).toBe(true);
    expect(isFound(chart("loss"), undefined, "loss validation")).toBe(false);
  });
});
