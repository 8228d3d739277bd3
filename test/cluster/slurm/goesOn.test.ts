/** What a real Slurm does to jobs - pre-emption, the warning before the end of their time - and what becomes of a search whose controller is killed. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readScalars } from "../../../src/runs/events/readScalars.js";
import { buildProduct, objects, type Product } from "../../helpers/product.js";
import { startSlurm, whyNoSlurm, type SlurmCluster } from "./slurmCluster.js";

const reason = whyNoSlurm();
const text = (epochs: number, more: string) => `
data: { train: { generate: two_moons, examples: 400, noise: 0.2 } }
model: [{ dense: { units: 16, activation: relu } }, { dense: 2 }]
training: { epochs: ${epochs}, checkpoint: { every_epochs: 20 } }
threads: 1
${more}`;

type Json = Record<string, unknown>;

describe.skipIf(reason !== null)(`Slurm${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  let product: Product;
  let cluster: SlurmCluster;
  beforeAll(async () => {
    product = await buildProduct();
    cluster = await startSlurm();
    process.env.SLURM_CONF = cluster.env.SLURM_CONF;
  }, 180_000);
  afterAll(() => {
    cluster?.dispose();
    product?.dispose();
  });

  const running = () => cluster.run("squeue", "--noheader", "--array", "--format=%F_%K %T").trim().split("\n").flatMap((line) => (line.endsWith(" RUNNING") ? [line.split(" ")[0]] : []));
  const until = async (what: string, holds: () => boolean, seconds: number) => {
    for (const end = Date.now() + 1000 * seconds; !holds(); await sleep(300)) if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}\n${cluster.run("squeue", "--states=all")}`);
  };
  const checkpointOf = (run: string) => {
    try {
      return (JSON.parse(fs.readFileSync(path.join(run, "run.json"), "utf8")) as { checkpoint: { step: number } | null }).checkpoint?.step ?? 0;
    } catch {
      return 0;
    }
  };
  const restarts = (task: string) => Number(/Restarts=(\d+)/.exec(cluster.run("scontrol", "show", "job", task))?.[1] ?? 0);
  const printed = (folder: string) => fs.readdirSync(path.join(folder, "jobs", "out")).map((name) => fs.readFileSync(path.join(folder, "jobs", "out", name), "utf8")).join("\n");
  /** Steps of a run without a gap and without one that was done twice. */
  const isWhole = async (run: string) => {
    const { steps } = (await readScalars(run)).series.get("train/loss")!;
    expect(Array.from(steps)).toEqual(Array.from({ length: steps.length }, (_, i) => i + 1));
  };
  /** Begins a group, and closes its controller once each of its runs has a checkpoint. */
  const beginAndLeave = async (name: string, content: string, count: number) => {
    const file = product.trainingFile(name, content);
    const controller = product.start("train", file, "--on", "slurm", "--look-every", "1", "--json");
    const { run } = JSON.parse(await controller.line((line) => line.includes('"start"'))) as { run: string };
    const folder = path.dirname(path.dirname(run));
    controller.process.kill("SIGINT");
    expect((await controller.done).code).toBe(130);
    const runs = Array.from({ length: count }, (_, i) => path.join(folder, "members", String(i).padStart(4, "0")));
    await until("a checkpoint of each run", () => runs.every((member) => checkpointOf(member) > 0), 180);
    return { file, folder, runs };
  };

  it("jobs that are pre-empted are requeued and go on from their checkpoints", async () => {
    const { file, folder, runs } = await beginAndLeave("preempted.train.yaml", text(3000, "repeat: 2"), 2);
    const tasks = running();
    expect(tasks.length).toBe(2);
    cluster.run("sbatch", "--partition=urgent", "--nodes=2", "--exclusive", "--output=/dev/null", "--wrap=sleep 3");
    await until("both begun again", () => tasks.every((task) => restarts(task) === 1), 120);
    const { stdout, code } = await product.descent("train", file, "--resume", folder, "--look-every", "1", "--json");
    expect([code, (objects(stdout) as Json[]).at(-1)]).toEqual([0, expect.objectContaining({ event: "summary", runs: 2, failed: 0 })]);
    expect(printed(folder).match(/^begins at step/gm)).toHaveLength(2);
    expect(printed(folder).match(/^goes on at step [1-9]/gm)).toHaveLength(2);
    expect(printed(folder).match(/^finished at step/gm)).toHaveLength(2);
    for (const run of runs) await isWhole(run);
  }, 600_000);

  it("a job that is warned of the end of its time writes a checkpoint and puts itself into the queue again, while no controller looks", async () => {
    const { file, folder, runs } = await beginAndLeave("timeout.train.yaml", text(15_000, "repeat: 2\ncluster: { time: 30 }"), 2);
    const [task] = running();
    // as Slurm does by itself a minute before the end (sbatch's --signal=B:USR2@60), which a run may reach before on a fast machine
    cluster.run("scancel", "--batch", "--signal=USR2", task);
    await until("it to be in the queue again", () => restarts(task) === 1, 180);
    expect(printed(folder)).toMatch(/^out of time: in the queue again$/m);
    const { stdout, code } = await product.descent("train", file, "--resume", folder, "--look-every", "1", "--json");
    expect([code, (objects(stdout) as Json[]).at(-1)]).toEqual([0, expect.objectContaining({ event: "summary", runs: 2, failed: 0 })]);
    expect(printed(folder)).toMatch(/^goes on at step [1-9]/m);
    for (const run of runs) await isWhole(run);
  }, 600_000);

  it("a search goes on while its controller is dead, and is found again: no trial twice, none looks at the test split, one that is taken out of the queue stays out", async () => {
    const file = product.trainingFile("searched.train.yaml", text(1500, "search: { trials: 6, confirm: 0, stop_early: false, space: { optimizer.adam.lr: { log_uniform: [1e-3, 1e-1] } } }"));
    const first = product.start("search", file, "--on", "slurm", "--look-every", "1", "--json");
    const { search: folder } = JSON.parse(await first.line((line) => line.includes('"event":"search"'))) as { search: string };
    await first.line((line) => line.includes('"event":"evaluated"'));
    first.process.kill("SIGKILL");
    await first.done;
    const journal = () => fs.readFileSync(path.join(folder, "journal.log"), "utf8").split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line.slice(9)) as Json]));
    const [submission] = fs.readFileSync(path.join(folder, "jobs", "journal.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line) as { job: string; ids: string[] });
    const last = submission.ids.at(-1)!;
    cluster.run("scancel", `${submission.job}_${submission.ids.length - 1}`);
    const second = await product.descent("search", "--resume", folder, "--look-every", "1", "--json");
    expect([second.code, second.stderr]).toEqual([0, ""]);
    const ended = journal().filter(({ entry }) => entry === "ended");
    expect(ended.map(({ trial }) => trial).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { trial, state, metrics } of ended) {
      expect([trial, state]).toEqual([trial, trial === Number(last) ? "stopped" : "finished"]);
      expect(Object.keys(metrics as Json).filter((name) => name.startsWith("test/"))).toEqual([]);
    }
    expect(printed(folder).match(/^begins at step/gm)!.length).toBeLessThanOrEqual(6);
    expect(printed(folder).match(/^finished at step/gm)).toHaveLength(5);
    // the whole of another: out of the queue, and on again
    const third = product.start("search", file, "--on", "slurm", "--look-every", "1", "--json");
    const { search: other } = JSON.parse(await third.line((line) => line.includes('"event":"search"'))) as { search: string };
    const { trial: queued } = JSON.parse(await third.line((line) => line.includes('"state":"queued"'))) as { trial: number };
    await third.line((line) => line.includes(`"trial":${queued},"state":"running"`));
    expect((await product.descent("cancel", other)).stdout).toContain("asked to stop");
    expect((await third.done).code).toBe(130);
    await until("an empty queue", () => cluster.run("squeue", "--noheader").trim() === "", 60);
  }, 900_000);
});
