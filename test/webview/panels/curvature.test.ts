/** The curvature in the run panel, in a real browser. */
import fs from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CurvatureFigures } from "../../../src/protocol/curvature.js";
import { chromiumPath, launch } from "../harness/chromium.mjs";
import { serve } from "../harness/serve.mjs";

const first: CurvatureFigures = { step: 284, largest: 12.3, smallest: -0.81, largestError: 0, smallestError: 0, converged: true, rate: 0.05, stableRate: 0.162, examples: 1024, products: 24 };

describe.skipIf(chromiumPath === undefined)("curvature in the run panel (skipped where no Chromium is installed)", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await serve();
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    await page.goto(`${server.address}/?scenario=finished&theme=dark`);
    await page.waitForFunction(() => document.querySelector("descent-curvature section") !== null);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const text = (selector: string) => page.locator(`descent-curvature ${selector}`).first().innerText();
  const picture = async (name: string) => {
    if (process.env.PICTURES) await page.screenshot({ path: `${fs.realpathSync(process.env.PICTURES)}/${name}.png` });
  };

  it("is measured when asked for, with its progress and a way to end it", async () => {
    expect(await text("section")).toContain("How much the loss bends");
    await page.locator("descent-curvature vscode-button", { hasText: "Measure" }).click();
    await expect.poll(() => page.locator("descent-curvature progress").evaluate((bar: HTMLProgressElement) => bar.value)).toBe(0.4);
    await picture("measuring");
    await page.locator("descent-curvature vscode-button", { hasText: "Cancel" }).click();
    await expect.poll(() => page.locator("descent-curvature progress").count()).toBe(0);
    expect((await page.evaluate(() => window.sent)).map(({ message }) => message).filter((kind) => kind.includes("curvature"))).toEqual(["measure-curvature", "cancel-curvature"]);
  });

  it("shows largest, smallest, ratio, the place and the stable rate, and what they explain", async () => {
    await page.evaluate((figures) => window.say({ message: "curvature", figures }), [first, { ...first, step: 710, rate: 0.5 }]);
    await expect.poll(() => text("dl")).toMatch(/step\s+710\s+largest\s+12\.3\s+smallest\s+−0\.810\s+ratio\s+15\.2\s+place\s+saddle\s+stable rate\s+0\.162/);
    expect(await text("section")).toContain("The learning rate, 0.500, is above 0.162, the largest that is stable here");
    expect(await page.locator("descent-curvature dd.is-error").innerText()).toBe("0.162");
    expect(await page.locator("descent-curvature vscode-button").innerText()).toContain("Measure again");
    await page.locator("descent-curvature section").scrollIntoViewIfNeeded();
    await picture("measured");
  });

  it("says why it could not be measured", async () => {
    await page.evaluate(() => window.say({ message: "curvature-progress", fraction: null, problem: "The run has no checkpoint." }));
    await expect.poll(() => page.locator("descent-curvature [role=alert]").innerText()).toBe("The run has no checkpoint.");
  });
});
