/** The report in a browser: light and dark, narrow and wide, nothing that axe objects to, nothing wider than the page. */
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportHtml } from "../../src/report/report.js";
import { readReportRuns } from "../../src/report/reportRun.js";
import { chromiumPath, launch } from "../webview/harness/chromium.mjs";

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const logs = path.join(import.meta.dirname, "../fixtures/diagnose");

describe.skipIf(chromiumPath === undefined)("the report's page (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each([[["script-deepSigmoid"], "one"], [["script-healthy", "script-overfitting", "keras-healthy"], "several"]] as const)("of %s", async (names, title) => {
    const runs = (await Promise.all(names.map((name) => readReportRuns(path.join(logs, name))))).flat();
    const html = reportHtml(runs, "1.0", new Date("2026-03-01T10:00:00Z"));
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [420, 1400]) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
        await page.setContent(html);
        await page.evaluate(axeSource);
        const found = await page.evaluate(async () => {
          const { axe } = window as unknown as { axe: typeof import("axe-core") };
          const { violations } = await axe.run();
          return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`));
        });
        expect(found, `${title}, ${colorScheme}, ${width}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        if (process.env.DESCENT_PICTURES) await page.screenshot({ path: path.join(os.tmpdir(), `descent-report-${title}-${colorScheme}-${width}.png`), fullPage: width > 1000 });
        await page.close();
      }
    }
  });
});
