/** What a run's weights show, in the real workbench: the loss surface, kept with the run; filters and activation images, of a run that trains too. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startDriver, until, type Driver } from "./driver.js";

let driver: Driver;
const text = (selector: string) => driver.panel().locator(selector).first().innerText().catch(() => "");
/** Milliseconds for a minute's work beside other work. */
const patience = 150_000;
const runs = () => path.join(driver.workspace, "runs");

/** A small network on digits; `epochs` says whether it ends soon. */
function file(name: string, epochs: number): void {
  fs.writeFileSync(path.join(driver.workspace, name), `data: { train: data/t10k-images-idx3-ubyte.gz, labels: data/t10k-labels-idx1-ubyte.gz, limit: 400, scaling: unit, split: { validation: 0.25, test: 0 } }
model: [{ conv2d: { filters: 6, kernel: 5, activation: relu } }, { max_pool: 2 }, flatten, { dense: 10 }]
optimizer: { adam: { lr: 2e-3 } }
training: { epochs: ${epochs}, batch_size: 50, checkpoint: { every_epochs: 1, keep: 8 } }
seed: 0
`);
}

beforeAll(async () => {
  driver = await startDriver();
  file("small.train.yaml", 4);
  file("long.train.yaml", 4000);
  await driver.open();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await driver.picture(task.name.replaceAll(/\W+/g, "-").slice(0, 40));
});
afterAll(async () => {
  await driver?.close();
});

test("computes the loss surface of a run, random and along its path, and shows it again when the panel is opened anew", { timeout: 400_000 }, async () => {
  await driver.openFile("small.train.yaml");
  await driver.command("Descent: Train");
  await until("the run's end", async () => (await text(".run-state")).startsWith("finished"));
  await driver.panel().locator("#tab-surface").click();
  await driver.panel().locator("vscode-dropdown[aria-label=Grid]").click();
  await driver.panel().locator("vscode-dropdown[aria-label=Grid] vscode-option", { hasText: "17" }).click();
  await driver.panel().locator("vscode-button", { hasText: "Compute" }).click();
  await until("the surface", async () => /The loss is [\d.e-]+ at the weights of step 24/.test(await text(".surface-summary")) && (await driver.panel().locator(".surface-progress").count()) === 0, patience);
  await driver.picture("surface-random");
  await driver.panel().getByText("Path of training").click();
  await driver.panel().locator("vscode-button", { hasText: "Compute" }).click();
  await until("the path", async () => (await text(".surface-summary")).includes("The path's two directions hold") && (await driver.panel().locator(".surface-progress").count()) === 0, patience);
  await driver.picture("surface-path");
  const [run] = fs.readdirSync(runs());
  expect((JSON.parse(fs.readFileSync(path.join(runs(), run, "surfaces.json"), "utf8")) as { directions: string }[]).map(({ directions }) => directions)).toEqual(["random", "path"]);
  await driver.command("View: Close All Editors");
  await driver.page.locator(".editor-group-container .tab").first().waitFor({ state: "detached" });
  await new Promise((resolve) => setTimeout(resolve, 1000)); // the host hears of it
  await driver.command("Descent: Open Run"); // the only one: nothing is asked
  await until("the run's panel", async () => (await text(".run-name")) === "small", patience);
  await driver.panel().locator("#tab-surface").click();
  await until("the kept surface", async () => (await text(".surface-summary")).includes("The path's two directions hold"));
});

test("shows filters and activation images of a run while it trains, which goes on", { timeout: 400_000 }, async () => {
  await driver.openFile("long.train.yaml");
  await driver.command("Descent: Train");
  await until("the live run", async () => (await text(".run-name")) === "long" && (await text(".run-state")) === "running");
  const step = async () => Number(/step ([\d,]+)/.exec(await text(".run-figures"))?.[1].replaceAll(",", "") ?? 0);
  await driver.panel().locator("#tab-layers").click();
  await driver.panel().getByRole("button", { name: "conv2d_1", exact: true }).click();
  await driver.panel().getByText("Filters", { exact: true }).click();
  await until("six filters", async () => (await driver.panel().locator(".tensor-picture").count()) === 6, patience);
  const before = await step();
  await driver.panel().getByText("Activation images", { exact: true }).click();
  await until("an example", async () => (await driver.panel().locator(".example-choice").count()) > 3, patience);
  await driver.panel().locator(".example-choice").nth(1).click();
  await until("six channels", async () => (await driver.panel().locator(".tensor-picture").count()) === 6 && (await text(".tensor-caption")) === "0", patience);
  await until("training to have gone on", async () => (await step()) > before);
  await driver.picture("activation-images");
  await driver.command("Descent: Stop");
  await until("the run to have ended", async () => (await text(".run-state")) === "stopped", patience);
});
