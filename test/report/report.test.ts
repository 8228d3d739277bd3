/** Reports of runs of ours and of others' logs: whole, self-contained, and escaped. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Series } from "../../src/common/series/series.js";
import { meanBand } from "../../src/comparison/meanBand.js";
import type { Manifest } from "../../src/protocol/manifest.js";
import { lineChart, niceTicks } from "../../src/report/lineChart.js";
import { comparisonContent, reportHtml } from "../../src/report/report.js";
import { readReportRuns } from "../../src/report/reportRun.js";
import { writeEvaluation } from "../../src/runs/evaluationFile.js";
import { EventFileWriter } from "../../src/runs/events/eventFileWriter.js";
import { appendFindings } from "../../src/runs/findingsFile.js";
import { writeManifest } from "../../src/runs/manifestFile.js";

let folder: string;
const now = new Date("2026-03-01T10:00:00Z");
const seriesOf = (values: readonly number[], from = 0) => {
  const series = new Series();
  series.extend(values.map((_, i) => from + i), values, values.map(() => 0));
  return series;
};

/** A run's folder as training leaves it. */
function makeRun(seed: number, lr: number, accuracy = 0.9): string {
  const run = path.join(folder, `run-${seed}-${lr}`);
  fs.mkdirSync(run);
  const manifest: Manifest = {
    version: 1, id: path.basename(run), name: "digits <b>", file: "/a/digits.train.yaml", storedFile: "digits.train.yaml", overrides: {}, created: now.toISOString(), updated: now.toISOString(), state: "finished",
    pid: null, socket: null, device: "cpu", threads: 1, seed, task: "classification", classes: ["a", "b"], parameters: 10, operations: 10, stepsPerEpoch: 10, totalSteps: 100, epochs: 10, step: 100, seconds: 61,
    metrics: { "validation/loss": 0.5 + lr, "validation/accuracy": accuracy }, best: { step: 90, metric: "validation/loss", value: 0.5 }, layers: [], error: null, checkpoint: null,
  };
  writeManifest(run, manifest);
  fs.writeFileSync(path.join(run, "digits.train.yaml"), `loss: cross_entropy # <script>alert(1)</script>\noptimizer: { adam: { lr: ${lr} } }\n`);
  const writer = new EventFileWriter(path.join(run, "train"), 1);
  for (let step = 1; step <= 100; step++) writer.scalars(1.7e9 + step, step, ["loss", "learning_rate"], [step === 50 ? NaN : 1 / step, lr]);
  writer.close();
  writeEvaluation(run, {
    confusion: [{ split: "validation", step: 100, classes: ["a", "b"], cells: [0, 40, 1, 3, 3, 57] }],
    projection: { step: 100, method: "tsne", of: "dense_1", x: [0, 1, 2], y: [3, 4, 5], labels: [0, 1, 1], predicted: [0, 0, 1], examples: [0, 1, 2], classes: ["a", "b"] },
  });
  appendFindings(run, [{ rule: "loss-not-decreasing", severity: "warning", problem: "learning", category: "learning_rate", message: "It is flat & high.", evidence: {}, confidence: 0.9, step: 10, state: "open", file: null, path: "optimizer.adam.lr", range: null, fixes: [], page: "p" }]);
  return run;
}

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-report-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("report", () => {
  it("of a run: figures, curves, matrix, projection, findings and the file, without a script or anything fetched", async () => {
    const page = reportHtml(await readReportRuns(makeRun(0, 0.1)), "1.0", now);
    for (const text of ["digits &lt;b&gt;", "Confusion matrix, validation", "97 of 100 right", "t-SNE", "It is flat &amp; high.", "&lt;script&gt;alert(1)", "Validation accuracy", "at 1 of 100 points"]) expect(page).toContain(text);
    expect(page.match(/<circle/g)!.length).toBeGreaterThanOrEqual(3);
    expect(page).not.toMatch(/<script|src=|href=|url\(|@import|https?:/);
    expect(page).toContain("default-src 'none'");
    for (const tag of ["div", "table", "tr", "td", "figure", "section", "svg", "span", "details"]) expect(page.match(new RegExp(`<${tag}[ >]`, "g"))?.length ?? 0, tag).toBe(page.match(new RegExp(`</${tag}>`, "g"))?.length ?? 0);
  });

  it("of several: what differs, the best marked, bands over seeds", async () => {
    const runs = (await Promise.all([makeRun(1, 0.2), makeRun(2, 0.2), makeRun(1, 0.4)].map(readReportRuns))).flat();
    const page = reportHtml(runs, "1.0", now);
    expect(page).toContain("optimizer.adam.lr");
    expect(page).toContain("mean and deviation over seeds");
    expect(page).toContain("lr 0.2, 2 seeds");
    expect(page).toMatch(/class="best">0\.7000 ★/);
    expect(page).not.toContain("cross_entropy</td>");
  });

  it("of two files with seeds: Welch's test of each metric, as SciPy has it", async () => {
    const runs = (await Promise.all([makeRun(1, 0.3, 0.7), makeRun(2, 0.3, 0.72), makeRun(3, 0.3, 0.71), makeRun(1, 0.6, 0.8), makeRun(2, 0.6, 0.83), makeRun(3, 0.6, 0.81)].map(readReportRuns))).flat();
    const content = comparisonContent(runs, 0);
    const table = content.slice(content.indexOf("More than chance?"));
    // scipy.stats.ttest_ind([.7, .72, .71], [.8, .83, .81], equal_var=False): t = -9.8031, p = 0.0012272, 95 % interval of the difference 0.0721 to 0.1345
    expect(table).toMatch(/Validation accuracy<\/th><td>0\.7100 ± 0\.010<\/td><td>optimizer\.adam\.lr 0\.6, 3 seeds<\/td><td>0\.8133 ± 0\.015<\/td><td>0\.103 \(0\.072\d* to 0\.13\d*\)<\/td><td>(0\.0012|1\.2e-3)<\/td><td class="best">yes/);
    expect(comparisonContent(runs.slice(0, 4), 0)).not.toContain("More than chance?"); // one seed a side tells nothing
  });

  it("in the editor: names open runs, what is gone is said, and nothing left is no empty page", async () => {
    const runs = (await Promise.all([makeRun(1, 0.7), makeRun(1, 0.8)].map(readReportRuns))).flat();
    const content = comparisonContent(runs, 1);
    expect(content).toContain(`data-action="open" data-run="${runs[0].run}"`);
    expect(content).toContain("1 of the runs is not there any more");
    expect(content).not.toMatch(/<script|style=/);
    expect(comparisonContent([], 2)).toContain("No runs to compare");
  });

  it("of logs of others", async () => {
    const page = reportHtml(await readReportRuns(path.join(import.meta.dirname, "../fixtures/diagnose/script-deepSigmoid")), "1.0", now);
    expect(page).toContain("vanishes on its way");
    expect(page).not.toContain("Training file");
  });
});

describe("charts of a report", () => {
  it("keep peaks of dense curves, break at what is not finite, and have an axis a reader can read", () => {
    const values = Array.from({ length: 50_000 }, (_, i) => (i === 31_234 ? 100 : Math.sin(i / 50)));
    const { html } = lineChart("loss", [{ label: "a", series: seriesOf(values), colour: 0, dashed: false, smooth: false }]);
    const heights = [...html.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, , y]) => Number(y));
    // a peak at the top of the plot, 5 % below its edge
    expect(Math.min(...heights)).toBeLessThan(30);
    expect(html.length).toBeLessThan(60_000);
    const broken = lineChart("loss", [{ label: "", series: seriesOf([1, 2, NaN, 3, 4]), colour: 0, dashed: false, smooth: false }]).html;
    expect(/<path[^>]*d="([^"]*)"/.exec(broken)![1].match(/M/g)).toHaveLength(2);
    expect(lineChart("x", []).html).toContain("no points");
    // the last word of the axis ends at the picture's edge
    const long = lineChart("loss", [{ label: "", series: seriesOf(Array.from({ length: 15_001 }, (_, i) => i)), colour: 0, dashed: false, smooth: false }]).html;
    expect([...long.matchAll(/x="([^"]+)" y="228" text-anchor="(end|middle)">(5,000|15,000)</g)].map(([, x, anchor, label]) => [Number(x) < 640, anchor, label])).toEqual([[true, "middle", "5,000"], [false, "end", "15,000"]]);
    expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(-3, 12, 5)).toEqual([0, 5, 10]);
  });

  it("bands are mean and deviation at common steps", () => {
    const band = meanBand([seriesOf([1, 2, 3, 4]), seriesOf([3, 4, 5], 1)])!;
    expect(band).toEqual({ steps: [1, 2, 3], mean: [2.5, 3.5, 4.5], deviation: [Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2].map((d) => expect.closeTo(d, 10)) });
    expect(meanBand([])).toBeNull();
    expect(meanBand([seriesOf([1, 2]), seriesOf([1], 9)])).toBeNull();
  });
});
