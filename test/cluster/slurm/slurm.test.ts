/** Forty runs on a real Slurm: a node daemon dies and comes back, one job is requeued, one cancelled, the controller is closed and opened again. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readScalars } from "../../../src/runs/events/readScalars.js";
import { buildProduct, objects, type Product } from "../../helpers/product.js";
import { startSlurm, whyNoSlurm, type SlurmCluster } from "./slurmCluster.js";

const reason = whyNoSlurm();
const runs = 40;
const cancelled = 38;
const text = `
data: { train: { generate: two_moons, examples: 400, noise: 0.2 } }
model: [{ dense: { units: 16, activation: relu } }, { dense: 2 }]
training: { epochs: 400, checkpoint: { every_epochs: 20 } }
threads: 1
repeat: ${runs}
`;

type Json = Record<string, unknown>;

describe.skipIf(reason !== null)(`Slurm${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  let product: Product;
  let cluster: SlurmCluster;
  beforeAll(async () => {
    product = await buildProduct();
    cluster = await startSlurm();
    process.env.SLURM_CONF = cluster.env.SLURM_CONF;
  }, 120_000);
  afterAll(() => {
    cluster?.dispose();
    product?.dispose();
  });

  const manifestOf = (folder: string) => JSON.parse(fs.readFileSync(path.join(folder, "group.json"), "utf8")) as { state: string; members: { id: string; state: string }[] };
  const queue = () => cluster.run("squeue", "--noheader", "--array", "--states=all", "--format=%F %K %T %N").trim().split("\n").map((line) => line.trim().split(/\s+/));
  const running = () => queue().filter(([, , state]) => state === "RUNNING");
  const until = async (what: string, holds: () => boolean, seconds: number) => {
    for (const end = Date.now() + 1000 * seconds; !holds(); await sleep(300)) if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}\n${cluster.run("squeue", "--states=all")}`);
  };
  const stepOf = (folder: string, index: string) => {
    try {
      return (JSON.parse(fs.readFileSync(path.join(folder, "members", index.padStart(4, "0"), "run.json"), "utf8")) as { checkpoint: { step: number } | null }).checkpoint?.step ?? 0;
    } catch {
      return 0;
    }
  };

  it("all end, none twice, whatever happens to nodes, jobs and the controller", async () => {
    const file = product.trainingFile("forty.train.yaml", text);
    const first = product.start("train", file, "--on", "slurm", "--look-every", "1", "--json");
    const started = JSON.parse(await first.line((line) => line.includes('"start"'))) as Json;
    const folder = path.dirname(path.dirname(started.run as string));
    // the controller is closed; its jobs go on
    first.process.kill("SIGINT");
    expect((await first.done).code).toBe(130);
    await until("a run on the second node with a checkpoint", () => running().some(([, index, , node]) => node === "n2" && stepOf(folder, index) > 0), 120);
    const onLost = running().filter(([, , , node]) => node === "n2").map(([, index]) => index);
    // each job's own process; the run's ends when that is gone
    const processes = onLost.map((index) => Number(/process (\d+)/.exec(fs.readFileSync(path.join(folder, "jobs", `${index.padStart(4, "0")}.owner`), "utf8"))![1]));
    cluster.killNode("n2", processes);
    // meanwhile one job is requeued, and one that waits is cancelled
    await until("a run on the first node with a checkpoint", () => running().some(([, index, , node]) => node === "n1" && stepOf(folder, index) > 0), 120);
    const [job, requeued] = running().find(([, index, , node]) => node === "n1" && stepOf(folder, index) > 0)!;
    cluster.run("scontrol", "requeue", `${job}_${requeued}`);
    cluster.run("scancel", `${job}_${cancelled}`);
    await until("the lost node's jobs taken from it", () => onLost.every((index) => queue().some(([, other, state, node]) => other === index && !(state === "RUNNING" && node === "n2"))), 120);
    const taken = onLost.filter((index) => cluster.run("scontrol", "show", "job", `${job}_${index}`).includes("Restarts=1"));
    cluster.startNode("n2");

    const second = await product.descent("train", file, "--resume", folder, "--look-every", "1", "--json");
    const events = objects(second.stdout) as Json[];
    const manifest = manifestOf(folder);
    const ended = manifest.members.map(({ state }) => state);
    expect(ended.filter((state) => state === "finished").length, JSON.stringify(manifest.members)).toBe(runs - 1);
    expect(ended[cancelled]).toBe("stopped");
    expect(events.at(-1)).toMatchObject({ event: "summary", runs: runs - 1, failed: 0 });

    // none twice: of each run one attempt came to the end, and what was begun again went on from its checkpoint
    const printed = fs.readdirSync(path.join(folder, "jobs", "out")).map((name) => fs.readFileSync(path.join(folder, "jobs", "out", name), "utf8"));
    const attempts = printed.join("\n").split("\n");
    expect(attempts.filter((line) => line.startsWith("finished at step")).length).toBe(runs - 1);
    expect(attempts.filter((line) => line.startsWith("begins at step")).length).toBe(runs - 1);
    expect(attempts.filter((line) => /^goes on at step [1-9]/.test(line)).length).toBeGreaterThanOrEqual(2);
    expect(taken.length, `of ${onLost.join()} none was taken from the lost node`).toBeGreaterThan(0);
    for (const index of [requeued, ...taken]) {
      const { series } = await readScalars(path.join(folder, "members", index.padStart(4, "0")));
      const { steps } = series.get("train/loss")!;
      expect(Array.from(steps)).toEqual(Array.from({ length: steps.length }, (_, i) => i + 1));
    }
    expect(queue().filter(([, , state]) => state === "RUNNING" || state === "PENDING")).toEqual([]);
  }, 900_000);

  it("cancel takes what waits out of the queue, and what runs writes a checkpoint", async () => {
    const file = product.trainingFile("long.train.yaml", text.replace("epochs: 400", "epochs: 100000").replace(`repeat: ${runs}`, "repeat: 8"));
    const command = product.start("train", file, "--on", "slurm", "--look-every", "1", "--json");
    const folder = path.dirname(path.dirname((JSON.parse(await command.line((line) => line.includes('"start"'))) as Json).run as string));
    await until("a checkpoint", () => running().some(([, index]) => stepOf(folder, index) > 0), 60);
    expect((await product.descent("cancel", folder)).stdout).toContain("asked to stop");
    expect((await command.done).code).toBe(0);
    expect(manifestOf(folder).state).toBe("stopped");
    await until("an empty queue", () => queue().every(([, , state]) => state !== "RUNNING" && state !== "PENDING" && state !== "COMPLETING"), 60);
    const states = manifestOf(folder).members.filter(({ id }) => fs.existsSync(path.join(folder, "members", id, "run.json"))).map(({ id }) => {
      const { state, step, checkpoint } = JSON.parse(fs.readFileSync(path.join(folder, "members", id, "run.json"), "utf8")) as { state: string; step: number; checkpoint: { step: number } };
      return [state, checkpoint.step === step];
    });
    expect(states.length).toBeGreaterThan(0);
    expect(states.filter(([state]) => state === "stopped").map(([, written]) => written)).not.toContain(false);
  }, 300_000);

  it("data that a job cannot read are refused with their code", async () => {
    const file = product.trainingFile("nowhere.train.yaml", text.replace("{ generate: two_moons, examples: 400, noise: 0.2 }", "nowhere.csv").replace(`repeat: ${runs}`, "repeat: 2"));
    const { code, stderr } = await product.descent("train", file, "--on", "slurm", "--look-every", "1");
    expect([code, stderr]).toEqual([2, expect.stringContaining("error[file-missing]")]);
  }, 120_000);
});
