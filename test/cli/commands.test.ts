/** The commands on a small run: the objects and exit codes of the command line's page. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { findingSchema } from "../../src/protocol/finding.js";
import { checkIds } from "../../src/protocol/checks.js";
import { checkEventSchema, runEventSchema, verdictSchema } from "../../src/protocol/runEvents.js";
import { buildProduct, objects, type Product } from "../helpers/product.js";
import { runModel } from "../helpers/backend.js";

const text = `
data: { train: { generate: two_moons, examples: 400, noise: 0.1 }, split: { validation: 0.2, test: 0.2 } }
model: [{ dense: { units: 16, activation: relu } }, { dense: 2 }]
training: { epochs: 5, batch_size: 32 }
optimizer: { adam: { lr: 0.02 } }
threads: 1
`;

let product: Product;
let file: string;
let run: string;
let trained: Record<string, unknown>[];
let output: string;
beforeAll(async () => {
  product = await buildProduct();
  file = product.trainingFile("moons.train.yaml", text);
  const result = await product.descent("train", file, "--json");
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toBe("");
  output = result.stdout;
  trained = objects(output);
  run = trained[0].run as string;
}, 60_000);
afterAll(() => product.dispose());

type Scalars = { step: number; epoch: number; values: Record<string, number> };
const scalars = () => trained.filter(({ event }) => event === "scalars") as unknown as Scalars[];

describe("train --json", () => {
  it("prints the objects of the page and nothing else", () => {
    for (const object of trained) runEventSchema.parse(object);
    expect(trained[0]).toMatchObject({ event: "start", device: "cpu", threads: 1, steps_per_epoch: 8, epochs: 5, parameters: 16 * 3 + 17 * 2 });
    expect(trained.at(-1)).toMatchObject({ event: "end", status: "completed", steps: 40, best: { metric: "validation/loss" } });
    expect(path.dirname(run)).toBe(path.join(path.dirname(file), "runs"));
  });

  it("reports every step once, from 1, with its epoch, loss and rate", () => {
    const steps = scalars().filter(({ values }) => values["train/loss"] !== undefined);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(steps.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 40 }, (_, i) => Math.floor(i / 8) + 1));
    for (const { values } of steps) expect(values["train/learning_rate"]).toBe(0.02);
  });

  it("without validation, the last step's loss is its batch's too, and the end tells of the whole training split", async () => {
    const result = await product.descent("train", file, "--json", "--set", "data.split={validation: 0, test: 0}", "--set", "training={steps: 3}");
    const steps = objects(result.stdout).filter(({ event }) => event === "scalars") as unknown as Scalars[];
    const longer = await product.descent("train", file, "--json", "--set", "data.split={validation: 0, test: 0}", "--set", "training={steps: 4}");
    const more = objects(longer.stdout).filter(({ event }) => event === "scalars") as unknown as Scalars[];
    expect(steps.map(({ values }) => values["train/loss"])).toEqual(more.slice(0, 3).map(({ values }) => values["train/loss"]));
    const end = objects(result.stdout).at(-1) as { metrics: Record<string, number> };
    expect(Object.keys(end.metrics)).toEqual(["train/loss", "train/accuracy"]);
    expect(end.metrics["train/loss"]).not.toBe(steps[2].values["train/loss"]);
    const finding = result.stdout.split("\n").find((line) => line.includes("no-validation-data"));
    expect(finding).toMatch(/^\{"event":"finding","rule":/);
  });

  it("reports each evaluation beside the step it follows", () => {
    const evaluated = scalars().filter(({ values }) => values["validation/loss"] !== undefined);
    expect(evaluated.map(({ step }) => step)).toEqual([8, 16, 24, 32, 40]);
    for (const { values } of evaluated) expect(Object.keys(values)).toEqual(expect.arrayContaining(["train/loss", "train/accuracy", "validation/accuracy"]));
  });

  it("names a checkpoint that is there, after every step in it", () => {
    const at = trained.findLastIndex(({ event }) => event === "checkpoint");
    expect(trained[at]).toMatchObject({ step: 40 });
    expect(fs.existsSync(trained[at].path as string)).toBe(true);
    expect(trained.findIndex((object) => object.event === "scalars" && object.step === 40)).toBeLessThan(at);
  });

  it("says nothing on standard error, however many checkpoints it writes", async () => {
    const result = await product.descent("train", file, "--json", "--set", "training={epochs: 30, checkpoint: {every_epochs: 1}}");
    expect(objects(result.stdout).filter(({ event }) => event === "checkpoint")).toHaveLength(30);
    expect(result.stderr).toBe("");
  });

  it("gives the same output a second time, but for names and times", async () => {
    const again = await product.descent("train", file, "--json");
    const plain = (stdout: string) => objects(stdout).filter(({ event }) => event === "scalars");
    expect(plain(again.stdout)).toEqual(plain(output));
  });

  it("takes --set, --seed, --threads and --runs", async () => {
    const runs = path.join(product.folder, "elsewhere");
    const result = await product.descent("train", file, "--json", "--set", "training.epochs=1", "--set", "optimizer.sgd.lr=1e-3", "--seed", "7", "--threads", "1", "--runs", runs);
    expect(result.code, result.stderr).toBe(0);
    const printed = objects(result.stdout);
    expect(printed[0]).toMatchObject({ epochs: 1, run: expect.stringContaining(runs) as string });
    expect((printed.find(({ event }) => event === "scalars") as unknown as Scalars).values["train/learning_rate"]).toBe(1e-3);
    const manifest = JSON.parse(fs.readFileSync(path.join(printed[0].run as string, "run.json"), "utf8")) as Record<string, unknown>;
    expect(manifest).toMatchObject({ seed: 7, overrides: { "training.epochs": 1, "optimizer.sgd.lr": 1e-3, seed: 7 } });
  });

  it("fails with exit code 1 when the loss stops being finite, and says so", async () => {
    const broken = product.trainingFile("explodes.train.yaml", text.replace("adam: { lr: 0.02 }", "sgd: { lr: 1e9 }").replace("training:", "loss: mse\ntraining:"));
    const result = await product.descent("train", broken, "--json");
    expect(result.code).toBe(1);
    expect(objects(result.stdout).at(-1)).toMatchObject({ event: "end", status: "failed" });
    expect(objects(result.stdout).filter(({ event, severity }) => event === "finding" && severity === "error")).not.toEqual([]);
    expect(result.stderr).toMatch(/^error\[non-finite-loss\]/m);
  });
});

describe("train without --json", () => {
  it("prints lines for people, and only findings with --quiet", async () => {
    const loud = await product.descent("train", file);
    expect(loud.stdout).toMatch(/82 parameters/);
    expect(loud.stdout).toMatch(/step 40 .*validation\/accuracy/);
    expect(loud.stdout).toMatch(/finished after 40 steps/);
    expect(loud.stderr).toBe("");
    expect(await product.descent("train", file, "--quiet")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  it("ends quietly when the reader of its output goes away", async () => {
    const child = spawn(process.execPath, [path.join(product.dist, "cli.js"), "train", file, "--json", "--set", "training.epochs=300"], { env: { ...process.env, XDG_CACHE_HOME: path.join(product.folder, "cache") } });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (more: string) => (stderr += more));
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("evaluate, export, predict", () => {
  it("evaluates the best weights as the run did", async () => {
    const result = await product.descent("evaluate", run, "--json");
    expect(result.code, result.stderr).toBe(0);
    const { metrics } = trained.at(-1) as { metrics: Record<string, number> };
    expect(objects(result.stdout)).toMatchObject([{ run, split: "test", examples: 80 }]);
    const validation = objects((await product.descent("evaluate", run, "--split", "validation", "--json")).stdout)[0] as { metrics: Record<string, number> };
    const { best } = trained.at(-1) as { best: { value: number } };
    expect(validation.metrics.loss).toBeCloseTo(best.value, 6);
    expect(metrics["test/accuracy"]).toBeGreaterThan(0.7);
  });

  it("exports a model that gives the predictions of predict", async () => {
    const csv = path.join(product.folder, "points.csv");
    fs.writeFileSync(csv, "x1,x2\n0,0.5\n1,-0.5\n-1,0.1\n");
    const onnx = path.join(product.folder, "moons.onnx");
    expect(await product.descent("export", run, "-o", onnx, "--softmax", "--scaling")).toMatchObject({ code: 0 });
    const result = await product.descent("predict", run, csv);
    expect(result.stderr).toBe("");
    const lines = result.stdout.trimEnd().split("\n").map((line) => line.split(","));
    expect(lines[0].slice(0, 3)).toEqual(["example", "predicted", "confidence"]);
    const { probabilities } = await runModel(fs.readFileSync(onnx), { input: { type: "float32", dims: [3, 2], data: Float32Array.of(0, 0.5, 1, -0.5, -1, 0.1) } });
    lines.slice(1).forEach((line, i) => {
      expect(Number(line[3])).toBeCloseTo((probabilities.data as Float32Array)[2 * i], 5);
      expect(line[0]).toBe(String(i));
      expect(line[1]).toBe(Number(line[3]) > Number(line[4]) ? "0" : "1");
    });
    const certain = await product.descent("train", file, "--json", "--set", "metrics=[{threshold: 0.99999}]", "--set", "training={epochs: 1}");
    const strict = await product.descent("predict", objects(certain.stdout)[0].run as string, csv);
    for (const line of strict.stdout.trimEnd().split("\n").slice(1)) expect(line.split(",")[1], "below the file's threshold").toBe("0");
    const diverged = await product.descent("train", file, "--json", "--set", "optimizer={sgd: {lr: 1e30}}", "--set", "training={epochs: 1, on_non_finite: continue}");
    expect((await product.descent("predict", objects(diverged.stdout)[0].run as string, csv)).stdout.split("\n")[1]).toBe("0,0,NaN,NaN,NaN");
    const out = path.join(product.folder, "predictions.csv");
    await product.descent("predict", run, csv, "-o", out);
    expect(fs.readFileSync(out, "utf8")).toBe(result.stdout);
  });
});

describe("runs", () => {
  it("lists runs, newest first, and broken ones as broken", async () => {
    const runs = path.join(product.folder, "listed");
    await product.descent("train", file, "--quiet", "--runs", runs);
    await product.descent("train", file, "--quiet", "--runs", runs);
    const broken = path.join(runs, "00000000-000000-broken");
    fs.mkdirSync(broken);
    fs.writeFileSync(path.join(broken, "run.json"), "{ no");
    fs.mkdirSync(path.join(runs, "not-a-run"));
    const listed = objects((await product.descent("runs", runs, "--json")).stdout);
    expect(listed).toMatchObject([{ state: "finished", step: 40, name: "moons" }, { state: "finished" }, { run: broken, state: "broken", error: { code: "run-unreadable" } }]);
    expect(listed[0].run! > listed[1].run!).toBe(true);
  });
});

describe("lint", () => {
  const doubled = text.replace("{ dense: 2 }", "{ dense: { units: 2, activation: softmax } }") + "loss: cross_entropy\n";

  it("says nothing of a good file and gives findings of a bad one, with exit code 1", async () => {
    expect(await product.descent("lint", file)).toMatchObject({ code: 0, stdout: "" });
    const bad = product.trainingFile("bad.train.yaml", doubled);
    const result = await product.descent("lint", bad, "--format", "json");
    expect(result.code).toBe(1);
    const [finding] = objects(result.stdout).map((object) => findingSchema.extend({ event: z.literal("finding") }).parse(object));
    expect(finding).toMatchObject({ rule: "softmax-before-cross-entropy", severity: "error", file: bad, range: { start: { line: 3 } } });
    expect((await product.descent("lint", bad)).stdout).toMatch(/bad\.train\.yaml:3:\d+: error\[softmax-before-cross-entropy\]: /);
  });

  it("writes SARIF", async () => {
    const bad = product.trainingFile("sarif.train.yaml", doubled);
    const { version, runs } = JSON.parse((await product.descent("lint", bad, "--format", "sarif")).stdout) as { version: string; runs: { results: unknown[] }[] };
    expect(version).toBe("2.1.0");
    expect(runs[0].results).toMatchObject([{ ruleId: "softmax-before-cross-entropy", level: "error", locations: [{ physicalLocation: { region: { startLine: 3 } } }] }]);
  });

  it("fixes what is safe, and keeps comments", async () => {
    const bad = product.trainingFile("fix.train.yaml", `# my file\n${doubled}# the end\n`);
    const result = await product.descent("lint", bad, "--fix");
    const fixed = fs.readFileSync(bad, "utf8");
    expect(result).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(fixed).not.toContain("softmax");
    expect(fixed.startsWith("# my file\n")).toBe(true);
    expect(fixed.trimEnd().endsWith("# the end")).toBe(true);
  });

  it("takes a wrong value as a finding, unreadable YAML and files as exit code 2", async () => {
    const wrong = product.trainingFile("wrong.train.yaml", text.replace("epochs: 5", "epochs: five"));
    expect(await product.descent("lint", wrong)).toMatchObject({ code: 1, stderr: "" });
    const twice = product.trainingFile("twice.train.yaml", `${text}threads: 2\n`);
    expect(await product.descent("lint", twice)).toMatchObject({ code: 1, stderr: "", stdout: expect.stringContaining("error[duplicate-key]") as string });
    const torn = product.trainingFile("torn.train.yaml", "data: {\n");
    expect(await product.descent("lint", torn)).toMatchObject({ code: 2, stdout: "" });
    expect(await product.descent("lint", file, "absent.train.yaml")).toMatchObject({ code: 2, stderr: expect.stringContaining("error[file-missing]") as string });
  });
});

describe("check", () => {
  it("passes a model that learns sixteen examples by heart, and ends with the verdict", async () => {
    const result = await product.descent("check", file, "--only", "overfit-batch", "--format", "json");
    expect(result.code, result.stderr).toBe(0);
    const printed = objects(result.stdout);
    expect(checkEventSchema.parse(printed.at(-2))).toMatchObject({ id: "overfit-batch", status: "passed", figures: { examples: 16 } });
    expect(verdictSchema.parse(printed.at(-1))).toMatchObject({ healthy: true, causes: [] });
  });

  it("says which batch fits into memory, and a run with batch_size: auto takes it, a second time too", async () => {
    const open = product.trainingFile("auto.train.yaml", text.replace(/batch_size: \d+/, "batch_size: auto"));
    const result = await product.descent("check", open, "--only", "batch-size", "--format", "json");
    expect(result.code, result.stderr).toBe(0);
    const { figures } = checkEventSchema.parse(objects(result.stdout).at(-2));
    expect(figures.batch_size).toBe(figures.largest);
    for (const _ of ["first", "second"]) {
      const run = await product.descent("train", open, "--json");
      expect(run.code, run.stderr).toBe(0);
      expect(objects(run.stdout)[0]).toMatchObject({ event: "start", batch_size: figures.largest });
    }
  });

  it("refuses augmentation of images on other data, at its line, and mixed precision on the processor", async () => {
    const rows = product.trainingFile("rows.train.yaml", text.replace(/^data:.*$/m, "data: { train: { generate: two_moons }, augment: [noise, crop] }"));
    expect(await product.descent("train", rows)).toMatchObject({ code: 2, stderr: expect.stringMatching(/error\[augmentation-needs-images\][^]*data\.augment\[1\]\.crop/) as string });
    expect(await product.descent("train", file, "--set", "training.precision=mixed", "--device", "cpu")).toMatchObject({ code: 2, stderr: expect.stringContaining("error[precision-unsupported]") as string });
  });

  it("fails one whose rate is far too small, and names the rate first", async () => {
    const slow = product.trainingFile("slow.train.yaml", text.replace("lr: 0.02", "lr: 1e-7"));
    const result = await product.descent("check", slow, "--format", "json");
    expect(result.code).toBe(1);
    const printed = objects(result.stdout);
    expect(printed.filter(({ event, status }) => event === "check" && status === "failed").map(({ id }) => id)).toEqual(expect.arrayContaining(["overfit-batch", "loss-falls", "learning-rate-range"]));
    expect(verdictSchema.parse(printed.at(-1)).causes[0]).toMatchObject({ category: "learning_rate" });
  });

  it("runs every experiment in order, each with figures, and finds nothing wrong with a healthy file", async () => {
    const result = await product.descent("check", file, "--format", "json");
    expect(result.code, result.stdout).toBe(0);
    const printed = objects(result.stdout);
    const done = printed.filter(({ event }) => event === "check").map((event) => checkEventSchema.parse(event));
    expect(done.map(({ id }) => id)).toEqual(checkIds);
    for (const { id, status, figures } of done) {
      expect(["passed", "skipped"], id).toContain(status);
      if (status === "passed") expect(Object.keys(figures).length, id).toBeGreaterThan(1);
    }
    expect(verdictSchema.parse(printed.at(-1))).toMatchObject({ healthy: true, causes: [] });
  });

  it("is silenced by the file", async () => {
    const quiet = product.trainingFile("quiet.train.yaml", `${text}diagnostics: { rules: { gradient: off } }\n`);
    const result = await product.descent("check", quiet, "--only", "gradient", "--format", "json");
    expect(objects(result.stdout)[0]).toMatchObject({ event: "check", id: "gradient", status: "skipped" });
    expect(result.code).toBe(0);
  });

  it("refuses checks that do not exist", async () => {
    expect(await product.descent("check", file, "--only", "magic")).toMatchObject({ code: 2, stderr: expect.stringContaining("error[check-unknown]") as string });
  });
});

describe("rules, schema, devices", () => {
  it("print the training file's JSON Schema", async () => {
    const schema = JSON.parse((await product.descent("schema")).stdout) as { properties: object };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["data", "model", "loss", "optimizer", "training"]));
  });

  it("print every rule, or one with its page", async () => {
    const listed = objects((await product.descent("rules", "--json")).stdout);
    expect(listed.length).toBeGreaterThan(9);
    for (const rule of listed) expect(rule).toMatchObject({ id: expect.any(String) as string, page: expect.stringContaining("rules/") as string });
    expect((await product.descent("rules", "softmax-before-cross-entropy")).stdout).toContain("Goodfellow");
    expect(await product.descent("rules", "softmax-before-cross-entropi")).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean softmax-before-cross-entropy?") as string });
  });

  it("say that the processor is usable, and what is missing for what is not", async () => {
    const listed = objects((await product.descent("devices", "--json")).stdout);
    expect(listed.map(({ id }) => id)).toEqual(["cpu", "cuda:0", "webgpu"]);
    expect(listed[0]).toMatchObject({ usable: true, missing: null });
    for (const { usable, missing } of listed) expect(typeof missing).toBe(usable ? "object" : "string");
  });
});
