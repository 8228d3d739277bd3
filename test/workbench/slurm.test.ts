/** A search and a repeat sent to a real Slurm from a real workbench: the queue is shown, the panel follows, jobs outlive their controller, cancel empties the queue. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startSlurm, whyNoSlurm, type SlurmCluster } from "../cluster/slurm/slurmCluster.js";
import { startDriver, until, type Driver } from "./driver.js";

const reason = whyNoSlurm();
const limit = 300_000;

const file = (epochs: number, more: string) => `data: { train: { generate: two_moons, examples: 400, noise: 0.2 } }
model: [dense: { units: 8, activation: relu }, dense: 2]
training: { epochs: ${epochs}, checkpoint: { every_epochs: 20 } }
${more}`;

describe.skipIf(reason !== null)(`Slurm from the editor${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  let cluster: SlurmCluster;
  let driver: Driver;
  const inWorkspace = (...names: readonly string[]) => path.join(driver.workspace, ...names);
  const folderOf = (end: string) => inWorkspace("runs", fs.readdirSync(inWorkspace("runs")).find((name) => name.endsWith(end))!);
  const readJson = (...names: readonly string[]) => JSON.parse(fs.readFileSync(path.join(...names), "utf8")) as Record<string, unknown>;
  const text = (selector: string) => driver.panel().locator(selector).first().innerText().then((shown) => shown.replaceAll(/\s+/g, " ").trim(), () => "");
  const press = (name: string) => driver.panel().getByRole("button", { name, exact: true }).first().click();
  const tasks = () => cluster.run("squeue", "--noheader", "--array", "--format=%T").trim().split("\n").filter((line) => line !== "");
  const send = async (command: string, name: string) => {
    await driver.openFile(name);
    await driver.command(command);
    await driver.page.locator('.quick-input-list .monaco-list-row[aria-label*="As jobs of Slurm"]').first().click();
  };

  beforeAll(async () => {
    cluster = await startSlurm();
    driver = await startDriver({ environment: { SLURM_CONF: cluster.env.SLURM_CONF! } });
    // two cores a job: two of them at a time, long enough to be seen under way on a fast machine
    fs.writeFileSync(inWorkspace("sent.train.yaml"), file(3000, "search: { trials: 6, confirm: 0, stop_early: false, space: { optimizer.adam.lr: { log_uniform: [1e-3, 1e-1] } } }\ncluster: { cores: 2, time: 60 }\n"));
    fs.writeFileSync(inWorkspace("seeds.train.yaml"), file(8000, "repeat: 4\ncluster: { cores: 2 }\n"));
    fs.writeFileSync(inWorkspace("nowhere.train.yaml"), file(10, "repeat: 2\ncluster: { partition: nowhere }\n"));
    await driver.open();
  }, 300_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await driver?.picture(`slurm-${task.name.replaceAll(/\W+/g, "-").slice(0, 40)}`);
  });
  afterAll(async () => {
    await driver?.close();
    cluster?.dispose();
  });

  it("a search: what waits in the queue is told, its controller dies, and is followed again to the end", async () => {
    await send("Descent: Search", "sent.train.yaml");
    await until("jobs in the queue and under way", async () => /[12] running, [1-5] in the queue/.test(await text(".run-figures")), limit);
    await until("what Slurm says of them", async () => /queued, job \d+_\d \((Resources|Priority)\)/.test(await text(".trials tbody")), limit);
    await until("how far one is", async () => /running \d+ %/.test(await text(".trials tbody")), limit);
    await driver.picture("slurm-search-queue");
    const folder = folderOf("-sent-search");
    const journal = () => fs.readFileSync(path.join(folder, "journal.log"), "utf8");
    const { pid } = readJson(folder, "search.json") as { pid: number };
    process.kill(pid, "SIGKILL");
    await until("it to be followed by nobody", async () => (await text(".run-state")) === "not followed", limit);
    expect(tasks().length).toBeGreaterThan(0); // the jobs are none the worse for it
    await driver.picture("slurm-search-not-followed");
    await press("Follow");
    await until("the search to be followed again", async () => (await text(".run-state")) === "running", limit);
    await until("it to finish", async () => (await text(".run-state")) === "finished", limit);
    expect(journal().match(/"entry":"planned"/g)).toHaveLength(6);
    expect(journal().match(/"entry":"ended"/g)).toHaveLength(6);
    expect(journal().match(/"state":"finished"/g)).toHaveLength(6);
    const printed = fs.readdirSync(path.join(folder, "jobs", "out")).map((name) => fs.readFileSync(path.join(folder, "jobs", "out", name), "utf8")).join("\n");
    expect(printed.match(/^begins at step/gm)).toHaveLength(6);
    expect(tasks()).toEqual([]);
    await driver.picture("slurm-search-finished");
    await driver.command("View: Close All Editors");
  }, 900_000);

  it("a search that is stopped leaves no job, and goes on when it is asked to", async () => {
    fs.writeFileSync(inWorkspace("again.train.yaml"), fs.readFileSync(inWorkspace("sent.train.yaml"), "utf8").replace("trials: 6", "trials: 3"));
    await send("Descent: Search", "again.train.yaml");
    await until("how far one is", async () => /running \d+ %/.test(await text(".trials tbody")), limit);
    await press("Stop");
    await until("it to be stopped", async () => (await text(".run-state")) === "stopped", limit);
    await until("an empty queue", async () => tasks().length === 0, limit);
    await press("Resume");
    await until("it to finish", async () => (await text(".run-state")) === "finished", limit);
    const printed = fs.readdirSync(path.join(folderOf("-again-search"), "jobs", "out")).map((name) => fs.readFileSync(path.join(folderOf("-again-search"), "jobs", "out", name), "utf8")).join("\n");
    expect(printed).toMatch(/^goes on at step [1-9]/m);
    expect(printed.match(/^finished at step/gm)).toHaveLength(3);
    await driver.command("View: Close All Editors");
  }, 900_000);

  it("a repeat: members in the queue, a reload of the window, stop, and on to the end", async () => {
    await send("Descent: Train", "seeds.train.yaml");
    const table = "table:has(th:text-is('run'))";
    await until("members in the queue and under way", async () => /running/.test(await text(table)) && /queued, job \d+_\d \((Resources|Priority)\)/.test(await text(table)), limit);
    await driver.picture("slurm-group-queue");
    await driver.command("Developer: Reload Window");
    await until("the panel after the reload", async () => /running|finished/.test(await text(table)), limit);
    await press("Stop");
    await until("it to be stopped", async () => (await text(".state")) === "stopped", limit);
    await until("an empty queue", async () => tasks().length === 0, limit);
    await press("Continue");
    await until("it to finish", async () => (await text(".state")) === "finished", limit);
    const { members } = readJson(folderOf("-seeds"), "group.json") as { members: { state: string; queued?: string }[] };
    expect(members.map(({ state, queued }) => [state, queued])).toEqual(Array.from({ length: 4 }, () => ["finished", undefined]));
    await driver.picture("slurm-group-finished");
    await driver.command("View: Close All Editors");
  }, 900_000);

  it("what Slurm refuses is told with its own words, at its line", async () => {
    await send("Descent: Train", "nowhere.train.yaml");
    await until("the refusal", async () => /invalid partition/i.test(await driver.page.locator(".notifications-toasts").innerText().catch(() => "")), limit);
    await driver.page.locator(".squiggly-error").first().waitFor();
    await until("the panel to say so", async () => /failed/.test(await text("main")), limit);
    await driver.picture("slurm-refused");
  }, 600_000);
});
