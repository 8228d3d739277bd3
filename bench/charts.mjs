// Frames a second of the panel's line chart in headless Chromium without a GPU: `node bench/charts.mjs`.
import { launch } from "../test/webview/harness/chromium.mjs";
import { serve } from "../test/webview/harness/serve.mjs";

const { address, stop } = await serve({ "webview/charts": "bench/charts.ts" });
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
await page.goto(`${address}/?page=charts&scenario=empty`);
console.log("| curves x points | movement | frames/s | draw, median ms | draw, 95 % ms |\n|---|---|---|---|---|");
for (const [lines, points] of [[2, 200_000], [10, 200_000], [50, 200_000], [50, 1_000_000]]) {
  const figures = await page.evaluate(([count, length]) => window.measure(count, length), [lines, points]);
  for (const [movement, { framesPerSecond, drawMilliseconds, p95Milliseconds }] of Object.entries(figures)) {
    console.log(`| ${lines} x ${points.toLocaleString("en-US")} | ${movement} | ${framesPerSecond.toFixed(1)} | ${drawMilliseconds.toFixed(1)} | ${p95Milliseconds.toFixed(1)} |`);
  }
}
await browser.close();
await stop();
