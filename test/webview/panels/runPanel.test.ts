/** The run panel in a real browser, on a page with the host's content policy, fed with the protocol's messages. */
import fs from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { panelMessageSchema } from "../../../src/protocol/panel.js";
import { chromiumPath, launch } from "../harness/chromium.mjs";
import { serve } from "../harness/serve.mjs";

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tabs = ["curves", "layers", "evaluation", "projection", "examples", "file"];

describe.skipIf(chromiumPath === undefined)("run panel (skipped where no Chromium is installed)", () => {
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

  async function open(scenario: string, theme = "dark", size = { width: 900, height: 700 }): Promise<void> {
    page = await browser.newPage({ viewport: size });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${server.address}/?scenario=${encodeURIComponent(scenario)}&theme=${theme}`);
    await page.waitForFunction(() => document.querySelector("descent-run-panel")?.children.length !== 0);
  }

  const text = (selector: string) => page.locator(selector).first().innerText();
  const sent = (kind: string) => page.evaluate((name) => window.sent.filter(({ message }) => message === name), kind);

  it("several causes: a button tells them apart by experiment, and what was seen stands above the findings", async () => {
    await open("stopped");
    await page.getByRole("button", { name: "Tell the 2 Causes Apart" }).click();
    expect(await sent("action")).toEqual([{ message: "action", action: "tell-apart" }]);
    await page.close();
    await open("told apart");
    expect(await page.locator(".told-apart li").allInnerTexts()).toEqual(["learning rate optimizer.sgd.lr 93 %", "preprocessing data.scaling 31 %"]);
    expect(await text(".told-apart p")).toMatch(/better by more than chance.*It is the learning rate/);
    await page.evaluate(axeSource);
    expect(await audit(page)).toEqual([]);
  });

  it.each([360, 420])("every line of a chart has its name in a panel %d px wide, and nothing is wider than the panel", async (width) => {
    await open("running", "dark", { width, height: 800 });
    const legend = page.locator("descent-line-chart").first().locator(".chart-legend");
    const shown = await legend.evaluate((element) => {
      const { top, bottom, left, right } = element.getBoundingClientRect();
      return [...element.querySelectorAll(".legend-entry")].map((entry) => {
        const box = entry.getBoundingClientRect();
        return { name: entry.querySelector(".legend-label")!.textContent, inside: box.top >= top - 1 && box.bottom <= bottom + 1 && box.left >= left - 1 && box.right <= right + 1 };
      });
    });
    expect(shown).toEqual([{ name: "train", inside: true }, { name: "validation", inside: true }]);
    for (const tab of tabs) {
      await page.locator(`#tab-${tab}`).click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), tab).toBeLessThanOrEqual(width);
    }
    await page.locator("#tab-layers").click();
    expect(await page.locator(".layers-table").evaluate((table) => table.scrollWidth - table.clientWidth)).toBeLessThanOrEqual(0);
  });

  it("curves that a log of others counts in epochs end where they do, not where those of batches end", async () => {
    await open("log");
    await page.evaluate(() => {
      const rising = (count: number, stride: number) => Float64Array.from({ length: count }, (_, i) => i * stride);
      const series = (tag: string, count: number, stride: number) => ({ tag, steps: rising(count, stride), values: rising(count, 1) });
      window.say({ message: "series", replace: true, series: [series("train/loss", 8, 1), series("validation/loss", 8, 1), series("train/batch_loss", 71, 10), series("train/late", 30, 20)] });
    });
    const ends = () => page.locator("descent-line-chart").evaluateAll((charts) => charts.map((chart) => [chart.querySelector("h2")!.textContent!.trim(), (chart as unknown as { end: number }).end]));
    await page.waitForFunction(() => document.querySelectorAll("descent-line-chart").length === 3);
    const [loss, ...others] = await ends();
    expect(loss).toEqual(["Loss", 7]);
    expect(new Set(others.map(([, end]) => end)).size).toBe(1);
    expect(others[0][1]).toBeGreaterThanOrEqual(700);
  });

  it("shows how a run stands and its curves", async () => {
    await open("running");
    expect(await text(".run-state")).toBe("running");
    expect(await text(".run-figures")).toMatch(/epoch 3 of 5\s+step 412 of 710\s+\d:\d\d left/);
    expect(await text(".figure.is-best")).toBe("best accuracy 0.971, step 284, epoch 2");
    expect(await page.locator("descent-line-chart h2").allInnerTexts()).toEqual(["Loss", "Accuracy", "Learning rate", "Gradient norm"]);
    const inked = await page.locator(".chart-data").first().evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let blue = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && data[i + 2] > data[i] + 80) blue++;
      return blue;
    });
    expect(inked).toBeGreaterThan(500);
  });

  it("tells the loss in words and as a table", async () => {
    await open("healthy");
    await expect.poll(() => page.locator("descent-line-chart [aria-live=polite]").innerText()).toMatch(/^Loss: train fell from \d\.\d\d to 0\.\d+ in 411 steps; validation fell from/);
    await page.getByRole("button", { name: "Loss: show as table" }).click();
    const rows = await page.locator(".chart-table tbody tr").allInnerTexts();
    expect(rows.length).toBeGreaterThan(20);
    expect(rows[0]).toMatch(/^412\s+0\.\d+/);
  });

  it("appends points as they come, and moves the axes only by steps", async () => {
    await open("healthy");
    const end = () => page.locator("[role=slider]").first().getAttribute("aria-valuemax");
    expect(await end()).toBe("500");
    await page.evaluate(() => window.say({ message: "series", replace: false, series: [{ tag: "train/loss", steps: Float64Array.of(413, 414), values: Float64Array.of(0.5, 0.25) }] }));
    await expect.poll(() => page.locator("[role=slider]").first().getAttribute("aria-valuetext")).toMatch(/^step 500: train 0\.\d+/);
    expect(await end()).toBe("500");
    await page.getByRole("button", { name: "Loss: show as table" }).click();
    expect((await page.locator(".chart-table tbody tr").first().innerText()).startsWith("414\t0.2500")).toBe(true);
  });

  it("shows one cursor in all charts, zooms by dragging and comes back by double click", async () => {
    await open("healthy");
    const plot = page.locator(".chart-plot").first();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + 200, box.y + 60);
    const values = await page.locator("[role=slider]").evaluateAll((sliders) => sliders.map((slider) => slider.getAttribute("aria-valuenow")));
    expect(new Set(values).size).toBe(1);
    expect(Number(values[0])).toBeGreaterThan(50);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.getByRole("button", { name: "Show all" }).getAttribute("title")).toMatch(/^Steps \d+ to \d+ are shown/);
    await page.mouse.dblclick(box.x + 250, box.y + 60);
    await expect.poll(() => page.locator("[role=slider]").first().getAttribute("aria-valuemax")).toBe("500");
  });

  it("moves the cursor and zooms on the keyboard", async () => {
    await open("healthy");
    const plot = page.locator("[role=slider]").first();
    await plot.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    expect(Number(await plot.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
    await page.keyboard.press("+");
    await expect.poll(() => plot.getAttribute("aria-valuemax")).not.toBe("500");
    await page.keyboard.press("Escape");
    await expect.poll(() => plot.getAttribute("aria-valuemax")).toBe("500");
  });

  it("sends what its buttons say", async () => {
    await open("running");
    await page.getByText("Pause").click();
    await page.getByText("Stop", { exact: true }).click();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Save a checkpoint now" }).click();
    expect((await sent("action")).map((message) => (message as { action: string }).action)).toEqual(["pause", "stop", "checkpoint"]);
    await page.getByRole("button", { name: "Change the learning rate" }).click();
    await page.keyboard.type("3e-4");
    await page.keyboard.press("Enter");
    expect(await sent("set-learning-rate")).toEqual([{ message: "set-learning-rate", value: 3e-4 }]);
  });

  it("jumps to a finding's line and applies its fix", async () => {
    await open("running");
    await page.getByRole("button", { name: "mnist.train.yaml:17" }).click();
    await page.getByRole("button", { name: "Set lr to 0.05" }).click();
    expect(await sent("open-finding")).toEqual([{ message: "open-finding", index: 0 }]);
    expect(await sent("apply-fix")).toEqual([{ message: "apply-fix", index: 0, fix: 0 }]);
  });

  it("asks for the examples of the cell that is clicked and draws them", async () => {
    await open("running");
    await page.locator("#tab-evaluation").click();
    await page.locator("[role=gridcell][data-row='4'][data-column='9']").click();
    await expect.poll(() => page.locator(".example").count()).toBe(5);
    expect((await sent("examples"))[0]).toMatchObject({ split: "validation", actual: 4, predicted: 9, offset: 0 });
    const bright = await page.locator(".example canvas").first().evaluate((canvas: HTMLCanvasElement) => Math.max(...canvas.getContext("2d")!.getImageData(0, 0, 28, 28).data.filter((_, i) => i % 4 === 0)));
    expect(bright).toBeGreaterThan(200);
  });

  it("moves through the matrix with the arrow keys", async () => {
    await open("running");
    await page.locator("#tab-evaluation").click();
    await page.locator("[role=gridcell][tabindex='0']").focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    await expect.poll(() => sent("examples")).toHaveLength(1);
    expect((await sent("examples"))[0]).toMatchObject({ actual: 2, predicted: 1 });
  });

  it("shows rows as rows", async () => {
    await open("rows");
    await page.locator("#tab-examples").click();
    await expect.poll(() => page.locator(".example-row").count()).toBe(5);
    expect(await page.locator(".example-row th").first().innerText()).toBe("sepal length");
  });

  it("shows the example under the pointer in the projection, and asks for another layer", async () => {
    await open("running");
    await page.locator("#tab-projection").click();
    expect(await text(".projection-summary")).toMatch(/^t-SNE of layer dense_1, 1,000 examples at step 284\. The nearest neighbour is of the same class for \d+ %\.$/);
    const box = (await page.locator(".scatter-plot").boundingBox())!;
    for (let x = 0.2; x < 0.9 && (await page.locator(".projection-card").count()) === 0; x += 0.02) await page.mouse.move(box.x + box.width * x, box.y + box.height / 2);
    await expect.poll(() => page.locator(".projection-card .example").count()).toBe(1);
    await page.locator("vscode-dropdown").first().click();
    await page.locator("vscode-option", { hasText: "conv2d_2" }).click();
    await expect.poll(() => sent("project")).toEqual([{ message: "project", of: "conv2d_2", method: "tsne" }]);
  });

  it("goes through the tabs with the arrow keys and tells the host", async () => {
    await open("running");
    await page.locator("#tab-curves").focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator("[role=tab][aria-selected=true]").innerText()).toBe("Layers");
    await page.keyboard.press("End");
    expect(await page.locator("[role=tab][aria-selected=true]").innerText()).toBe("File");
    expect((await sent("layout")).map((message) => (message as { layout: { tab: string } }).layout.tab)).toEqual(["layers", "file"]);
  });

  it("says what happened and what to do in each state", async () => {
    await open("empty");
    expect(await text("main")).toContain("No run yet");
    for (const [scenario, words] of [
      ["preparing", ["preparing", "reading the data"]], ["paused", ["paused", "Continue"]], ["stopping", ["stopping"]], ["stopped", ["stopped", "Resume"]],
      ["finished", ["finished", "0.9710", "best.onnx", "Evaluate on test", "Export"]], ["finished early", ["finished early"]],
      ["failed", ["failed", "The loss stopped being a number at step 335.", "Last finite figures: step 334", "Resume from step 284"]], ["broken", ["cannot be shown"]],
    ] as const) {
      await page.close();
      await open(scenario);
      for (const word of words) await expect.poll(() => text("descent-run-panel"), { message: `${scenario}: ${word}` }).toContain(word);
    }
  });

  it("reports a message that does not fit the protocol, and goes on", async () => {
    await open("running");
    await page.evaluate(() => window.postMessage({ message: "progress", progress: { step: "one" } }, "*"));
    await expect.poll(() => sent("error")).toHaveLength(1);
    expect(await text(".run-state")).toBe("running");
  });

  it("does not shift when data arrive", async () => {
    await open("preparing");
    const places = () => page.locator(".chart-card").evaluateAll((cards) => cards.map((card) => JSON.stringify(card.getBoundingClientRect())));
    const before = await places();
    await page.evaluate(() => {
      for (const tag of ["train/loss", "validation/loss", "train/accuracy", "train/learning_rate", "train/gradient_norm"]) window.say({ message: "series", replace: false, series: [{ tag, steps: Float64Array.of(1, 2), values: Float64Array.of(12_345.678, NaN) }] });
    });
    await expect.poll(() => text("descent-line-chart .legend-value")).toBe("NaN");
    expect(await places()).toEqual(before);
  });

  it("follows the theme when it changes", async () => {
    await open("running");
    const colour = () => page.locator(".chart-data").first().evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255 && data[i + 2] > data[i] + 90) return data.slice(i, i + 3).join();
      return "";
    });
    const dark = await colour();
    await page.evaluate(() => window.dress("light"));
    await expect.poll(colour).not.toBe(dark);
  });

  for (const theme of ["dark", "light", "contrast-dark", "contrast-light"]) {
    it(`has nothing that axe objects to in ${theme}`, async () => {
      await open("running", theme);
      await page.evaluate(axeSource);
      for (const tab of tabs) {
        await page.locator(`#tab-${tab}`).click();
        await page.waitForTimeout(100);
        expect(await audit(page), `${theme}, ${tab}`).toEqual([]);
      }
    });
  }

  for (const scenario of ["empty", "finished", "failed"]) {
    it(`has nothing that axe objects to when ${scenario}`, async () => {
      await open(scenario, "light", { width: 520, height: 700 });
      await page.evaluate(axeSource);
      expect(await audit(page)).toEqual([]);
    });
  }
});

/** What axe finds: rule, place and reason. */
function audit(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`));
  });
}
