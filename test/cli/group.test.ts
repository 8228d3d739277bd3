/** `descent train` of files that ask for several runs: repeats and cross-validations. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarize, summarizeFolds } from "../../src/common/statistics/sample.js";
import { buildProduct, objects, type Product } from "../helpers/product.js";

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 180_000);
afterAll(() => product.dispose());

const text = (more: string, lr = "1e-2") => `
data: { train: { generate: two_moons, examples: 200, noise: 0.2 }, split: { validation: 0.2, test: 0.2 } }
model: [{ dense: { units: 8, activation: relu } }, { dense: 2 }]
optimizer: { adam: { lr: ${lr} } }
training: { epochs: 5 }
threads: 1
${more}
`;

type Json = Record<string, unknown>;
const train = async (name: string, content: string, ...more: string[]) => {
  const { code, stdout, stderr } = await product.descent("train", product.trainingFile(name, content), "--json", ...more);
  return { code, stderr, events: objects(stdout) as Json[] };
};
const ends = (events: readonly Json[]) => events.filter(({ event }) => event === "end").sort((a, b) => Number(a.member) - Number(b.member));
const accuracies = (events: readonly Json[]) => ends(events).map(({ metrics }) => (metrics as Record<string, number>)["validation/accuracy"]);

describe("repeat", () => {
  it("runs the file from several seeds, each as --seed runs it, and tells mean, deviation and interval", async () => {
    const { code, events, stderr } = await train("seeds.train.yaml", text("repeat: 3"));
    expect([code, stderr]).toEqual([0, ""]);
    const single = await train("seeds.train.yaml", text("repeat: 3"), "--once", "--seed", "2");
    expect(ends(events)[2].metrics).toEqual(ends(single.events)[0].metrics);
    expect(new Set(accuracies(events).map(String)).size).toBeGreaterThan(1);
    const summary = events.at(-1)!;
    expect(summary).toMatchObject({ event: "summary", kind: "seeds", runs: 3, failed: 0 });
    const { n, mean, deviation, interval, smallest, largest } = summarize(accuracies(events));
    expect((summary.metrics as Json)["validation/accuracy"]).toEqual({ n, mean, deviation, interval, smallest, largest });
    for (const event of ["start", "scalars"]) expect(new Set(events.filter((one) => one.event === event).map(({ member }) => member))).toEqual(new Set([0, 1, 2]));
    // the runs are in the group's folder, and ordinary runs
    const group = summary.group as string;
    expect(fs.readdirSync(path.join(group, "members")).sort()).toEqual(["0000", "0001", "0002"]);
    expect((await product.descent("evaluate", path.join(group, "members", "0001"), "--json")).code).toBe(0);
  }, 180_000);

  it("goes on with what is left of it, does nothing twice, and prints a table for people", async () => {
    const { events } = await train("again.train.yaml", text("repeat: 2"));
    const group = events.at(-1)!.group as string;
    fs.rmSync(path.join(group, "members", "0001"), { recursive: true });
    const before = fs.readFileSync(path.join(group, "members", "0000", "run.json"), "utf8");
    const { code, stdout } = await product.descent("train", path.join(product.folder, "again.train.yaml"), "--resume", group);
    expect(code).toBe(0);
    expect(JSON.parse(fs.readFileSync(path.join(group, "group.json"), "utf8")).summary.metrics["validation/accuracy"]).toMatchObject({ mean: summarize(accuracies(events)).mean });
    expect(fs.readFileSync(path.join(group, "members", "0000", "run.json"), "utf8")).toBe(before);
    expect(stdout).toMatch(/^2 runs +mean +deviation +95 % interval +least +most$/m);
    // a repeat against itself: no difference, and none beyond chance
    const compared = await product.descent("compare", group, group, "--json");
    const loss = objects(compared.stdout).find(({ metric }) => metric === "validation/loss");
    expect(loss).toMatchObject({ event: "comparison", difference: 0, t: 0, p: 1, verdict: "chance", a: { n: 2 }, b: { n: 2 } });
    expect(stdout).toMatch(/^validation\/loss +[\d.]+ +[\d.e-]+ +[-\d.]+ to [\d.]+ +[\d.]+ +[\d.]+$/m);
  }, 180_000);

  it("stops with a checkpoint each, and goes on from there", async () => {
    const file = product.trainingFile("long.train.yaml", text("repeat: 2").replace("epochs: 5", "epochs: 4000"));
    const command = product.start("train", file, "--json");
    await command.line((line) => line.includes('"scalars"'));
    command.process.kill("SIGTERM");
    const stopped = await command.done;
    expect(stopped.code).toBe(130);
    const group = objects(stopped.stdout).at(-1) as Json;
    const folder = path.dirname(path.dirname(objects(stopped.stdout)[0].run as string));
    const manifest = () => JSON.parse(fs.readFileSync(path.join(folder, "group.json"), "utf8")) as Json;
    expect(group).toBeDefined();
    expect(manifest()).toMatchObject({ state: "stopped", pid: null });
    const first = JSON.parse(fs.readFileSync(path.join(folder, "members", "0000", "run.json"), "utf8")) as { step: number; checkpoint: { step: number } };
    expect(first.checkpoint.step).toBe(first.step);
    const again = product.start("train", file, "--json", "--resume", folder);
    const started = JSON.parse(await again.line((line) => line.includes('"start"'))) as Json;
    expect(started.member).toBe(0);
    // another window asks for the end through the folder
    fs.writeFileSync(path.join(folder, "stop.request"), "");
    expect((await again.done).code).toBe(0);
    expect(manifest()).toMatchObject({ state: "stopped" });
    expect((JSON.parse(fs.readFileSync(path.join(folder, "members", "0000", "run.json"), "utf8")) as { step: number }).step).toBeGreaterThanOrEqual(first.step);
  }, 180_000);

  it("of a file that no run can begin with is refused at its line, and leaves no run", async () => {
    const { code, stderr, events } = await train("missing.train.yaml", text("repeat: 3").replace("{ generate: two_moons, examples: 200, noise: 0.2 }", "nowhere.csv"));
    expect(code).toBe(2);
    expect(stderr).toMatch(/error\[file-missing\][^]*data\.train/);
    expect(events.filter(({ event }) => event === "start")).toEqual([]);
    expect(fs.readdirSync(path.join(product.folder, "runs")).filter((name) => name.includes("missing"))).toEqual([]);
  }, 180_000);
});

describe("folds", () => {
  it("of which there are more than examples are refused where the file asks for them, and leave no run", async () => {
    const { code, stderr } = await train("crumbs.train.yaml", text("repeat: { folds: 1000 }"));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/error\[folds-too-many\]: \d+ examples cannot be dealt out to 1000 folds\.\n {2}at crumbs\.train\.yaml:\d+:1\d repeat\.folds/)]);
    expect(fs.readdirSync(path.join(product.folder, "runs")).filter((name) => name.includes("crumbs"))).toEqual([]);
  }, 180_000);

  it("validates each run on another part of what is not test data", async () => {
    const { code, events } = await train("folds.train.yaml", text("repeat: { folds: 3 }"));
    expect(code).toBe(0);
    const summary = events.at(-1)!;
    expect(summary).toMatchObject({ event: "summary", kind: "folds", runs: 3 });
    const matrices = [0, 1, 2].map((i) => JSON.parse(fs.readFileSync(path.join(summary.group as string, "members", `000${i}`, "evaluation.json"), "utf8")) as { confusion: { split: string; counts: unknown }[] });
    expect(matrices.map(({ confusion }) => confusion.map(({ split }) => split).sort())).toEqual([0, 1, 2].map(() => ["test", "validation"]));
    const { interval } = summarizeFolds(accuracies(events), 3);
    expect((summary.metrics as Record<string, { interval: number[] }>)["validation/accuracy"].interval).toEqual(interval);
    // two folds share most of their training data: their interval is wider than that of as many seeds
    const seeds = summarize(accuracies(events)).interval!;
    expect(interval![1] - interval![0]).toBeGreaterThan(seeds[1] - seeds[0]);
  }, 180_000);
});

describe("--on slurm", () => {
  it("without sbatch on the path is refused at the file's cluster section, and leaves no run", async () => {
    const before = process.env.PATH;
    process.env.PATH = path.join(product.folder, "empty");
    try {
      const { code, stderr } = await train("slurm.train.yaml", text("repeat: 2\ncluster: { cores: 2 }"), "--on", "slurm");
      expect(code).toBe(2);
      expect(stderr).toMatch(/error\[slurm-missing\]: sbatch is not on the path[^]*slurm\.train\.yaml:8:\d+ cluster/);
    } finally {
      process.env.PATH = before;
    }
    expect(fs.readdirSync(path.join(product.folder, "runs")).filter((name) => name.endsWith("-slurm"))).toEqual([]);
  }, 60_000);

  it("of a file that asks for one run is wrong usage", async () => {
    const { code, stderr } = await train("one.train.yaml", text(""), "--on", "slurm");
    expect([code, stderr]).toEqual([2, expect.stringContaining("error[wrong-usage]")]);
  }, 60_000);
});
