/** Several runs of one file in a real workbench: a repeat, an ensemble and a search, steered from their panels, one node each in the Runs view. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startDriver, until, type Driver } from "./driver.js";

let driver: Driver;
const inWorkspace = (...names: readonly string[]) => path.join(driver.workspace, ...names);
const folderOf = (end: string) => inWorkspace("runs", fs.readdirSync(inWorkspace("runs")).find((name) => name.endsWith(end))!);
const readJson = (...names: readonly string[]) => JSON.parse(fs.readFileSync(path.join(...names), "utf8")) as Record<string, unknown>;
const state = (selector: string) => driver.panel().locator(selector).first().innerText().then((text) => text.trim(), () => "");
const press = (name: string) => driver.panel().getByRole("button", { name, exact: true }).first().click();
const node = (text: RegExp) => driver.page.locator(".pane-body .monaco-list-row", { hasText: text }).first();
const limit = 240_000;

const file = (epochs: number, more: string) => `data: { train: { generate: two_moons, examples: 400, noise: 0.2 } }
model: [dense: { units: 8, activation: relu }, dense: 2]
training: { epochs: ${epochs} }
threads: 1
${more}`;

beforeAll(async () => {
  driver = await startDriver();
  fs.writeFileSync(inWorkspace("seeds.train.yaml"), file(1500, "repeat: 3\n"));
  fs.writeFileSync(inWorkspace("members.train.yaml"), file(20, "ensemble: { members: 2 }\n"));
  fs.writeFileSync(inWorkspace("tried.train.yaml"), file(600, "optimizer: { sgd: { lr: 0.1 } }\nsearch: { strategy: grid, parallel: 1, confirm: 0, stop_early: false, space: { optimizer.sgd.lr: [0.1, 1e30] } }\n"));
  await driver.open();
}, 300_000);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await driver.picture(task.name.replaceAll(/\W+/g, "-").slice(0, 40));
});
afterAll(() => driver?.close());

test("a repeat: live panel, stop with checkpoints, continue, one node in the Runs view with its runs within", async () => {
  await driver.openFile("seeds.train.yaml");
  await driver.command("Descent: Train");
  await until("a run under way", async () => (await driver.panel().locator("td", { hasText: /^running$/ }).count().catch(() => 0)) > 0, limit);
  await press("Stop");
  await until("it to be stopped", async () => (await state(".state")) === "stopped", limit);
  const folder = folderOf("-seeds");
  expect(readJson(folder, "members", "0000", "run.json")).toMatchObject({ state: expect.stringMatching(/stopped|finished/) as string, checkpoint: { step: expect.any(Number) as number } });
  await press("Continue");
  await until("it to finish", async () => (await state(".state")) === "finished", limit);
  expect(await driver.panel().locator("h2", { hasText: "Mean of 3 seeds" }).count()).toBe(1);
  expect(await driver.panel().locator("figure.chart").count()).toBeGreaterThan(1);
  await driver.picture("group-repeat");
  await driver.command("Descent: Focus on Runs View");
  await node(/seeds.*3 seeds.*validation\/accuracy/s).waitFor({ timeout: limit });
  expect(await driver.page.locator(".pane-body .monaco-list-row", { hasText: /^seed \d/ }).count()).toBe(0);
  await node(/seeds.*3 seeds/s).locator(".monaco-tl-twistie").click();
  await node(/seed 2/).waitFor();
  await driver.picture("group-node");
  await node(/seed 2/).click();
  // beside the panel of all three
  const last = driver.page.frameLocator("iframe.webview.ready:visible").last().frameLocator("iframe#active-frame");
  await until("the run's own panel", async () => (await last.locator(".run-name").innerText().catch(() => "")).trim() === "seeds", limit);
  await driver.command("View: Close All Editors");
}, 900_000);

test("an ensemble: what it gains, where its members disagree", async () => {
  await driver.openFile("members.train.yaml");
  await driver.command("Descent: Train");
  await until("it to finish", async () => (await state(".state")) === "finished", limit);
  await until("what it is worth", async () => (await driver.panel().locator("h2", { hasText: "Ensemble, test split" }).count()) === 1, limit);
  await driver.picture("group-ensemble");
}, 600_000);

test("a search: a trial is stopped and promoted, one that failed tried again, and trials are added", async () => {
  await driver.openFile("tried.train.yaml");
  await driver.command("Descent: Search");
  const rows = driver.panel().locator(".trials tbody tr:not(.trials-gap)");
  const first = rows.filter({ has: driver.page.locator("td:first-child", { hasText: /^1$/ }) });
  await until("the first trial under way", async () => /running/.test(await driver.panel().locator(".trials tbody").innerText().catch(() => "")), limit);
  const folder = folderOf("-tried-search");
  const entries = () => fs.readFileSync(path.join(folder, "journal.log"), "utf8").split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line.slice(9)) as Record<string, unknown>]));
  const has = (entry: string, trial: number, more: Record<string, unknown> = {}) => entries().filter((one) => one.entry === entry && one.trial === trial && Object.entries(more).every(([key, value]) => one[key] === value)).length;
  await first.click();
  await press("Stop trial");
  await until("the first trial to be stopped", async () => has("ended", 1, { state: "stopped" }) === 1, limit);
  await until("the search to finish", async () => (await state(".run-state")) === "finished", limit);
  // a trial without a finite value ends as failed
  expect(has("ended", 2, { state: "failed" })).toBe(1);
  await first.click();
  await press("Promote");
  await until("the first trial to finish", async () => has("ended", 1, { state: "finished" }) === 1, limit);
  await until("the search to finish again", async () => (await state(".run-state")) === "finished", limit);
  await rows.filter({ hasText: "failed" }).first().click();
  await press("Retry");
  await until("the second trial to have failed again", async () => has("ended", 2, { state: "failed" }) === 2, limit);
  await until("the search to finish a third time", async () => (await state(".run-state")) === "finished", limit);
  await driver.picture("search-steered");
  await press("More actions");
  await driver.panel().getByRole("menuitem", { name: "20 more trials" }).click();
  await until("more trials to be asked for", async () => entries().some(({ entry, trials }) => entry === "extended" && trials === 20), limit);
}, 900_000);
