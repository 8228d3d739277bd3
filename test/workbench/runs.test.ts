import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startDriver, until, type Driver } from "./driver.js";

let driver: Driver;
const inWorkspace = (...names: readonly string[]) => path.join(driver.workspace, ...names);
const runFolders = () => (fs.existsSync(inWorkspace("runs")) ? fs.readdirSync(inWorkspace("runs")) : []);
const stateIs = (state: string) => until(`the panel to say ${state}`, async () => (await driver.panel().locator(".run-state").innerText().catch(() => "")).trim() === state);
/** The rows of the question that is being asked. */
const row = (label: string) => driver.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${label}"]`).first();
const notification = (text: RegExp) => driver.page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();

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

test("New Training File asks for data, target, task and name; what it writes trains", async () => {
  fs.rmSync(inWorkspace("data", "sugar.train.yaml"), { force: true });
  await driver.command("Descent: Write a New Training File");
  await row("data/diabetes.csv").click();
  await row("progression").click();
  await row("regression").click();
  await until("the question for a name", async () => (await driver.page.locator(".quick-input-widget input:visible").inputValue().catch(() => "")).endsWith(".train.yaml"));
  await driver.page.locator(".quick-input-widget input:visible").fill("sugar.train.yaml");
  await driver.page.keyboard.press("Enter");
  await driver.page.locator(".tabs-container .tab.active", { hasText: "sugar.train.yaml" }).waitFor();
  expect(fs.readFileSync(inWorkspace("data", "sugar.train.yaml"), "utf8")).toContain("diabetes.csv");
  await driver.command("Descent: Train");
  await until("the run's end", async () => (await driver.panel().locator(".run-state").innerText().catch(() => "")).startsWith("finished"));
});

test("the panel takes the colours of the theme, dark, light and of high contrast", async () => {
  const colours = async () => ({
    panel: await driver.panel().locator("body").evaluate((body) => getComputedStyle(body).backgroundColor),
    ink: await driver.panel().locator(".run-state").evaluate((element) => getComputedStyle(element).color),
    kind: await driver.panel().locator("body").getAttribute("class"),
  });
  const seen = new Map<string, Awaited<ReturnType<typeof colours>>>();
  for (const [theme, kind] of [["Dark Modern", "vscode-dark"], ["Light Modern", "vscode-light"], ["Dark High Contrast", "vscode-high-contrast"]] as const) {
    await driver.command("Preferences: Color Theme");
    await row("Light Modern").waitFor();
    await driver.page.locator(".quick-input-widget input:visible").fill(theme);
    await row(theme).click();
    await until(`the panel in ${theme}`, async () => (await colours()).kind?.split(" ").includes(kind));
    seen.set(theme, await colours());
  }
  expect(new Set([...seen.values()].map(({ panel }) => panel)).size).toBe(3);
  const light = (colour: string) => (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
  for (const [theme, { panel, ink }] of seen) expect(Math.abs(light(panel) - light(ink)), `${theme}: ${ink} on ${panel}`).toBeGreaterThan(80);
});

test("Evaluate on Test Split says the metrics of examples that training never saw", async () => {
  await driver.openFile("digits.train.yaml");
  await driver.command("Descent: Train");
  await until("the digits' panel", async () => (await driver.panel().locator(".run-name").innerText().catch(() => "")).includes("digits"));
  await stateIs("finished");
  await driver.command("Descent: Evaluate on Test Split");
  await notification(/digits on its test split: .*accuracy 0\.9/).waitFor({ timeout: 30_000 });
});

test("Export Model writes an ONNX model where the user says", async () => {
  const target = inWorkspace("digits.onnx");
  fs.rmSync(target, { force: true });
  await driver.command("Descent: Export Model");
  await row("Ready to use").click();
  await until("the question for a file", async () => (await driver.page.locator(".quick-input-widget input:visible").inputValue().catch(() => "")).includes("digits"));
  await driver.page.keyboard.press("Enter");
  await until("the model", async () => fs.existsSync(target) && fs.statSync(target).size > 1000);
  await notification(/The model is in digits\.onnx/).waitFor({ timeout: 30_000 });
});

test("Delete Run asks first, then the folder is gone", async () => {
  const run = runFolders().find((name) => name.includes("digits")) ?? "none";
  expect(run).toContain("digits");
  await driver.command("Descent: Delete Run");
  const dialog = driver.page.locator(".monaco-dialog-box");
  await dialog.getByText(/Delete the run/).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(runFolders()).toContain(run);
  await driver.command("Descent: Delete Run");
  await dialog.getByRole("button", { name: /^(Delete|Move to Trash)$/ }).click();
  await until("the folder to be gone", async () => !runFolders().includes(run));
});
