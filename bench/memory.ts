/** Peak memory of training steps in a process of its own: `node memory.cjs resnet20 1` prints bytes before the model is built and at the peak. */
import fs from "node:fs";
import { openTraining } from "./ours.js";

/** Resident bytes, and the most so far. */
function resident(): { readonly now: number; readonly peak: number } {
  const status = fs.readFileSync("/proc/self/status", "utf8");
  const kilobytes = (key: string): number => Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)![1]);
  return { now: 1024 * kilobytes("VmRSS"), peak: 1024 * kilobytes("VmHWM") };
}

async function main(name: string, threads: number): Promise<void> {
  // a small model first: the runtime's own code and the engine's belong to the base, as importing torch does on the other side
  const warm = await openTraining("mlp", { threads, lowering: "plain", tuned: false });
  await warm.run(5);
  await warm.close();
  const base = resident().now;
  const training = await openTraining(name, { threads, lowering: "blocked", tuned: false });
  await training.run(4);
  const { peak } = resident();
  console.log(JSON.stringify({ base, peak }));
  await training.close();
}

void main(process.argv[2], Number(process.argv[3]));
