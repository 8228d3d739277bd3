/** Panels in the real workbench: the comparison that follows runs, what is saved from a chart, links, the charts' order, and axe on every tab. */
import fs from "node:fs";
import path from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { audit } from "./audit.js";
import { startDriver, until, type Driver } from "./driver.js";

let driver: Driver;
const inWorkspace = (...names: readonly string[]) => path.join(driver.workspace, ...names);
const input = () => driver.page.locator(".quick-input-widget input:visible").first();
const row = (label: string) => driver.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${label}"]`).first();
const text = (selector: string) => driver.panel().locator(selector).first().innerText().catch(() => "");
const stateIs = (state: RegExp) => until(`the panel to say ${state}`, async () => state.test((await text(".run-state")).trim()));
/** The panel that compares, which stands alone where it is looked at. */
const comparison = (): FrameLocator => driver.panel();
const rowOf = (name: string) => comparison().locator("tr", { has: driver.page.locator(`th:text-is("${name}")`) });

/** A small file that learns; `epochs` says how long it takes. */
const fileOf = (epochs: number, lr: string, extra = "") => `data: { train: digits.csv, target: label, scaling: standardize }
model: [{ dense: { units: 32, activation: relu } }, { dense: 10 }]
optimizer: { sgd: { lr: ${lr} } }
training: { epochs: ${epochs}, batch_size: 32 }
${extra}`;

async function train(name: string, content: string): Promise<void> {
  fs.writeFileSync(inWorkspace("data", name), content);
  await driver.openFile(`data/${name}`);
  await driver.command("Descent: Train");
  await until(`the panel of ${name}`, async () => (await text(".run-name")) === name.replace(".train.yaml", ""));
}

/** How many points the lines of the first chart are drawn with: raw ones first. */
const drawnPoints = () => driver.panel().locator("descent-line-chart").first().evaluate((chart) => (chart as unknown as { drawn: { vertices: { count: number } }[] }).drawn.map(({ vertices }) => vertices.count));

/** Opens a chart's menu and chooses. */
async function chooseOf(chart: string, entry: RegExp): Promise<void> {
  await driver.panel().getByRole("button", { name: `${chart}: chart menu` }).click();
  await driver.panel().getByRole("menuitem", { name: entry }).click();
}

beforeAll(async () => {
  driver = await startDriver();
  await driver.open();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await driver.picture(task.name.replaceAll(/\W+/g, "-").slice(0, 40));
});
afterAll(async () => {
  await driver?.close();
});

test("a run that fails within its first chunk shows the points that it has", async () => {
  await train("blowup.train.yaml", fileOf(5, "30", "loss: mse\n").replace("target: label", "target: label, task: regression").replace("{ dense: 10 }", "{ dense: 1 }"));
  await stateIs(/failed/);
  await until("the last good figures", async () => /Last finite figures: step \d+, train loss/.test(await text(".outcome-note")));
  const manifest = JSON.parse(fs.readFileSync(path.join(inWorkspace("data", "runs"), fs.readdirSync(inWorkspace("data", "runs")).find((name) => name.includes("blowup"))!, "run.json"), "utf8"));
  expect(manifest.step).toBeGreaterThan(1);
  expect(await text("descent-line-chart")).toMatch(/Loss: train rose from [\d.]+ to \S+ in \d+ steps?, not finite at 1 of its points/);
  expect(await driver.panel().locator(".chart-empty").count()).toBe(0);
  await until("the drawn points", async () => (await drawnPoints())[0] > 0);
  await driver.picture("panels-failed");
});

/** As a person reloads: the workbench keeps what is open before the page goes. */
async function reload(): Promise<void> {
  await Promise.all([driver.page.waitForEvent("load"), driver.command("Developer: Reload Window")]);
}

