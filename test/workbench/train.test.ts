import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startDriver, until, type Driver } from "./driver.js";

/** Two moons for so long that it has to be stopped. */
const endless = `data:
  train: { generate: two_moons, examples: 1000, noise: 0.1 }
model:
  - dense: { units: 32, activation: relu }
  - dense: 2
loss: cross_entropy
optimizer: { adam: { lr: 1e-3 } }
training: { epochs: 100000, batch_size: 32 }
seed: 0
`;

/** A name for each try of the long test, so that a second try does not take the first one's run for its own. */
const endlessNames = ["endless", "endlessAgain"];

let driver: Driver;

beforeAll(async () => {
  driver = await startDriver();
  for (const name of endlessNames) fs.writeFileSync(path.join(driver.workspace, `${name}.train.yaml`), endless);
  await driver.open();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await driver.picture(task.name.replaceAll(/\W+/g, "-").slice(0, 40));
});

afterAll(async () => {
  await driver?.close();
});

const stateOf = () => driver.panel().locator(".run-state").innerText();
const stateIs = (state: string, limit?: number) => until(`the panel to say ${state}`, async () => (await stateOf().catch(() => "")).trim() === state, limit);

/** What the page says of its charts to a screen reader. */
const spoken = () => driver.panel().locator("body").innerText();

/** Steps done, as the header shows them. */
async function steps(): Promise<number> {
  const text = await driver.panel().locator(".run-figures").innerText().catch(() => "");
  const found = /step ([\d,\u2009\u202f ]+)/.exec(text.replaceAll("\n", " "));
  return found ? Number(found[1].replace(/\D/g, "")) : 0;
}

test("Train from the palette: digits are learned, the loss falls in the panel, the run finishes", async () => {
  await driver.openFile("mnist.train.yaml");
  await driver.command("Descent: Train");
  await driver.panel().locator(".run-state").waitFor({ timeout: 30_000 });
  await stateIs("finished", 150_000);
  const text = await until("the validation accuracy", async () => /validation accuracy\s+(0\.\d+)/.exec((await spoken()).replaceAll("\n", " ")));
  expect(Number(text?.[1])).toBeGreaterThanOrEqual(0.97);
  expect(await spoken()).toMatch(/train fell from 2\.\d+ to 0\.\d+/);
});

test("the confusion matrix lists the examples of a cell as images, and the projection has points", async () => {
  const panel = driver.panel();
  await panel.getByRole("tab", { name: "Evaluation" }).click();
  const cell = panel.locator(".confusion .is-hit").first();
  await cell.click();
  await panel.locator(".cell-examples .example canvas").first().waitFor({ timeout: 30_000 });
  await panel.getByRole("tab", { name: "Projection" }).click();
  await panel.locator("descent-scatter canvas").first().waitFor({ timeout: 30_000 });
});

test("a long run: pause, close the panel, reload the window, find it again, stop, resume", async () => {
  const name = endlessNames.shift() ?? "";
  await driver.command("View: Close All Editors");
  await driver.openFile(`${name}.train.yaml`);
  await driver.command("Descent: Train");
  await until("the panel of the new run", async () => (await driver.panel().locator(".run-name").innerText().catch(() => "")).includes(name));
  await stateIs("running");
  await until("steps", async () => (await steps()) > 100);

  await driver.command("Descent: Pause");
  await stateIs("paused");
  const still = await steps();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await steps()).toBe(still);
  await driver.command("Descent: Resume");
  await stateIs("running");

  // closed and opened again: the run went on
  const before = await steps();
  await driver.page.locator(".tabs-container .tab", { hasText: name }).filter({ hasNotText: ".yaml" }).first().click();
  await driver.command("View: Close Editor");
  await driver.command("Descent: Open Run");
  const pick = driver.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
  await pick.click({ timeout: 5_000 }).catch(() => undefined);
  await until("more steps after the panel came back", async () => (await steps()) > before);

  // a reload of the window: the panel comes back by itself and attaches again
  const seen = await steps();
  await driver.command("Developer: Reload Window");
  await until("more steps after the reload", async () => (await steps()) > seen, 90_000);

  await driver.command("Descent: Stop");
  await stateIs("stopped");
  const stopped = await steps();
  await driver.panel().getByRole("button", { name: "Resume" }).click();
  await stateIs("running");
  await until("steps after the resume", async () => (await steps()) > stopped);
  await driver.command("Descent: Stop");
  await stateIs("stopped");
});

test("a broken file gets its squiggle, and its fix takes it away", async () => {
  await driver.command("View: Close All Editors");
  await driver.openFile("softmaxTwice.train.yaml");
  const squiggle = driver.page.locator(".squiggly-error, .squiggly-warning");
  await squiggle.first().waitFor({ timeout: 30_000 });
  const text = () => fs.readFileSync(path.join(driver.workspace, "broken", "softmaxTwice.train.yaml"), "utf8");
  const before = text();
  const action = driver.page.locator(".action-widget .monaco-list-row.action").first();
  await until("the quick fixes", async () => {
    // into the editor, to the problem, and what can be done about it
    await driver.page.locator(".editor-group-container.active .monaco-editor .view-line").first().click();
    await driver.page.keyboard.press("F8");
    await driver.page.keyboard.press("Escape");
    await driver.page.keyboard.press("Control+.");
    return action.waitFor({ timeout: 3_000 }).then(() => true, () => false);
  });
  await driver.page.keyboard.press("Enter");
  await squiggle.first().waitFor({ state: "detached", timeout: 15_000 });
  await driver.command("File: Save");
  await until("the mended file", async () => text() !== before);
  expect(text()).toContain("#");
});
