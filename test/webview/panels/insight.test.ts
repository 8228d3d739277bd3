/** The loss surface and the pictures of layers in a real browser: asked for on demand, by keyboard, in every theme, with words where there is none. */
import fs from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { panelMessageSchema, type PanelMessage } from "../../../src/protocol/panel.js";
import { chromiumPath, launch } from "../harness/chromium.mjs";
import { coloursOf } from "../harness/pixels.js";
import { serve } from "../harness/serve.mjs";

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(chromiumPath === undefined)("what a run's weights show (skipped where no Chromium is installed)", () => {
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
    const messages = await page.evaluate(() => window.sent.filter(({ message }) => message !== "save-picture"));
    await page.close();
    expect(errors.splice(0)).toEqual([]);
    expect(violations).toEqual([]);
    for (const message of messages) expect(panelMessageSchema.safeParse(message).success, JSON.stringify(message)).toBe(true);
  });

  async function open(scenario: string, tab: string, { theme = "dark", width = 1280 } = {}): Promise<void> {
    page = await browser.newPage({ viewport: { width, height: 900 } });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${server.address}/?scenario=${encodeURIComponent(scenario)}&theme=${theme}`);
    await page.locator(`#tab-${tab}`).click();
  }

  async function openLayer(scenario: string, layer: string, view: string, options: { theme?: string; width?: number } = {}): Promise<void> {
    await open(scenario, "layers", options);
    await page.getByRole("button", { name: layer, exact: true }).click();
    await page.getByText(view, { exact: true }).click();
  }

  const compute = () => page.locator("vscode-button", { hasText: "Compute" });
  const sent = <Kind extends PanelMessage["message"]>(kind: Kind) => page.evaluate((name) => window.sent.filter(({ message }) => message === name), kind) as Promise<Extract<PanelMessage, { message: Kind }>[]>;
  const summary = () => page.locator(".surface-summary").innerText();
  const colours = (selector: string) => coloursOf(page, selector);
  /** A canvas as it is, to tell whether it has changed. */
  const picture = (selector: string) => page.locator(selector).first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

  async function audit(): Promise<string[]> {
    await page.evaluate(axeSource);
    return page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run: (context: Document, options: unknown) => Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }> } };
      const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary}`));
    });
  }

  it("asks for nothing until the tab is opened, and computes what was chosen", async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${server.address}/?scenario=finished&theme=light`);
    await page.locator(".chart-card").first().waitFor();
    expect(await page.evaluate(() => window.sent.filter(({ message }) => ["surfaces", "surface", "inspect"].includes(message)).length)).toBe(0);
    await page.locator("#tab-surface").click();
    expect(await sent("surfaces")).toHaveLength(1);
    expect(await page.locator(".tab-empty").innerText()).toContain("How does the loss lie around the weights");
    await page.locator(".number-field").fill("7");
    await page.keyboard.press("Tab");
    await compute().click();
    expect(await sent("surface")).toEqual([{ message: "surface", wish: { directions: "random", seed: 7, reach: 1, points: 33, split: "train" } }]);
    await expect.poll(summary).toMatch(/^The loss is 0\.0812 at the weights of step 710.*It has doubled at a distance of 0\.\d+/);
    expect(await colours("descent-contour-plot canvas")).toBeGreaterThan(60);
    expect(await colours("descent-surface-plot canvas")).toBeGreaterThan(60);
    await page.getByText("Path of training").click();
    await compute().click();
    await expect.poll(summary).toContain("The path's two directions hold 96 % of how the weights moved");
    expect(await page.locator("vscode-dropdown[aria-label=Shown] vscode-option").allInnerTexts()).toEqual(["step 710, path, 33 × 33", "step 710, random, seed 7, reach 1, 33 × 33"]);
  });

  it("shows a coarse grid with progress, and cancels", async () => {
    await open("slow surface", "surface");
    await compute().click();
    await expect.poll(() => page.locator(".surface-progress").innerText()).toContain("7 %, measuring the loss at 1089 places");
    expect(await colours("descent-contour-plot canvas")).toBeGreaterThan(60);
    await page.locator("vscode-button", { hasText: "Cancel" }).click();
    expect(await sent("cancel-surface")).toHaveLength(1);
    await expect.poll(() => page.locator(".surface-progress").count()).toBe(0);
    expect(await page.locator(".tab-empty").innerText()).toContain("Choose Compute");
  });

  it("says why there is none: a path too short, a log of others", async () => {
    await open("short path", "surface");
    await page.getByText("Path of training").click();
    await compute().click();
    await expect.poll(() => page.locator("[role=alert]").innerText()).toContain("a path needs three. Train with training.checkpoint");
    await page.close();
    await open("log", "surface");
    expect(await page.locator(".tab-empty").innerText()).toContain("A log holds curves, and no weights");
    expect(await page.evaluate(() => window.sent.filter(({ message }) => message === "surfaces").length)).toBe(0);
  });

  it("shows what the run keeps; turns by mouse and keys; says the value of a place by pointer and keys", async () => {
    await open("surfaces", "surface");
    await expect.poll(summary).toContain("path's two directions");
    const space = "descent-surface-plot canvas";
    const first = await picture(space);
    await page.locator("descent-surface-plot .surface-plot").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => picture(space)).not.toBe(first);
    await page.keyboard.press("Home");
    await expect.poll(() => picture(space)).toBe(first);
    const box = (await page.locator(space).boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 180, box.y + 120, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => picture(space)).not.toBe(first);
    await page.locator("descent-contour-plot .surface-plot").focus();
    await page.keyboard.press("ArrowRight");
    const words = () => page.locator("descent-contour-plot .surface-words").innerText();
    await expect.poll(words).toMatch(/^loss 0\.0\d+ at 0(\.00)?, 0/); // at the weights; the grid has no place there
    await page.keyboard.press("ArrowLeft");
    await expect.poll(words).toMatch(/^loss 0\.\d+ at −0\.56\d, 0/);
    await page.keyboard.press("Escape");
    await expect.poll(words).toBe("");
    const flat = (await page.locator("descent-contour-plot canvas").boundingBox())!;
    await page.mouse.move(flat.x + flat.width / 2, flat.y + flat.height / 2);
    await expect.poll(words).toMatch(/^loss /);
    // logarithmic where values span orders, linear where the user says so
    const contour = await picture("descent-contour-plot canvas");
    await page.getByText("Logarithmic").click();
    await expect.poll(() => picture("descent-contour-plot canvas")).not.toBe(contour);
    await page.getByRole("button", { name: "Show as a table" }).click();
    expect(await page.locator(".surface-table tbody tr").count()).toBe(9);
    await page.getByRole("button", { name: "Show the pictures" }).click();
    await page.getByRole("button", { name: "Save PNG" }).click();
    await expect.poll(() => page.evaluate(() => window.sent.flatMap((message) => (message.message === "save-picture" ? [`${message.name} ${[...(message.data as Uint8Array).subarray(1, 4)].map((byte) => String.fromCodePoint(byte)).join("")}`] : []))), { timeout: 8000 }).toEqual(["Loss along the path of training PNG", "Loss along the path of training, in space PNG"]);
  });

  it("counts and hatches places where the loss is not finite", async () => {
    await open("finished", "surface");
    await page.locator("vscode-dropdown[aria-label=Reach]").click();
    await page.locator("vscode-dropdown[aria-label=Reach] vscode-option", { hasText: "5" }).last().click();
    await compute().click();
    await expect.poll(summary).toMatch(/At \d+ of 1,089 places the loss is not finite/);
  });

  it("draws a surface of 65 × 65, and says how long it takes", async () => {
    await open("finished", "surface");
    await page.locator("vscode-dropdown[aria-label=Grid]").click();
    await page.locator("vscode-dropdown[aria-label=Grid] vscode-option", { hasText: "65" }).click();
    await compute().click();
    await expect.poll(summary).toContain("0.0812");
    const milliseconds = await page.evaluate(() => {
      const plot = document.querySelector("descent-surface-plot") as unknown as { draw(): void };
      return Math.min(...Array.from({ length: 5 }, () => {
        const before = performance.now();
        plot.draw();
        return performance.now() - before;
      }));
    });
    console.info(`a surface of 65 x 65 places is drawn in ${milliseconds.toFixed(1)} ms`);
    expect(await colours("descent-surface-plot canvas")).toBeGreaterThan(20);
  });

  it("shows filters, a plane for each input, on one scale or each on its own, at each step whose weights are kept", async () => {
    await openLayer("finished", "conv2d_2", "Filters");
    await expect.poll(() => page.locator(".tensor-picture").count()).toBe(32);
    expect((await sent("inspect")).map(({ request }) => request.ask)).toEqual(["outline", "filters"]);
    expect(await page.locator(".picture-legend").innerText()).toMatch(/−0\.33\d*\s+0\.33/);
    expect(await page.locator(".picture-scale").getAttribute("aria-label")).toContain("0 in the middle");
    const first = await picture(".tensor-picture canvas");
    await page.getByText("Own scale").click();
    await expect.poll(() => picture(".tensor-picture canvas")).not.toBe(first);
    await page.getByText("Shared scale").click();
    await expect.poll(() => picture(".tensor-picture canvas")).toBe(first);
    const step = page.locator("descent-layer-pictures input[type=range]");
    await step.focus();
    await page.keyboard.press("Home");
    await expect.poll(() => picture(".tensor-picture canvas")).not.toBe(first);
    expect((await sent("inspect")).at(-1)!.request).toMatchObject({ ask: "filters", layer: "conv2d_2", step: 0 });
    await page.locator(".tensor-picture").first().focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator(".picture-words").innerText()).toMatch(/^filter 1: from −0\.\d+ to 0\.\d+/);
    await page.locator(".tensor-picture canvas").first().hover({ position: { x: 1, y: 1 } });
    await expect.poll(() => page.locator(".picture-words").innerText()).toMatch(/^filter 0, input 0, row 0, column 0: /);
    await page.getByRole("button", { name: "Save PNG" }).click();
    await expect.poll(async () => (await sent("save-picture")).map(({ name }) => name)).toEqual(["conv2d_2 filters at step 0"]);
  });

  it("shows the first layer's filters in colour where its inputs are", async () => {
    await openLayer("colour filters", "conv2d_1", "Filters");
    await expect.poll(() => page.locator(".tensor-picture").count()).toBe(16);
    expect(await page.locator(".picture-legend").innerText()).toContain("red, green and blue");
    await page.locator(".tensor-picture canvas").first().hover({ position: { x: 4, y: 4 } });
    await expect.poll(() => page.locator(".picture-words").innerText()).toMatch(/row 0, column 0: red .*, green .*, blue /);
  });

  it("shows what a layer makes of the example that is chosen, mistakes alone where asked", async () => {
    await openLayer("finished", "max_pool_1", "Activation images");
    await expect.poll(() => page.locator(".tensor-picture").count()).toBe(16);
    const first = await picture(".tensor-picture canvas");
    await page.locator(".example-choice").nth(2).click();
    await expect.poll(() => picture(".tensor-picture canvas")).not.toBe(first);
    expect((await sent("inspect")).at(-1)!.request).toEqual({ ask: "activations", layer: "max_pool_1", step: 710, example: 9002, offset: 0, limit: 64 });
    expect(await page.locator(".example-choice").nth(2).getAttribute("aria-pressed")).toBe("true");
    await page.getByRole("button", { name: "Further examples" }).click();
    await expect.poll(() => page.locator(".picture-examples .toolbar-note").innerText()).toBe("Validation examples 13 to 24 of 1,000");
    await page.getByText("Mistakes alone").click();
    await expect.poll(() => page.locator(".picture-examples .toolbar-note").innerText()).toBe("Validation examples 1 to 12 of 29");
    // a layer of rows has distributions alone
    await page.getByRole("button", { name: "dense_1", exact: true }).click();
    await expect.poll(() => page.locator("descent-layer-histograms").count()).toBe(1);
    expect(await page.locator("descent-layer-detail fieldset").count()).toBe(1);
  });

  it("says that a run has no weights yet", async () => {
    await openLayer("no weights", "conv2d_1", "Filters");
    await expect.poll(() => page.locator("descent-layer-pictures [role=alert]").innerText()).toContain("has no checkpoint yet");
  });

  it("passes axe in every theme, narrow and wide", async () => {
    for (const [theme, width] of [["dark", 1280], ["light", 900], ["contrast-dark", 520], ["contrast-light", 1600]] as const) {
      await open("surfaces", "surface", { theme, width });
      await expect.poll(summary).not.toBe("");
      expect(await audit(), `surface, ${theme}`).toEqual([]);
      for (const view of ["Filters", "Activation images"]) {
        await page.close();
        await openLayer("finished", "conv2d_1", view, { theme, width });
        await expect.poll(() => page.locator(".tensor-picture").count()).toBe(16);
        expect(await audit(), `${view}, ${theme}`).toEqual([]);
      }
      if (theme !== "contrast-light") await page.close();
    }
  });
});
