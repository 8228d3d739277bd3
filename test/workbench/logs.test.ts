/** Open TensorBoard Logs in the real workbench: logs that torch and Lightning wrote, and folders with nothing to show. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { audit } from "./audit.js";
import { startDriver, until, type Driver } from "./driver.js";

const fixtures = path.join(import.meta.dirname, "../fixtures");
let driver: Driver;
const inWorkspace = (...names: readonly string[]) => path.join(driver.workspace, ...names);
const row = (label: string) => driver.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${label}"]`).first();
const notification = (text: RegExp) => driver.page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();
const text = (selector: string) => driver.panel().locator(selector).first().innerText().catch(() => "");

/** Runs the command and answers its question for a folder. */
async function openLogs(folder: string): Promise<void> {
  await driver.command("View: Close All Editors");
  await driver.command("Descent: Open TensorBoard Logs");
  const input = driver.page.locator(".quick-input-widget input:visible");
  await until("the question for a folder", async () => (await input.inputValue().catch(() => "")).includes("/"));
  // the question fills in its own path while it opens
  await until("the path", async () => input.fill(`${folder}/`).then(() => new Promise((resolve) => setTimeout(resolve, 500))).then(() => input.inputValue()).then((value) => value === `${folder}/`, () => false));
  await driver.page.locator(".quick-input-widget .quick-input-action a", { hasText: /Open Logs/ }).or(driver.page.getByRole("button", { name: "Open Logs" })).first().click();
}

beforeAll(async () => {
  driver = await startDriver();
  fs.cpSync(path.join(fixtures, "logs", "torch"), inWorkspace("torch"), { recursive: true });
  fs.cpSync(path.join(fixtures, "diagnose"), inWorkspace("many"), { recursive: true });
  fs.cpSync(path.join(fixtures, "diagnose", "script-healthy"), inWorkspace("doomed"), { recursive: true });
  fs.mkdirSync(inWorkspace("garbage"));
  fs.writeFileSync(inWorkspace("garbage", "events.out.tfevents.1"), "this is no event file, whatever its name says");
  await driver.open();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await driver.picture(task.name.replaceAll(/\W+/g, "-").slice(0, 40));
});
afterAll(async () => {
  await driver?.close();
});

test("a log of torch: its curves by our names, hyper-parameters, images and histograms", async () => {
  await openLogs(inWorkspace("torch"));
  await until("the panel", async () => (await text(".run-name")) === "torch");
  await until("the loss", async () => (await driver.panel().locator("descent-line-chart").first().getAttribute("aria-label").catch(() => "")) !== "" && /Loss/.test(await text(".chart-title")));
  expect(await driver.panel().locator(".tab").allInnerTexts()).toEqual(["Curves", "Media", "Projection", "Loss surface"]);
  expect(await text(".facts")).toMatch(/optimizer/);
  await driver.picture("logs-curves");
  await driver.panel().locator("#tab-media").click();
  await until("the image", async () => (await driver.panel().locator("canvas.media-image").count()) === 1);
  expect(await text(".media-text")).toContain("lr: **0.1**");
  await until("the histogram", async () => (await driver.panel().locator(".media-plot rect").count()) > 3);
  expect(await audit(driver.panel().locator("body"))).toEqual([]);
  await driver.picture("logs-media");
  await driver.panel().locator("#tab-projection").click();
  await until("the projection", async () => (await driver.panel().locator("descent-projection-tab canvas").count()) > 0);
  expect(await audit(driver.panel().locator("body"))).toEqual([]);
  await driver.picture("logs-projection");
});

test("what grows is followed", async () => {
  await driver.panel().locator("#tab-curves").click();
  const { EventFileWriter } = await import("../../src/runs/events/eventFileWriter.js");
  const writer = new EventFileWriter(inWorkspace("torch"), 20);
  for (let step = 20; step < 400; step++) writer.scalars(Date.now() / 1000, step, ["Loss/train"], [0.05]);
  writer.close();
  await until("step 399", async () => /399/.test(await text(".run-figures")));
});

test("a folder with many runs asks which one, and lists all in the Runs view; a diagnosis stands beside the curves", async () => {
  await openLogs(inWorkspace("many"));
  await row("keras-healthy").waitFor();
  const input = driver.page.locator(".quick-input-widget input[placeholder^='All of them']");
  await input.fill("deepSigmoid");
  await until("one row", async () => (await driver.page.locator(".quick-input-list .monaco-list-row").count()) === 1);
  await input.press("Enter");
  await until("the panel", async () => (await text(".run-name")) === "script-deepSigmoid");
  await until("the finding", async () => /vanishes on its way/.test(await text("descent-findings")));
  await driver.picture("logs-finding");
});

