import fs from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { startDriver, until, type Driver } from "./driver.js";

let driver: Driver | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await driver?.picture(task.name.replaceAll(/\W+/g, "-").slice(0, 40));
  await driver?.close();
  driver = undefined;
});

test("a workspace that is not trusted: files are checked and read, nothing is trained", async () => {
  driver = await startDriver({ trust: false, settings: { "security.workspace.trust.startupPrompt": "never" } });
  const { page } = driver;
  await driver.open();
  await driver.openFile("softmaxTwice.train.yaml");
  await page.locator(".squiggly-error, .squiggly-warning").first().waitFor({ timeout: 60_000 });
  expect(await page.locator(".codelens-decoration").count()).toBe(0);
  await driver.openFile("mnist.train.yaml");
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input:visible").fill(">Descent: ");
  await page.locator('.quick-input-list .monaco-list-row[aria-label^="Descent: Show Log"]').waitFor();
  expect(await page.locator('.quick-input-list .monaco-list-row[aria-label^="Descent: Train"]').count()).toBe(0);
  expect(fs.existsSync(path.join(driver.workspace, "runs"))).toBe(false);
});

test("several folders in one workspace: each keeps the runs of its own files", async () => {
  driver = await startDriver();
  const { workspace } = driver;
  const file = fs.readFileSync(path.join(workspace, "twoMoons.train.yaml"), "utf8");
  for (const folder of ["north", "south"]) {
    fs.mkdirSync(path.join(workspace, folder));
    fs.writeFileSync(path.join(workspace, folder, `${folder}.train.yaml`), file);
  }
  fs.writeFileSync(path.join(workspace, "both.code-workspace"), JSON.stringify({ folders: [{ path: "north" }, { path: "south" }] }));
  await driver.open();
  for (const folder of ["north", "south"]) {
    await driver.openFile(`${folder}.train.yaml`);
    await driver.command("Descent: Train");
    await until(`the panel of ${folder}`, async () => (await driver?.panel().locator(".run-name").innerText().catch(() => ""))?.includes(folder));
    await until(`${folder} to finish`, async () => (await driver?.panel().locator(".run-state").innerText().catch(() => ""))?.trim() === "finished");
    expect(fs.readdirSync(path.join(workspace, folder, "runs"))).toHaveLength(1);
  }
  // with no panel in front it asks which
  await driver.command("View: Close All Editors");
  await driver.command("Descent: Open Run");
  for (const folder of ["north", "south"]) await driver.page.locator(".quick-input-list .monaco-list-row", { hasText: folder }).first().waitFor();
});
