/** A whole search on a disk that is full for a while: a small file system of its own, which needs root to be mounted. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readScalars } from "../../src/runs/events/readScalars.js";
import { readJournal } from "../../src/trials/search/journal.js";
import { buildProduct, objects, type Product } from "../helpers/product.js";

const reason = process.platform !== "linux" ? "mounts a tmpfs" : process.getuid?.() !== 0 ? "mounting needs root" : null;
let product: Product;
let small: string;

beforeAll(async () => {
  product = await buildProduct();
  small = path.join(product.folder, "small");
  fs.mkdirSync(small);
}, 120_000);
afterAll(() => {
  spawnSync("umount", ["-l", small]);
  product?.dispose();
});

/** Fills what room there is. */
function fill(file: string): void {
  const descriptor = fs.openSync(file, "w");
  for (let size = 65536; size >= 1; size = Math.floor(size / 4)) {
    try {
      for (;;) if (fs.writeSync(descriptor, Buffer.alloc(size)) === 0) break;
    } catch (thrown) {
      expect((thrown as NodeJS.ErrnoException).code).toBe("ENOSPC");
    }
  }
  fs.closeSync(descriptor);
}

it.skipIf(reason !== null)(`holds while there is no room, and loses nothing${reason === null ? "" : ` (skipped: ${reason})`}`, async ({ skip }) => {
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small]).status !== 0) skip("this machine lets nothing be mounted");
  const file = product.trainingFile("small.train.yaml", `data: { train: { generate: two_moons, examples: 400, noise: 0.2 } }
model: [dense: { units: 8, activation: relu }, dense: 2]
training: { epochs: 200, evaluate: { every_epochs: 10 } }
threads: 1
search: { trials: 4, confirm: 0, stop_early: false, space: { optimizer.adam.lr: { log_uniform: [1e-3, 1e-1] } } }
`);
  const running = product.start("search", file, "--runs", path.join(small, "runs"), "--parallel", "1", "--json");
  let told = "";
  running.process.stderr!.on("data", (text: string) => (told += text));
  const { search: folder } = JSON.parse(await running.line((line) => line.includes('"event":"search"'))) as { search: string };
  await running.line((line) => line.includes('"trial":2,"state":"running"'));
  fill(path.join(small, "ballast"));
  for (const end = Date.now() + 60_000; !told.includes("disk-full") && !told.includes("unwritable"); await sleep(100)) if (Date.now() > end) throw new Error(`nobody told of the full disk: ${told}`);
  await sleep(3000);
  const begun = (await readJournal(path.join(folder, "journal.log"))).flatMap((entry) => (entry.entry === "started" ? [entry.trial] : []));
  expect(new Set(begun).size).toBeLessThan(4); // it was not run through; one trial may have begun several times
  fs.rmSync(path.join(small, "ballast"));
  const { code, stdout } = await running.done;
  expect([code, told]).toEqual([0, expect.stringMatching(/disk-full/)]);
  expect(objects(stdout).at(-1)).toMatchObject({ event: "end", status: "completed", trials: 4 });
  const journal = await readJournal(path.join(folder, "journal.log"));
  expect(journal.length).toBe(fs.readFileSync(path.join(folder, "journal.log"), "utf8").trim().split("\n").length); // no torn line
  expect(journal.flatMap((entry) => (entry.entry === "ended" ? [[entry.trial, entry.state, entry.steps]] : []))).toEqual([1, 2, 3, 4].map((trial) => [trial, "finished", 2000]));
  for (const trial of [1, 2, 3, 4]) {
    const { series } = await readScalars(path.join(folder, "trials", `000${trial}`));
    expect(series.get("validation/loss")!.steps.at(-1)).toBe(2000);
    expect(journal.filter((entry) => entry.entry === "evaluated" && entry.trial === trial).map((entry) => (entry as { step: number }).step)).toContain(2000);
    expect(fs.existsSync(path.join(folder, "trials", `000${trial}`, "checkpoints", "best.onnx"))).toBe(true);
  }
}, 300_000);
