// Charts with many points in headless Chromium without a GPU, and the memory of what holds the points: `node bench/charts.mjs` writes the table of this folder's page.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as esbuild from "esbuild";
import { launch } from "../test/webview/harness/chromium.mjs";
import { serve } from "../test/webview/harness/serve.mjs";
import { describeMachine } from "./machine.mjs";
import { markdownTable, writeSection } from "./readme.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-charts-"));
const script = path.join(folder, "memory.cjs");
await esbuild.build({ entryPoints: ["bench/curvesMemory.ts"], bundle: true, platform: "node", outfile: script, logLevel: "warning" });
const memory = JSON.parse(execFileSync(process.execPath, ["--expose-gc", script], { maxBuffer: 1 << 28 }).toString());
fs.rmSync(folder, { recursive: true });

const { address, stop } = await serve({ "webview/charts": "bench/charts.ts", "webview/curvesWorker": "bench/curvesWorker.ts" });
const browser = await launch();
// the panel's policy lets no worker run in the page: here it stands for the host's thread
const context = await browser.newContext({ viewport: { width: 1000, height: 600 }, bypassCSP: true });
const page = await context.newPage();
await page.goto(`${address}/?page=charts&scenario=empty`);
const rows = [["curves x points", "movement", "frames a second", "draw, median ms", "draw, 95 % ms", "answers fetched meanwhile"]];
for (const [lines, points] of [[2, 200_000], [10, 200_000], [50, 200_000], [50, 1_000_000]]) {
  const figures = await page.evaluate(([count, length]) => window.measure(count, length), [lines, points]);
  for (const [movement, { framesPerSecond, drawMilliseconds, p95Milliseconds, fetched }] of Object.entries(figures)) {
    rows.push([`${lines} x ${points.toLocaleString("en-US")}`, movement, framesPerSecond.toFixed(1), drawMilliseconds.toFixed(1), p95Milliseconds.toFixed(1), String(fetched)]);
  }
}
const stored = [];
for (let i = 0; i < 5; i++) stored.push(await page.evaluate(([overviews, points]) => window.showStored(overviews, points), [memory.overviews, 400_000]));
await browser.close();
await stop();

const load = os.loadavg()[0];
const text = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${describeMachine()}. One chart of 900 x 420 pixels. Load of the machine meanwhile: ${load.toFixed(1)}.`,
  markdownTable(rows),
  `100 curves of 400,000 points, from their stored overviews to a drawn chart: median **${stored.toSorted((a, b) => a - b)[2].toFixed(0)} ms** of 5.`,
  `10 curves of a million points each: **${Math.round(memory.held / 1e6)} MB** in the thread that holds them (the process grows by ${Math.round(memory.resident / 1e6)} MB to ${Math.round(memory.whole / 1e6)} MB); all ten answered in 1,024 columns in ${memory.answered.toFixed(0)} ms.`,
].join("\n\n");
console.log(text);
writeSection("charts", text);
