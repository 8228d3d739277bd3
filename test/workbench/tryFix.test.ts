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