test("50,000 tags: the first charts stand, the others are found by name", async () => {
  const { EventFileWriter } = await import("../../src/runs/events/eventFileWriter.js");
  const tags = Array.from({ length: 50_000 }, (_, i) => `group${i % 100}/tag${i}`);
  const writer = new EventFileWriter(inWorkspace("wide"), 0);
  for (let step = 0; step < 3; step++) writer.scalars(1.7e9 + step, step, tags, tags.map((_, i) => i + step));
  writer.close();
  await openLogs(inWorkspace("wide"));
  await until("the panel", async () => (await text(".run-name")) === "wide");
  await until("charts", async () => /more of 50,000 charts/.test(await text(".charts-more")));
  await driver.panel().locator(".search-field input").first().fill("tag31234");
  await until("the chart", async () => /tag31234/.test(await text(".chart-title")));
  await driver.picture("logs-wide");
});

test("Compare Runs lays several runs side by side; Save Report writes one file that needs nothing else", async () => {
  await driver.command("Descent: Compare Runs");
  for (const name of ["script-healthy", "script-overfitting", "keras-healthy"]) {
    await driver.page.locator(".quick-input-widget input[type=text]:visible, .quick-input-widget input.input:visible").first().fill(name);
    await row(name).click();
  }
  await driver.page.locator(".quick-input-widget .quick-input-action a, .quick-input-widget .monaco-text-button", { hasText: "OK" }).first().click();
  const page = driver.page.frameLocator("iframe.webview.ready:visible").last().frameLocator("iframe#active-frame");
  await until("the comparison", async () => (await page.locator("h1").first().innerText().catch(() => "")).endsWith("runs"));
  expect(await page.locator("thead th").allInnerTexts()).toEqual(expect.arrayContaining([expect.stringContaining("script-healthy"), expect.stringContaining("script-overfitting")]));
  expect(await page.locator("td.best").count()).toBeGreaterThan(0);
  await driver.picture("logs-compare");
});

test("garbage and a folder without logs get a sentence, never an empty panel", async () => {
  await openLogs(inWorkspace("garbage"));
  await notification(/No logs in .*garbage.*hold/s).or(notification(/No logs in/)).first().waitFor({ timeout: 30_000 });
});

test("a log with wrong checksums, a file that was cut, and a projector of unequal rows: what is whole is shown, what is not is told", async () => {
  const { EventFileWriter } = await import("../../src/runs/events/eventFileWriter.js");
  const { gzipSync } = await import("node:zlib");
  const damaged = inWorkspace("damaged");
  const write = (name: string, tag: string): string => {
    const writer = new EventFileWriter(path.join(damaged, name), 1);
    for (let step = 1; step <= 200; step++) writer.scalars(1.7e9 + step, step, [tag], [1 / step]);
    writer.close();
    return path.join(damaged, name, fs.readdirSync(path.join(damaged, name))[0]);
  };
  const flipped = write("train", "loss");
  const bytes = fs.readFileSync(flipped);
  bytes[Math.floor(bytes.length / 2)] ^= 0x55; // within the data of a record, or its checksum
  fs.writeFileSync(flipped, bytes);
  const cut = write("validation", "loss");
  const packed = gzipSync(fs.readFileSync(cut));
  fs.writeFileSync(`${cut}.gz`, packed.subarray(0, Math.floor(packed.length * 0.7)));
  fs.rmSync(cut);
  fs.writeFileSync(path.join(damaged, "t.tsv"), "1\t2\n3\n");
  fs.writeFileSync(path.join(damaged, "projector_config.pbtxt"), 'embeddings { tensor_path: "t.tsv" }');
  await openLogs(damaged);
  await until("the panel", async () => (await text(".run-name")) === "damaged");
  await until("what is damaged", async () => /row 2 has 1 values, the first has 2/.test(await text("descent-findings")) && /checksum|damaged/.test(await text("descent-findings")));
  expect(await driver.panel().locator("descent-line-chart").first().innerText()).toMatch(/Loss: train fell from 1 to/);
  await driver.picture("logs-damaged");
});

test("a folder that is deleted while it is open says so and still shows its curves", async () => {
  await openLogs(inWorkspace("doomed"));
  await until("the panel", async () => (await text(".run-name")) === "doomed");
  fs.rmSync(inWorkspace("doomed"), { recursive: true });
  await until("the word", async () => /not there any more/.test(await text("descent-findings")));
  expect(await text(".run-name")).toBe("doomed");
});
