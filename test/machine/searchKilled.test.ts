/**
 * A search whose controller and trials are killed at random moments, twenty times, and gone on with: it comes to what one that was left alone comes to.
 * `DESCENT_KILLS` and `DESCENT_SEED` say how often, and which moments.
 */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RandomStream } from "../../src/engine/random/stream.js";
import type { JournalEntry } from "../../src/protocol/search.js";
import { readScalars } from "../../src/runs/events/readScalars.js";
import { readJournal } from "../../src/trials/search/journal.js";
import { buildProduct, objects, type Product, type StartedCommand } from "../helpers/product.js";

const kills = Number(process.env.DESCENT_KILLS ?? 20);
const seed = Number(process.env.DESCENT_SEED ?? 0);
const trials = 8;
const steps = 3200;

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
});
afterAll(() => product?.dispose());

const of = <E extends JournalEntry["entry"]>(entries: readonly JournalEntry[], entry: E) => entries.filter((one): one is Extract<JournalEntry, { entry: E }> => one.entry === entry);

/** What a finished search came to: every trial's settings, its one end, its curve as its event files have it. */
async function outcomeOf(folder: string): Promise<unknown[]> {
  const entries = await readJournal(path.join(folder, "journal.log"));
  const outcome: unknown[] = [];
  for (const { trial, settings, confirms, seed: own } of of(entries, "planned")) {
    const ends = of(entries, "ended").filter((entry) => entry.trial === trial);
    expect(ends, `ends of trial ${trial}`).toHaveLength(1);
    const { series } = await readScalars(path.join(folder, "trials", String(trial).padStart(4, "0")));
    const training = series.get("train/loss") ?? { steps: [], values: [] }; // none: it failed before it began
    expect(Array.from(training.steps), `steps of trial ${trial}`).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    outcome.push({ trial, settings, confirms, seed: own, state: ends[0].state, steps: ends[0].steps, training: Array.from(training.values), validation: Array.from(series.get("validation/loss")!.values) });
  }
  return outcome;
}

/** Processes that another has forked: of a controller its trials, beginning or under way. */
function forkedBy(parent: number): number[] {
  return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
    } catch {
      return false; // it has ended
    }
  });
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false; // it was faster
  }
}

const reason = process.platform === "linux" ? null : "processes are told by /proc";
it.skipIf(reason !== null)(`killed ${kills} times, no trial is lost or run twice${reason === null ? "" : ` (skipped: ${reason})`}`, async () => {
  const file = product.trainingFile("killed.train.yaml", `data: { train: { generate: two_moons, examples: 400, noise: 0.2 } }
model: [dense: { units: 32, activation: relu }, dense: { units: 32, activation: relu }, dense: 2]
training: { epochs: 320, checkpoint: { every_epochs: 10 } }
threads: 1
search: { trials: ${trials}, confirm: 2, stop_early: false, space: { optimizer.adam.lr: { log_uniform: [1e-4, 1e-1] } } }
`);
  const begun = performance.now();
  const alone = await product.descent("search", file, "--json", "--parallel", "2");
  const lasts = performance.now() - begun;
  const expected = await outcomeOf(objects(alone.stdout)[0].search as string);
  expect(expected).toHaveLength(trials + 2);

  const random = new RandomStream(seed, "kills");
  const told: Record<string, number> = {};
  let left = kills;
  for (let search = 1; left > 0; search++) {
    let running: StartedCommand = product.start("search", file, "--json", "--parallel", "2");
    const folder = (JSON.parse(await running.line((line) => line.includes('"event":"search"'))) as { search: string }).search;
    for (let isOver = false; !isOver; ) {
      // some moment of the search, its first as well as its last
      if (left > 0) isOver = await Promise.race([running.done.then(() => true), sleep(random.uniform() * lasts * 0.25).then(() => false)]);
      else isOver = await running.done.then(() => true);
      if (isOver) break;
      const pids = forkedBy(running.process.pid!);
      const isController = pids.length === 0 || random.uniform() < 0.5;
      if (!kill(isController ? running.process.pid! : pids[Math.floor(random.uniform() * pids.length)])) continue;
      left -= 1;
      told[isController ? "controller" : "trial"] = (told[isController ? "controller" : "trial"] ?? 0) + 1;
      if (!isController) continue;
      await running.done;
      running = product.start("search", "--resume", folder, "--json", "--parallel", "2");
    }
    const { code, stderr } = await running.done;
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("error[")]);
    expect(await outcomeOf(folder)).toEqual(expected);
    console.log(`search ${search}: as one left alone; killed so far: ${Object.entries(told).map(([what, times]) => `${what} ${times}`).join(", ")}`);
  }
});
