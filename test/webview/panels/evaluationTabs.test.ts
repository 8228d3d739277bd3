/** Evaluation and Projection in a real browser: time, comparison, thresholds, a thousand classes, selections that all tabs share. */
import fs from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ScatterChart } from "../../../webview/charts/scatterChart.js";
import { panelMessageSchema } from "../../../src/protocol/panel.js";
import { chromiumPath, launch } from "../harness/chromium.mjs";
import { coloursOf } from "../harness/pixels.js";
import { serve } from "../harness/serve.mjs";

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(chromiumPath === undefined)("evaluation and projection (skipped where no Chromium is installed)", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    server = await serve();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  afterEach(async () => {
    const violations = await page.evaluate(() => window.violations);
    const sent = await page.evaluate(() => window.sent);
    await page.close();
    expect(errors.splice(0)).toEqual([]);
    expect(violations).toEqual([]);
    for (const message of sent) expect(panelMessageSchema.safeParse(message).success, JSON.stringify(message)).toBe(true);
  });

  async function open(scenario: string, tab: string, theme = "dark"): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${server.address}/?scenario=${encodeURIComponent(scenario)}&theme=${theme}`);
    await page.locator(`#tab-${tab}`).click();
  }

  async function choose(label: string, option: string): Promise<void> {
    await page.locator(`vscode-dropdown[aria-label="${label}"]`).click();
    await page.locator(`vscode-dropdown[aria-label="${label}"] vscode-option`, { hasText: option }).first().click();
  }

  const sent = (kind: string) => page.evaluate((name) => window.sent.filter(({ message }) => message === name), kind);
  const cell = (row: number, column: number) => page.locator(`[role=gridcell][data-row='${row}'][data-column='${column}']`);

  async function audit(): Promise<string[]> {
    await page.evaluate(axeSource);
    return page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run: (context: Document, options: unknown) => Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }> } };
      const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
    });
  }

  it("goes through the evaluations, by row and by column, most confused first", async () => {
    await open("finished", "evaluation");
    const slider = page.locator(".field", { hasText: "Evaluation" }).locator("input[type=range]");
    await expect.poll(() => slider.getAttribute("max")).toBe("2"); // two evaluations of history and the last
    const before = await cell(0, 0).innerText();
    await slider.focus();
    await page.keyboard.press("Home");
    await expect.poll(() => cell(0, 0).innerText()).not.toBe(before);
    expect(await page.locator(".toolbar-note").first().innerText()).toContain("at step 142");
    await page.getByText("By row").click();
    await expect.poll(() => cell(1, 1).innerText()).toMatch(/%$/);
    await page.getByText("Most confused first").click();
    expect(await page.locator("[role=rowheader]").first().innerText()).not.toBe("0");
    expect((await sent("layout")).at(-1)).toMatchObject({ layout: { cells: "rows", worstFirst: true } });
  });

  it("subtracts another evaluation and another run", async () => {
    await open("finished", "evaluation");
    await choose("Minus", "another evaluation");
    await expect.poll(() => page.locator("[role=gridcell]").allInnerTexts()).toContain("+33");
    await choose("Minus", "seed 1");
    expect((await sent("evaluations")).map((message) => (message as { of: string | null }).of)).toEqual([null, "/runs/other"]);
    await expect.poll(() => cell(0, 0).getAttribute("title")).toContain("in the other run");
  });

  it("moves the threshold of two classes: figures, curves' markers and the matrix follow", async () => {
    await open("binary", "evaluation");
    await expect.poll(() => page.locator(".threshold-counts").innerText()).toContain("TP");
    expect(await cell(1, 1).innerText()).toBe("106");
    const threshold = page.locator(".field", { hasText: "Threshold" }).locator("input[type=range]");
    await threshold.focus();
    await page.keyboard.press("End");
    await expect.poll(() => cell(1, 1).innerText()).toBe("0"); // nothing has a probability of 1
    expect(await page.locator(".threshold-counts").innerText()).toMatch(/0 TP\s+120 FN/);
    await page.keyboard.press("Home");
    await expect.poll(() => cell(0, 1).innerText()).toBe("280");
    expect(await page.locator("descent-xy-plot canvas").first().getAttribute("aria-label")).toContain("true positive rate 100 %");
    // a drag on the curve is the same handle
    const box = (await page.locator("descent-xy-plot canvas").first().boundingBox())!;
    await page.mouse.click(box.x + 60, box.y + 40);
    await expect.poll(() => cell(0, 1).innerText()).not.toBe("280");
    await page.getByText("Back", { exact: true }).click();
    await expect.poll(() => cell(1, 1).innerText()).toBe("106");
  });

  it("draws a thousand classes, finds one, walks on the keyboard and asks for a cell's examples", async () => {
    await open("thousand", "evaluation");
    await page.getByRole("searchbox").fill("species 127");
    await expect.poll(() => page.locator(".matrix-words").innerText()).toMatch(/^actual species 127, predicted species 127: \d+ of 10/);
    await page.locator(".matrix-canvas").focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.locator(".matrix-words").innerText()).toContain("predicted species 126");
    await page.keyboard.press("Enter");
    await expect.poll(() => sent("examples")).toEqual([expect.objectContaining({ actual: 127, predicted: 126 })]);
    await page.getByRole("searchbox").fill("no such");
    await expect.poll(() => page.locator("[role=status]").last().innerText()).toBe("No class is called that.");
    const milliseconds = await page.evaluate(() => {
      const matrix = document.querySelector("descent-matrix-canvas") as unknown as { draw(): void; showAll(): void };
      matrix.showAll();
      return Math.min(...Array.from({ length: 5 }, () => {
        const before = performance.now();
        matrix.draw();
        return performance.now() - before;
      }));
    });
    console.info(`a matrix of 1,000 classes is drawn in ${milliseconds.toFixed(1)} ms`);
    expect(await coloursOf(page, "descent-matrix-canvas canvas")).toBeGreaterThan(5);
  });

  it("shows predicted against true and residuals of numbers", async () => {
    await open("regression", "evaluation");
    await expect.poll(() => page.locator("descent-xy-plot").count()).toBe(3);
    expect(await page.locator(".threshold-scores").innerText()).toMatch(/R²\s+0\.9520/);
  });

  it("selects with a lasso: cards, the matrix' cells and the table of examples know it", async () => {
    await open("finished", "projection");
    await page.getByText("Lasso").click();
    const box = (await page.locator(".scatter-plot").boundingBox())!;
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    for (const [x, y] of [[0.99, 0.02], [0.99, 0.98], [0.02, 0.98]]) await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.locator("descent-selected-examples .count").innerText()).toBe("1,000");
    await expect.poll(() => page.locator("descent-selected-examples .example").count()).toBe(24);
    await page.locator("#tab-evaluation").click();
    expect(await page.locator(".is-picked").count()).toBeGreaterThan(10);
    expect(await cell(0, 0).getAttribute("title")).toMatch(/\d+ selected$/);
    await page.locator("#tab-examples").click();
    await page.getByText("Clear", { exact: true }).click();
    await expect.poll(() => page.locator("descent-selected-examples").count()).toBe(0);
  });

  it("makes the examples of the matrix' cell stand out, plays through the steps, and asks for a method", async () => {
    await open("finished", "evaluation");
    await cell(4, 4).click();
    await page.locator("#tab-projection").click();
    await expect.poll(() => page.locator("descent-projection-tab").innerText()).toMatch(/The \d+ examples of the matrix' cell stand out/);
    await page.getByRole("button", { name: "Play through the evaluations" }).click();
    await expect.poll(() => page.locator(".projection-summary").innerText()).toContain("at step 142");
    await expect.poll(() => page.locator(".projection-summary").innerText(), { timeout: 5000 }).toContain("at step 710");
    await page.getByText("UMAP").click();
    expect(await sent("project")).toEqual([{ message: "project", of: "dense_1", method: "umap" }]);
    expect(await page.locator("descent-projection-tab").innerText()).toContain("Laying out dense_1.");
    await page.evaluate(() => window.say({ message: "projection-failed", text: "The run has no checkpoint." }));
    await expect.poll(() => page.getByRole("alert").innerText()).toBe("The run has no checkpoint.");
  });

  it("selects what is in view without a pointer, and colours by loss", async () => {
    await open("finished", "projection");
    await page.locator(".scatter-plot").focus();
    for (const key of ["+", "+", "+", "+"]) await page.keyboard.press(key);
    await page.waitForTimeout(100);
    await page.getByText("Select what is in view").click();
    await expect.poll(() => page.locator("descent-selected-examples .count").innerText()).toMatch(/^\d{1,3}$/);
    await choose("Colour", "loss");
    await expect.poll(() => page.locator(".legend-class").count()).toBe(12);
  });

  it("draws 60,000 points, and says how long it takes", async () => {
    await open("many points", "projection");
    await expect.poll(() => page.locator(".projection-summary").innerText(), { timeout: 10_000 }).toContain("60,000 examples");
    const milliseconds = await page.evaluate(() => {
      const scatter = document.querySelector<ScatterChart>("descent-scatter")!;
      return Math.min(...Array.from({ length: 20 }, () => {
        const before = performance.now();
        scatter.draw();
        return performance.now() - before;
      }));
    });
    console.info(`60,000 points are drawn in ${milliseconds.toFixed(1)} ms`);
    expect(await coloursOf(page, "descent-scatter canvas")).toBeGreaterThan(10);
  });

  it.each(["dark", "light", "contrast-dark", "contrast-light"])("has nothing that axe objects to in %s", async (theme) => {
    for (const [scenario, tab] of [["binary", "evaluation"], ["thousand", "evaluation"], ["regression", "evaluation"], ["finished", "projection"]]) {
      await open(scenario, tab, theme);
      await page.waitForTimeout(150);
      if (tab === "projection") await page.getByText("Select what is in view").click();
      await page.waitForTimeout(100);
      expect(await audit(), `${scenario}, ${tab}`).toEqual([]);
      if (tab !== "projection") await page.close();
    }
  });
});
