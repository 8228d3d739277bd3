// Folders of event files beside TensorBoard's own reader: `node bench/logs.mjs [--rounds 5] [--dry]`. Writes bench/README.md. Needs 2 GB of disk.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { describeMachine } from "./machine.mjs";
import { markdownTable, writeSection } from "./readme.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" }, dry: { type: "boolean", default: false } } });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-bench-logs-"));
const at = (...names) => path.join(folder, ...names);
const bundle = at("logs.cjs");
const worker = at("workers", "logs.js");
const options = { absWorkingDir: root, bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };
await esbuild.build({ ...options, entryPoints: ["bench/logs.ts"], outfile: bundle });
await esbuild.build({ ...options, entryPoints: ["src/logs/worker.ts"], outfile: worker });
const ours = createRequire(import.meta.url)(bundle);
const node = (code) => JSON.parse(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }));
const peer = `
import sys, time
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
start = time.perf_counter()
a = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0}); a.Reload()
print(time.perf_counter() - start, sum(len(a.Scalars(tag)) for tag in a.Tags()["scalars"]))
`;
const hasPeer = (() => {
  try {
    execFileSync("python3", ["-c", "import tensorboard.backend.event_processing.event_accumulator"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

try {
  ours.writeLog(at("small"), 10_000, false); // a million points, a record each
  const [mine, theirs, ratios] = [[], [], []];
  for (let round = 0; round < Number(values.rounds); round++) {
    const { seconds, bytes, points } = node(`console.log(JSON.stringify(require(${JSON.stringify(bundle)}).readLog(${JSON.stringify(at("small"))})))`);
    if (points !== 1_000_000) throw new Error(`${points} points were read`);
    mine.push(bytes / seconds / 1e6);
    if (!hasPeer) continue;
    const [time, count] = execFileSync("python3", ["-c", peer, at("small")], { encoding: "utf8" }).split(" ").map(Number);
    if (count !== points) throw new Error(`TensorBoard read ${count} points`);
    theirs.push(bytes / time / 1e6);
    ratios.push(mine.at(-1) / theirs.at(-1));
    console.log(`${mine.at(-1).toFixed(0)} MB/s, TensorBoard ${theirs.at(-1).toFixed(1)} MB/s`);
  }
  ours.writeLog(at("ten"), 100_000, false); // ten million points
  const memory = node(`require(${JSON.stringify(bundle)}).memoryOf(${JSON.stringify(worker)}, ${JSON.stringify(at("ten"))}).then((bytes) => console.log(bytes))`);
  fs.rmSync(at("ten"), { recursive: true });
  ours.writeLog(at("wide"), 400_000, true); // forty million points
  const first = await ours.openLog(worker, at("wide"), at("storage"));
  const second = await ours.openLog(worker, at("wide"), at("storage"));
  const listing = await ours.listManyRuns(2000);
  const text = [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${describeMachine()}. Load of the machine at the end: ${os.loadavg()[0].toFixed(1)}.`,
    markdownTable([
      ["what", "Descent", "goal", "TensorBoard's reader"],
      ["a million scalars, a record each, MB a second (median of rounds by turns)", median(mine).toFixed(0), "200", hasPeer ? `${median(theirs).toFixed(1)} (ours is ${median(ratios).toFixed(0)} times as fast)` : "-"],
      ["100 series x 400,000 points never seen: first curves, s", first.firstCurves.toFixed(2), "1", ""],
      ["the same: all of it read, s", first.whole.toFixed(1), "", ""],
      ["the same, opened again: 100 curves, s", second.firstCurves.toFixed(2), "0.3", ""],
      ["10 million points in the host's memory, MB", (memory / 1e6).toFixed(0), "300", ""],
      ["2,000 runs listed, s", listing.toFixed(2), "0.5", ""],
    ]),
  ];
  console.log(text.join("\n\n"));
  if (!values.dry) writeSection("logs", text.join("\n\n"));
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
