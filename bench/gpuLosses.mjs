// The examples' first steps on a device beside the processor: the same file, seed and batches through the command line, so every step's loss can be compared.
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const steps = 50;
/** What a loss may be off by. */
const tolerance = 1e-3;
/** Many runs of a file that is there once more; and a search. */
const left = new Set(["ensemble", "repeat", "search"]);

/** A table with a row for each example, what it shows in words, and notes on examples that could not be trained. `report` is told of progress. */
export async function compareLosses({ cli, examples, device, report }) {
  const isCuda = device === "cuda";
  const table = [["example", `loss at step ${steps}, processor`, `on ${device}`, `largest difference over ${steps} steps`, ...(isCuda ? ["without TensorFloat-32"] : [])]];
  const notes = [];
  const largest = [];
  const runs = fs.mkdtempSync(path.join(os.tmpdir(), "descent-losses-"));
  try {
    for (const file of fs.readdirSync(examples).filter((each) => each.endsWith(".train.yaml") && !left.has(each.split(".")[0]))) {
      const train = (on, env = {}) => losses({ cli, file: path.join(examples, file), device: on, runs, env });
      try {
        const processor = await train("cpu");
        const there = await train(device);
        const difference = largestDifference(processor, there);
        // products of rounded factors are the runtime's default on a GPU: NVIDIA's libraries leave the rounding out where the environment says so
        const exact = isCuda ? [largestDifference(processor, await train(device, { NVIDIA_TF32_OVERRIDE: "0" }))] : [];
        largest.push(exact[0] ?? difference);
        table.push([file.split(".")[0], processor.at(-1).toFixed(6), there.at(-1).toFixed(6), difference.toExponential(1), ...exact.map((each) => each.toExponential(1))]);
        report(table.at(-1).join(" | "));
      } catch (error) {
        notes.push(`${file}: ${error.message}`);
        report(notes.at(-1));
      }
    }
  } finally {
    fs.rmSync(runs, { recursive: true, force: true });
  }
  const within = largest.filter((difference) => difference < tolerance).length;
  return { table, notes, words: `Losses of the examples on ${device} beside the processor's${isCuda ? ", the last column with factors of products in full float32 (`NVIDIA_TF32_OVERRIDE=0`)" : ""}: ${within} of ${largest.length} within ${tolerance} over ${steps} steps${isCuda ? " in full float32" : ""}.` };
}

/** The loss of every step. Throws what the command line says where it does not train. */
async function losses({ cli, file, device, runs, env }) {
  const run = promisify(execFile)(process.execPath, [cli, "train", file, "--once", "--device", device, "--set", `training.steps=${steps}`, "--json", "--runs", runs], { env: { ...process.env, ...env }, maxBuffer: 2 ** 28 });
  const { stdout } = await run.catch((error) => {
    throw new Error((error.stderr || error.message).trim().split("\n")[0]);
  });
  const values = stdout.trim().split("\n").map((line) => JSON.parse(line)).flatMap((event) => (event.event === "scalars" && typeof event.values["train/loss"] === "number" ? [event.values["train/loss"]] : []));
  if (values.length !== steps) throw new Error(`${values.length} losses came from ${device}, where ${steps} were expected`);
  return values;
}

function largestDifference(a, b) {
  return Math.max(...a.map((loss, i) => Math.abs(loss - b[i])));
}
