import fs from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { audit } from "./audit.js";
import { startDriver, until, type Driver } from "./driver.js";

let driver: Driver;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await driver?.picture(task.name.replaceAll(/\W+/g, "-").slice(0, 40));
  await driver?.close();
});

test("a search from the palette: live panel, a reload of the window, the winner's settings in the file with comments kept", async () => {
  driver = await startDriver();
  const { page, workspace } = driver;
  const file = path.join(workspace, "moons.train.yaml");
  fs.writeFileSync(file, `# two moons, searched
data: { train: { generate: two_moons, examples: 1000, noise: 0.2 } }
model: [dense: { units: 16, activation: relu }, dense: 2]
optimizer: { adam: { lr: 1e-5 } } # to be found
training: { epochs: 60 }
search:
  trials: 8
  confirm: 2
  space:
    optimizer.adam.lr: { log_uniform: [1e-5, 1e-1] }
`);
  await driver.open();
  await driver.openFile("moons.train.yaml");
  await page.locator(".codelens-decoration", { hasText: "Search" }).first().waitFor({ timeout: 60_000 });
  await driver.command("Descent: Search");
  const state = () => driver.panel().locator(".run-state").innerText().catch(() => "");
  const row = driver.panel().locator(".trials tbody tr:not(.trials-gap)");
  await until("trials in the panel", async () => (await row.count()) > 1);

  await driver.command("Developer: Reload Window");
  await until("the panel after the reload", async () => (await row.count().catch(() => 0)) > 1, 90_000);
  await until("the search to finish", async () => (await state()).trim() === "finished", 180_000);
  const folder = path.join(workspace, "runs", fs.readdirSync(path.join(workspace, "runs")).find((name) => name.endsWith("-moons-search"))!);
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, "search.json"), "utf8")) as { state: string };
  expect(manifest.state).toBe("finished");
  const journal = fs.readFileSync(path.join(folder, "journal.log"), "utf8");
  expect(journal.match(/"entry":"planned"/g)).toHaveLength(10);
  expect(journal.match(/"entry":"ended"/g)).toHaveLength(10);
  await driver.picture("search-finished");
  expect(await audit(driver.panel().locator("body"))).toEqual([]);

  // the winner's rate into the file
  const rate = (await driver.panel().locator(".search-side dl div", { hasText: "optimizer.adam.lr" }).locator("dd").innerText()).trim();
  await driver.panel().getByRole("button", { name: "Use these settings" }).click();
  // what would change, before it is made
  await page.locator(".monaco-diff-editor .line-insert").first().waitFor();
  expect(fs.readFileSync(file, "utf8")).toContain("lr: 1e-5 }");
  await driver.picture("search-use-settings");
  await page.locator(".notifications-toasts").getByRole("button", { name: "Use These Settings" }).click();
  await page.locator(".monaco-diff-editor").first().waitFor({ state: "detached" });
  const shown = async () => (await page.locator(".view-lines").first().innerText()).replaceAll("\u00a0", " ");
  await until("the file to change", async () => (await shown()).includes("# to be found") && !(await shown()).includes("lr: 1e-5 "));
  await driver.command("File: Save");
  await until("the file on disk", async () => !fs.readFileSync(file, "utf8").includes("lr: 1e-5 }"));
  const text = fs.readFileSync(file, "utf8");
  expect(text).toMatch(/^# two moons, searched\n/);
  const written = Number(/lr: ([\d.e-]+) \} \} # to be found/.exec(text)?.[1]);
  expect(written).toBeCloseTo(Number(rate.replaceAll("−", "-")), 3);
}, 300_000);
