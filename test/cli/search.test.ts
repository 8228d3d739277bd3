/** `descent search`: from the file to the table; killed and gone on with; what it refuses, and what becomes of a search whose folder suffers. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JournalEntry } from "../../src/protocol/search.js";
import { readJournal } from "../../src/trials/search/journal.js";
import { buildProduct, objects, type Product } from "../helpers/product.js";

const text = (search: string, training = "epochs: 4", data = "") => `data: { train: { generate: two_moons, examples: 400, noise: 0.2 }${data} }
model: [dense: { units: 8, activation: relu }, dense: 2]
training: { ${training} }
threads: 1
search: { ${search} }
`;
const rates = "space: { optimizer.adam.lr: { log_uniform: [1e-4, 1e-1] } }";

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterAll(() => product.dispose());

const journalOf = (folder: string) => readJournal(path.join(folder, "journal.log"));
const of = <E extends JournalEntry["entry"]>(entries: readonly JournalEntry[], entry: E) => entries.filter((one): one is Extract<JournalEntry, { entry: E }> => one.entry === entry);

it("tries its trials, ranks them on validation, confirms the winner, and looks at test once, when asked", async () => {
  const file = product.trainingFile("moons.train.yaml", text(`trials: 5, confirm: 2, metric: validation/accuracy, ${rates}`));
  const { code, stdout } = await product.descent("search", file, "--json", "--test", "--parallel", "2");
  expect(code).toBe(0);
  const printed = objects(stdout);
  expect(printed[0]).toMatchObject({ event: "search", strategy: "random", trials: 5, metric: "validation/accuracy", parallel: 2 });
  const ended = printed.filter(({ event, state }) => event === "trial" && state === "finished");
  expect(ended.map(({ trial }) => trial).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const end = printed.at(-1) as { best: { trial: number; value: number; run: string }; test: { trial: number; metrics: Record<string, number> } };
  const own = ended.filter(({ confirms }) => confirms === null);
  expect(end.best.value).toBe(Math.max(...own.map(({ value }) => value as number)));
  expect(ended.filter(({ confirms }) => confirms === end.best.trial)).toHaveLength(2);
  expect(end.test.trial).toBe(end.best.trial);

  // no trial has seen the test split; the winner's weights are those of the evaluation that it was ranked by
  for (const { run } of ended) expect(fs.existsSync(path.join(run as string, "test"))).toBe(false);
  const manifest = JSON.parse(fs.readFileSync(path.join(end.best.run, "run.json"), "utf8")) as { best: { metric: string; value: number }; metrics: Record<string, number>; partOf: string };
  expect(manifest.best).toMatchObject({ metric: "validation/accuracy", value: end.best.value });
  expect(Object.keys(manifest.metrics).some((name) => name.startsWith("test/"))).toBe(false);
  expect(manifest.partOf).toBe(path.join("..", ".."));
  const again = await product.descent("evaluate", end.best.run, "--split", "test", "--json");
  expect((objects(again.stdout)[0] as { metrics: Record<string, number> }).metrics.accuracy).toBe(end.test.metrics.accuracy);

  // it is over; more trials are added, and test is not looked at again for the same winner
  const folder = printed[0].search as string;
  const more = await product.descent("search", "--resume", folder, "--more", "2", "--test");
  expect(more.code).toBe(0);
  expect(more.stdout).toMatch(/trial 8\/\d+ {2}finished/);
  const entries = await journalOf(folder);
  expect(of(entries, "planned").filter(({ confirms }) => confirms === null)).toHaveLength(7);
  expect(of(entries, "tested").length).toBe(new Set(of(entries, "tested").map(({ trial }) => trial)).size);
});

it("killed again and again it comes to the same figures as one that was left alone, and no trial is lost or run twice", async () => {
  const file = product.trainingFile("killed.train.yaml", text(`trials: 4, confirm: 1, stop_early: false, ${rates}`, "epochs: 30, checkpoint: { every_epochs: 5 }"));
  const figures = async (folder: string) => {
    const entries = await journalOf(folder);
    return of(entries, "planned").map(({ trial, settings, confirms }) => {
      // what a killed controller did not hear is read from the trial's event file, which holds 32 bits
      const curve = new Map(of(entries, "evaluated").filter((entry) => entry.trial === trial).map(({ step, value }) => [step, Math.fround(value as number)]));
      const ends = of(entries, "ended").filter((entry) => entry.trial === trial);
      expect(ends, `ends of trial ${trial}`).toHaveLength(1);
      return { trial, settings, confirms, state: ends[0].state, steps: ends[0].steps, curve: [...curve].sort(([a], [b]) => a - b) };
    });
  };
  const undisturbed = await product.descent("search", file, "--json", "--parallel", "2");
  const expected = await figures(objects(undisturbed.stdout)[0].search as string);
  expect(expected).toHaveLength(5);
  expect(expected.every(({ steps, state }) => steps === 300 && state === "finished")).toBe(true);

  const first = product.start("search", file, "--json", "--parallel", "2");
  const folder = (JSON.parse(await first.line((line) => line.includes('"event":"search"'))) as { search: string }).search;
  let running = first;
  for (const [round, event] of ['"event":"search"', '"event":"evaluated"', '"trial":2,"state":"finished"', '"event":"evaluated"', '"trial":4'].entries()) {
    await running.line((line) => line.includes(event)).catch(() => {});
    if (round % 2 === 1) {
      // a trial alone: the search goes on by itself
      const pid = livePids(folder).at(-1);
      if (pid !== undefined) kill(pid);
      continue;
    }
    kill(running.process.pid!);
    await running.done;
    running = product.start("search", "--resume", folder, "--json", "--parallel", "2");
  }
  const { code, stderr } = await running.done;
  expect(stderr).not.toMatch(/error\[/);
  expect(code).toBe(0);
  expect(await figures(folder)).toEqual(expected);
}, 240_000);

function livePids(folder: string): number[] {
  const trials = path.join(folder, "trials");
  return (fs.existsSync(trials) ? fs.readdirSync(trials) : []).flatMap((name) => {
    try {
      const { pid, state } = JSON.parse(fs.readFileSync(path.join(trials, name, "run.json"), "utf8")) as { pid: number | null; state: string };
      return pid !== null && state === "running" ? [pid] : [];
    } catch {
      return [];
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it was faster
  }
}

it("stops trials that cannot win; one that diverges ends with its finding", async () => {
  // long enough that the word to stop is heard before the end: an epoch takes less than a millisecond
  const file = product.trainingFile("halving.train.yaml", text("strategy: halving, trials: 8, confirm: 0, factor: 2, space: { optimizer.sgd.lr: { log_uniform: [1e-3, 1e8] } }", "epochs: 400"));
  const { code, stdout } = await product.descent("search", file, "--json", "--parallel", "2");
  expect(code).toBe(0);
  const last = new Map(objects(stdout).filter(({ event }) => event === "trial").map((trial) => [trial.trial, trial]));
  expect(last.size).toBe(8);
  const states = [...last.values()].map(({ state }) => state);
  expect(states).toContain("stopped");
  expect(states).toContain("finished");
  const failed = [...last.values()].filter(({ state }) => state === "failed");
  expect(failed.length).toBeGreaterThan(0);
  for (const { error, run } of failed) {
    expect(error).toMatchObject({ code: "non-finite-loss" });
    expect(fs.readFileSync(path.join(run as string, "findings.jsonl"), "utf8")).toMatch(/"rule":"(non-finite-loss|learning-rate-too-high|exploding)/);
  }
  for (const { state, epochs, stopped_by: by } of last.values()) if (state === "stopped") expect([by, (epochs as number) >= 1 && (epochs as number) < 400]).toEqual(["halving", true]);
}, 120_000);

it("refuses what cannot be searched with a code and a place, and writes nothing", async () => {
  const runs = path.join(product.folder, "refused");
  const refused = async (content: string, ...more: string[]) => {
    const { code, stderr } = await product.descent("search", product.trainingFile("refused.train.yaml", content), "--runs", runs, ...more);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused(text("space: { optimizer.adam.rate: [1, 2] }"))).toMatch(/error\[unknown-key\].* lr,.*at refused\.train\.yaml:5:20 /s);
  expect(await refused(text("space: { optimizer.adam.lr: { log_uniform: [0, 1] } }"))).toMatch(/error\[log-of-zero\].*:5:20 /s);
  expect(await refused(text(`metric: validation/acuracy, ${rates}`))).toMatch(/error\[unknown-metric\].*validation\/accuracy\?.*:5:11 /s);
  expect(await refused(text(rates).replace(/^search.*\n/m, ""))).toMatch(/error\[no-search\]/);
  expect(await refused(text("space: { training.batch_size: { uniform: [16, 64] } }"))).toMatch(/error\[out-of-range\].*not 34\.33\. .*integer.*:5:20 /s);
  expect(await refused(text("space: { optimizer.adam.lr: [] }"))).toMatch(/error\[out-of-range\].*a list with at least one entry\..*:5:/s);
  expect(await refused(text(rates), "--more", "3")).toMatch(/error\[wrong-usage\]/);
  expect(fs.existsSync(runs)).toBe(false);
  const { code, stderr } = await product.descent("search", "--resume", product.folder);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/error\[search-missing\]/)]);
});

it("fails with a code where trials cannot be ranked, or all are refused", async () => {
  const without = product.trainingFile("no-validation.train.yaml", text(`trials: 3, confirm: 0, ${rates}`, "epochs: 1", ", split: { validation: 0 }"));
  const first = await product.descent("search", without);
  expect([first.code, first.stderr]).toEqual([1, expect.stringMatching(/error\[unknown-metric\].*data\.split\.validation.*at no-validation\.train\.yaml:5:1 search\.metric/s)]);
  const missing = product.trainingFile("missing.train.yaml", text(`trials: 3, confirm: 0, ${rates}`).replace("{ generate: two_moons, examples: 400, noise: 0.2 }", "nowhere.csv"));
  const second = await product.descent("search", missing);
  expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/error\[file-missing\].*Every trial so far was refused/s)]);
}, 60_000);

it("without Slurm's commands nothing is written, and the cluster's section is named", async () => {
  const file = product.trainingFile("cluster.train.yaml", `${text(`trials: 3, ${rates}`)}cluster: { partition: gpu }\n`);
  const path_ = process.env.PATH;
  process.env.PATH = product.folder;
  try {
    const { code, stdout, stderr } = await product.descent("search", file, "--on", "slurm", "--runs", path.join(product.folder, "no-slurm"));
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(/^error\[slurm-missing\].*at cluster\.train\.yaml:6:1 cluster/s)]);
  } finally {
    process.env.PATH = path_;
  }
  expect(fs.existsSync(path.join(product.folder, "no-slurm"))).toBe(false);
});

it("a trial whose folder is deleted comes to its end and has it again; the search's own folder ends it; both are told by a code", async () => {
  const file = product.trainingFile("deleted.train.yaml", text(`trials: 2, confirm: 0, stop_early: false, ${rates}`, "epochs: 2000, evaluate: { every_epochs: 20 }"));
  const running = product.start("search", file, "--json", "--parallel", "1");
  const { search: folder } = JSON.parse(await running.line((line) => line.includes('"event":"search"'))) as { search: string };
  await running.line((line) => line.includes('"event":"evaluated","trial":1'));
  // moved away at once: a folder that is written to is hard to empty
  fs.renameSync(path.join(folder, "trials", "0001"), path.join(product.folder, "gone"));
  const first = JSON.parse(await running.line((line) => line.includes('"trial":1,"state":"finished"'))) as { value: number };
  expect(first.value).toBeLessThan(1);
  expect(fs.existsSync(path.join(folder, "trials", "0001", "checkpoints", "best.onnx"))).toBe(true);
  await running.line((line) => line.includes('"event":"evaluated","trial":2'));
  fs.renameSync(folder, path.join(product.folder, "gone-too"));
  const { code, stderr } = await running.done;
  expect(code).toBe(1);
  expect(stderr).toMatch(/trial 1: .*\(run-folder-unwritable\)/);
  expect(stderr).toMatch(/error\[search-folder-missing\]/);
}, 120_000);
