/** What axe says of a log's tabs and of the search panel, in the four kinds of theme. */
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launch } from "../harness/chromium.mjs";
import { serve } from "../harness/serve.mjs";

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const themes = ["dark", "light", "contrast-dark", "contrast-light"];

describe.skipIf(chromiumPath === undefined)("axe (skipped where no Chromium is installed)", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;

  beforeAll(async () => {
    server = await serve();
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function open(query: string, theme: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: theme.startsWith("contrast") ? 520 : 1100, height: 900 } });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${server.address}/?${query}&theme=${theme}`);
    return page;
  }
  const errors: string[] = [];

  /** Rule, place and reason of each violation. */
  async function audit(page: Page, name: string): Promise<string[]> {
    if (process.env.DESCENT_PICTURES) await page.screenshot({ path: path.join(os.tmpdir(), `descent-axe-${name}.png`) });
    await page.evaluate(axeSource);
    return page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run();
      return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`));
    });
  }

  it.each(themes)("objects to nothing on a log's tabs in %s", async (theme) => {
    const page = await open("scenario=log%20with%20media", theme);
    expect(errors.splice(0)).toEqual([]);
    for (const tab of ["curves", "media", "projection"]) {
      await page.locator(`#tab-${tab}`).click({ timeout: 5000 });
      if (tab === "media") await page.locator("canvas.media-image").waitFor();
      await page.waitForTimeout(200);
      expect(await audit(page, `log-${tab}-${theme}`), tab).toEqual([]);
    }
    await page.close();
  });

  it.each(themes)("objects to nothing on the search panel in %s", async (theme) => {
    const page = await open("page=search&trials=60", theme);
    await page.locator(".trials tbody tr").first().waitFor();
    await page.waitForTimeout(200);
    expect(await audit(page, `search-${theme}`)).toEqual([]);
    await page.close();
  });
});