test("a chart is saved as PNG, SVG and CSV; a link leads to its step; charts are dragged into another order, which a reload keeps", async () => {
  await driver.command("View: Close All Editors");
  await train("steady.train.yaml", fileOf(6, "0.05"));
  await stateIs(/^finished/);
  for (const [entry, file, holds] of [[/PNG/, "Loss.png", "\u0089PNG"], [/SVG/, "Loss.svg", "<svg"], [/CSV/, "Loss.csv", "step"]] as const) {
    await chooseOf("Loss", entry);
    await until("the question for a file", async () => (await input().inputValue().catch(() => "")).endsWith(file));
    await driver.page.keyboard.press("Enter");
    await until(file, async () => fs.existsSync(inWorkspace("data", file)) && fs.statSync(inWorkspace("data", file)).size > 100);
    expect(fs.readFileSync(inWorkspace("data", file), "latin1").slice(0, 200)).toContain(holds);
  }
  // the smoothed line stands over the points: what was asked before the first point came is asked again
  await until("points and smoothed line", async () => (await drawnPoints()).slice(0, 2).every((count) => count > 100));
  const points = fs.readFileSync(inWorkspace("data", "Loss.csv"), "utf8").trim().split("\n");
  expect(points.length).toBeGreaterThan(100);

  const headings = () => driver.panel().locator("descent-chart-card .chart-title").allInnerTexts();
  const [first, second, third] = await headings();
  await driver.panel().locator("descent-chart-card", { hasText: third }).first().locator(".chart-title").dragTo(driver.panel().locator("descent-chart-card", { hasText: first }).first().locator(".chart-title"));
  await until("the new order", async () => (await headings()).slice(0, 3).join() === [third, first, second].join());

  await driver.panel().locator("descent-line-chart [role=slider]").first().focus();
  await driver.page.keyboard.press("ArrowRight");
  await chooseOf(third, /Copy link to step/);
  await driver.page.locator(".statusbar-item", { hasText: /Link to step \d+ copied/ }).first().waitFor();

  await reload();
  await until("the restored panel", async () => (await headings()).length > 2);
  expect((await headings()).slice(0, 3)).toEqual([third, first, second]);
});

test("axe objects to nothing on any tab of a run", async () => {
  for (const tab of ["curves", "layers", "evaluation", "projection", "examples", "file"]) {
    await driver.panel().locator(`#tab-${tab}`).click();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await audit(driver.panel().locator("body")), tab).toEqual([]);
    await driver.picture(`panels-${tab}`);
  }
  await driver.panel().locator("#tab-curves").click();
});

test("Compare Runs follows a run that goes on, is there again after a reload, and opens its runs", async () => {
  // wide layers and large batches: seconds an epoch, so that the log stays small
  await train("longer.train.yaml", fileOf(100_000, "0.01").replace("units: 32", "units: 1024").replace("batch_size: 32", "batch_size: 1000"));
  await stateIs(/running/);
  await driver.command("View: Close All Editors");
  await driver.command("Descent: Compare Runs");
  for (const name of ["longer", "steady"]) {
    await input().fill(name);
    await row(name).click();
  }
  await driver.page.locator(".quick-input-widget .quick-input-action a, .quick-input-widget .monaco-text-button", { hasText: "OK" }).first().click();
  await until("the comparison", async () => (await comparison().locator("h1").innerText().catch(() => "")) === "2 runs");
  expect(await comparison().locator(".following").innerText()).toContain("1 of them is running");
  const steps = async () => Number((await rowOf("Steps").locator("td").first().innerText()).replaceAll(/\D/g, ""));
  const before = await steps();
  await until("more steps", async () => (await steps()) > before);
  await driver.picture("panels-compare");
  expect(await audit(comparison().locator("body"))).toEqual([]);

  await reload();
  await until("the comparison again", async () => (await comparison().locator("h1").innerText().catch(() => "")) === "2 runs");
  const after = await steps();
  await until("more steps after the reload", async () => (await steps()) > after);

  await comparison().getByRole("button", { name: "longer" }).click();
  // the run stands beside the comparison
  const run = driver.page.frameLocator("iframe.webview.ready:visible").last().frameLocator("iframe#active-frame");
  await until("the run's panel", async () => (await run.locator(".run-name").innerText().catch(() => "")) === "longer");
  await run.getByRole("button", { name: "Stop" }).click();
  await until("the run to stop", async () => (await run.locator(".run-state").innerText()).trim() === "stopped");
  await until("the comparison to say so", async () => (await rowOf("State").locator("td").first().innerText().catch(() => "")) === "stopped");
}, 300_000);

test("a run that is deleted while its panel is open says so", async () => {
  await driver.command("View: Close All Editors");
  await driver.page.locator(".editor-group-container .tab").first().waitFor({ state: "detached" });
  await new Promise((resolve) => setTimeout(resolve, 1000)); // the host hears of it
  await driver.command("Descent: Open Run");
  await row("steady").click();
  await until("the run's panel", async () => (await text(".run-name")) === "steady");
  const runs = inWorkspace("data", "runs");
  fs.rmSync(path.join(runs, fs.readdirSync(runs).find((name) => name.includes("steady"))!), { recursive: true });
  await until("the words", async () => /deleted|no longer|not there|cannot be/i.test(await text("body")));
  await driver.picture("panels-deleted");
});
