// Several trainings at once: what they do together, beside what one does that has the machine to itself. Each is a process of its own with the threads that a run takes among so many.
import { spawn } from "node:child_process";
import os from "node:os";
import { createInterface } from "node:readline";
import { median, titles } from "./steps.mjs";

/** Seconds that a number of trainings run at a stretch. */
const turn = 1;

/**
 * Rows of the table. `worker`: the bundled `togetherWorker.ts`; `counts`: how many train at once. A training alone is measured with one
 * thread and with one a core, and the better is what the others are compared with. Who runs goes by turns; `report` is told of progress.
 */
export async function measureTogether({ worker, models, counts, rounds, report }) {
  const cores = os.availableParallelism();
  const rows = [["model", "trainings at once", "threads of each", "steps a second of all", "times one alone", "slowest of them / fastest"]];
  for (const model of models) {
    const first = await open(worker, { model, runs: 1, threads: 1 });
    const { lowering } = first;
    const alone = [[first], ...(cores > 1 ? [[await open(worker, { model, runs: 1, lowering })]] : [])];
    const sides = [...alone];
    for (const runs of counts) sides.push(await Promise.all(Array.from({ length: runs }, () => open(worker, { model, runs, lowering }))));
    const speeds = sides.map(() => []);
    const fairness = sides.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const i of round % 2 === 0 ? sides.keys() : [...sides.keys()].reverse()) {
        const each = (await Promise.all(sides[i].map(({ run }) => run(turn)))).map(({ steps, seconds }) => steps / seconds);
        speeds[i].push(each.reduce((sum, speed) => sum + speed, 0));
        fairness[i].push(Math.min(...each) / Math.max(...each));
      }
    }
    for (const { close } of sides.flat()) close();
    const best = alone.map((_, i) => i).reduce((a, b) => (median(speeds[b]) > median(speeds[a]) ? b : a));
    sides.forEach((trainings, i) => {
      const ratio = i === best ? "1" : median(speeds[i].map((speed, round) => speed / speeds[best][round])).toFixed(2);
      rows.push([titles[model], trainings.length, trainings[0].threads, median(speeds[i]).toFixed(0), ratio, trainings.length === 1 ? "-" : median(fairness[i]).toFixed(2)]);
      report(rows.at(-1).join(" | "));
    });
  }
  return rows;
}

async function open(worker, request) {
  const child = spawn(process.execPath, [worker, JSON.stringify(request)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the training of ${request.model} ended`);
    return JSON.parse(value);
  };
  return {
    ...(await next()),
    run: (seconds) => {
      child.stdin.write(`${seconds}\n`);
      return next();
    },
    close: () => child.stdin.end(),
  };
}
