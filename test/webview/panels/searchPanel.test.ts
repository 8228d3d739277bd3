/** The search panel on a page: what it shows of a search, what it asks of the host, and that a thousand trials stay quick. */
import fs from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { chromiumPath, launch } from "../harness/chromium.mjs";
import { serve } from "../harness/serve.mjs";

const withBrowser = chromiumPath === undefined ? it.skip : it;
const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let server: { address: string; stop(): Promise<void> };
let browser: Browser;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  server = await serve();
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
afterEach(async () => {
  await page?.close();
  expect(errors.splice(0)).toEqual([]);
});

async function open(query: string): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${server.address}/?page=search&${query}`);
  await page.locator(".trials tbody tr").first().waitFor();
}
const sent = () => page.evaluate(() => window.searchSent.filter(({ message }) => message !== "ready"));
const firstCells = (row = 1) => page.locator(`.trials tbody tr:not(.trials-gap):nth-child(${row}) td`).allInnerTexts();

withBrowser("shows the best trial first, sorts by any column, and says what the host is asked", async () => {
  await open("trials=60");
  const best = await firstCells();
  expect(await page.locator(".figure.is-best").innerText()).toContain(`trial ${best[0]}`);
  const values = await page.locator(".trials tbody tr:not(.trials-gap) td:nth-child(3)").allInnerTexts();
  expect(values.map(Number)).toEqual(values.map(Number).sort((a, b) => a - b));
  await page.getByRole("button", { name: "Trial", exact: true }).click();
  expect((await firstCells())[0]).toBe("1");
  await page.locator(".trials tbody tr:not(.trials-gap)").nth(2).click();
  await page.getByRole("button", { name: "Use these settings" }).click();
  await page.getByRole("button", { name: "Open run" }).click();
  expect(await sent()).toEqual([{ message: "use-settings", trial: 3 }, { message: "open-trial", trial: 3 }]);
  // the arrow keys go on from there
  await page.locator(".trials-scroll").focus();
  await page.keyboard.press("ArrowDown");
  expect(await page.locator(".search-side h2").first().innerText()).toMatch(/^Trial 4/i);
  expect(await page.evaluate(() => window.searchState)).toEqual({ folder: "/work/runs/20261121-124005-moons-search" });
});

withBrowser("the charts say what is drawn against what, and what their marks mean where there are such", async () => {
  await open("trials=60");
  const caption = (chart: string) => page.locator(`descent-${chart} figcaption`).innerText();
  expect(await caption("best-so-far")).toMatch(/validation\/loss by trial[^]*stopped[^]*failed/);
  expect(await caption("setting-scatter")).toContain("validation/loss");
  expect(await caption("trial-curves")).toMatch(/validation\/loss by epoch[^]*faint: stopped or failed/);
  await page.close();
  await open("trials=0&live=1");
  expect(await caption("best-so-far")).not.toMatch(/stopped|failed/);
});

withBrowser("a brush on an axis leaves the trials that pass through it, in every chart and in the table", async () => {
  await open("trials=60");
  const box = (await page.locator("descent-parallel-coordinates canvas").boundingBox())!;
  const all = await page.locator("descent-parallel-coordinates canvas").getAttribute("aria-label");
  expect(all).toMatch(/\d+ trials over 4 settings$/);
  // the upper half of the first axis: adam
  await page.mouse.move(box.x + 40, box.y + 26);
  await page.mouse.down();
  await page.mouse.move(box.x + 40, box.y + 22 + (box.height - 46) / 2, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Show all" }).waitFor();
  const options = new Set(await page.locator(".trials tbody tr:not(.trials-gap) td:nth-child(6)").allInnerTexts());
  expect([...options]).toEqual(["adam"]);
  await page.getByRole("button", { name: "Show all" }).click();
  expect(new Set(await page.locator(".trials tbody tr:not(.trials-gap) td:nth-child(6)").allInnerTexts()).size).toBe(2);
});

withBrowser("brushes by keyboard: ends are sliders, one stop of Tab, arrows go along and between axes", async () => {
  await open("trials=60");
  await page.locator("descent-setting-scatter vscode-dropdown").focus();
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => [document.activeElement?.getAttribute("aria-label"), document.activeElement?.getAttribute("aria-valuetext")]);
  expect(await focused()).toEqual(["optimizer, lower end of the brush", "sgd"]);
  for (let i = 0; i < 11; i++) await page.keyboard.press("ArrowUp"); // beyond the middle: past the first option
  const status = page.locator("descent-parallel-coordinates [role=status]");
  await status.waitFor();
  const shown = async () => [...new Set(await page.locator(".trials tbody tr:not(.trials-gap) td:nth-child(6)").allInnerTexts())];
  expect((await shown()).length).toBe(1);
  const [within, all] = /(\d+) of (\d+)/.exec(await status.innerText())!.slice(1).map(Number);
  expect(within).toBeGreaterThan(0);
  expect(within).toBeLessThan(all);
  await page.keyboard.press("ArrowRight");
  expect((await focused())[0]).toBe("optimizer, upper end of the brush");
  await page.keyboard.press("ArrowRight");
  expect((await focused())[0]).toMatch(/^(?!optimizer,).*, lower end of the brush$/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Escape");
  expect((await shown()).length).toBe(2);
  await page.keyboard.press("Tab");
  expect((await focused())[0] ?? "").not.toMatch(/brush/);
});

withBrowser("a live search can be stopped, its trials too; a stopped trial is promoted", async () => {
  await open("trials=24&live=1");
  expect(await page.locator(".run-state").innerText()).toContain("running");
  expect((await page.locator(".trials tbody tr", { hasText: "running 43 %" }).count())).toBe(1);
  await page.locator(".trials tbody tr", { hasText: "running 43 %" }).click();
  await page.getByRole("button", { name: "Stop trial" }).click();
  await page.locator(".trials-scroll").evaluate((scroll) => (scroll.scrollTop = 1e6));
  await page.locator(".trials tbody tr.is-stopped").first().click();
  await page.getByRole("button", { name: "Promote" }).click();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  expect((await sent()).map(({ message }) => message)).toEqual(["stop-trial", "promote", "stop"]);
});

for (const theme of ["dark", "light", "contrast-dark", "contrast-light"]) {
  withBrowser(`has nothing that axe objects to in ${theme}, with a brush and an end of it in focus, and when narrow`, async () => {
    await open(`trials=60&theme=${theme}`);
    await page.evaluate(axeSource);
    expect(await audit()).toEqual([]);
    await page.locator(".brush-end").first().focus();
    await page.keyboard.press("PageUp");
    await page.getByRole("button", { name: "Show all" }).waitFor();
    expect(await audit()).toEqual([]);
    await page.setViewportSize({ width: 520, height: 760 });
    expect(await audit()).toEqual([]);
  });
}

/** What axe finds: rule, place and reason. */
function audit(): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`));
  });
}

withBrowser("a thousand trials: few rows exist, and news are drawn", async () => {
  await open("trials=1000&live=1");
  expect(await page.locator(".trials tbody tr").count()).toBeLessThan(60);
  await page.locator(".trials-scroll").evaluate((scroll) => (scroll.scrollTop = 500 * 26));
  await expect.poll(async () => Number((await page.locator(".trials tbody tr:not(.trials-gap)").first().getAttribute("aria-rowindex")) ?? 0)).toBeGreaterThan(450);
  const milliseconds = await page.evaluate(async () => {
    const times: number[] = [];
    for (let i = 0; i < 10; i++) {
      const from = performance.now();
      window.sayToSearch({ message: "trials", trials: [window.trialRow(900 + i)], tested: null });
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      times.push(performance.now() - from);
    }
    return times.sort((a, b) => a - b)[5];
  });
  console.info(`news of one of a thousand trials: ${milliseconds.toFixed(0)} ms, two frames and all charts anew`);
  expect(await page.locator(".trials tbody tr").count()).toBeLessThan(60);
});
