/** A broken training file from its squiggle to the mended file, in the real workbench. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startDriver, until, type Driver } from "./driver.js";

/** Healthy but for a line that is typed by the test. */
const rate = "optimizer: { adam: { lr: 1e-2 } }";
const file = `# two moons, with a comment that stays
data:
  train: { generate: two_moons, examples: 500, noise: 0.1 }
model:
  - dense: { units: 16, activation: relu } # hidden
  - dense: 2
loss: cross_entropy
${rate}
training: { epochs: 40, batch_size: 32 }
seed: 0
`;

let driver: Driver;

beforeAll(async () => {
  driver = await startDriver();
  fs.writeFileSync(path.join(driver.workspace, "moons.train.yaml"), file);
  await driver.open();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await driver.picture(task.name.replaceAll(/\W+/g, "-").slice(0, 40));
});

afterAll(async () => {
  await driver?.close();
});

const text = () => fs.readFileSync(path.join(driver.workspace, "moons.train.yaml"), "utf8");
const tryPanel = () => driver.panel().locator("descent-try-panel");

/** Goes to the first problem of the file and opens its quick fixes. */
async function quickFix(title: RegExp): Promise<void> {
  const row = driver.page.locator(".action-widget .monaco-list-row.action").filter({ hasText: title }).first();
  await until(`the quick fix ${title}`, async () => {
    await driver.page.locator(".editor-group-container .monaco-editor .view-line").first().click();
    await driver.page.keyboard.press("F8");
    await driver.page.keyboard.press("Escape");
    await driver.page.keyboard.press("Control+.");
    return row.waitFor({ timeout: 3_000 }).then(() => true, () => false);
  });
  await row.click();
}

test("a rate typed too high is underlined while typing; Try this fix trains both, says that it helps, and Apply mends the file", async () => {
  const { page } = driver;
  await driver.openFile("moons.train.yaml");
  const line = page.locator(".editor-group-container.active .view-line", { hasText: "optimizer" }).first();
  await line.click();
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.type("optimizer: { sgd: { lr: 300");
  await page.locator(".squiggly-error, .squiggly-warning").first().waitFor({ timeout: 30_000 });

  await quickFix(/^Try this fix/);
  await tryPanel().waitFor({ timeout: 60_000 });
  await until("both curves", async () => /as it is.*with the fix/s.test(await tryPanel().locator(".try-charts").innerText().catch(() => "")));
  await tryPanel().locator(".try-state.is-better").waitFor({ timeout: 150_000 });
  expect(await tryPanel().locator(".try-changes").innerText()).toMatch(/removed:\s*optimizer: \{ sgd: \{ lr: 300/);
  await tryPanel().getByRole("button", { name: "Apply to the file" }).click();
  await page.locator(".squiggly-error, .squiggly-warning").first().waitFor({ state: "detached", timeout: 30_000 });
  await driver.command("File: Save");
  await until("the mended file", async () => !text().includes("300") && text() !== file);
  expect(text()).toContain("# two moons, with a comment that stays");
  expect(text()).toContain("# hidden");
});

test("each layer has its shape, parameters and operations behind it", async () => {
  await driver.openFile("mnist.train.yaml");
  const hint = driver.page.locator(".editor-group-container.active .view-line", { hasText: /dense:\s10.*→\s10.*15\.7\sk\sparams.*ops/ }).first();
  await hint.waitFor({ timeout: 60_000 });
});

test("a run that breaks puts its live finding on the line: Problems names it, the hover shows its curve, the step leads to the chart", async () => {
  const { page } = driver;
  fs.writeFileSync(path.join(driver.workspace, "breaks.train.yaml"), file.replace(rate, "optimizer: { sgd: { lr: 300 } }"));
  await driver.openFile("breaks.train.yaml");
  await driver.command("Descent: Train");
  const found = () => page.locator(".monaco-list-row", { hasText: "non-finite-loss" }).first();
  await driver.command("View: Focus Problems");
  await found().waitFor({ timeout: 60_000 });
  const line = page.locator(".view-line", { hasText: "lr: 300" }).first();
  const chart = page.locator('.monaco-hover img[src^="data:image/svg+xml"]').first();
  await until("the finding's curve in the hover", async () => {
    await page.mouse.move(5, 5);
    await line.locator("span", { hasText: "300" }).last().hover();
    return chart.waitFor({ timeout: 4_000 }).then(() => true, () => false);
  });
  await page.locator(".monaco-hover a", { hasText: "in the chart" }).first().click();
  await until("the chart's cursor at the step", async () => /step \d+/.test(await driver.panel().locator(".chart-plot").first().getAttribute("aria-valuetext").then((text) => text ?? "")));
});

test("a check that fails in the Test Explorer stands on its line", async () => {
  const { page } = driver;
  await driver.command("View: Close All Editors");
  fs.writeFileSync(path.join(driver.workspace, "slow.train.yaml"), file.replace(rate, "optimizer: { adam: { lr: 1e-7 } }"));
  await driver.openFile("slow.train.yaml");
  await driver.command("Testing: Focus on Test Explorer View");
  const row = page.locator(".test-explorer .monaco-list-row", { hasText: "slow.train.yaml" }).first();
  await row.waitFor({ timeout: 30_000 });
  await row.click();
  await page.keyboard.press("ArrowRight");
  const check = page.locator(".test-explorer .monaco-list-row", { hasText: "The loss falls in the first steps" }).first();
  await check.waitFor({ timeout: 10_000 });
  await check.hover();
  await check.locator('.action-label[aria-label^="Run Test"]').first().click();
  await check.locator(".codicon-testing-failed-icon, .codicon-testing-error-icon, .testing-run-glyph, [class*='testing-failed']").first().waitFor({ timeout: 90_000 });
  await driver.command("View: Focus Problems");
  await page.locator(".monaco-list-row", { hasText: "loss-falls" }).first().waitFor({ timeout: 10_000 });
});
