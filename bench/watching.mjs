// What watching costs, whole: statistics at the defaults' interval and the live rules on every chunk, against neither.
import { fork } from "node:child_process";
import path from "node:path";
import { byTurns, median, titles } from "./steps.mjs";

/** Trainings on each side: where a training's memory happens to lie moves its speed by as much as the cost. */
const copies = 4;
/** Seconds that one side runs at a stretch: many short turns, for the cost is smaller than what a second does to a processor's speed. */
const turn = 0.2;

/** Rows of the table, in milliseconds of the processor a step. `report` is told of progress. */
export async function measureWatching({ models, threads, rounds, report }) {
  const rows = [["model", "threads", "unwatched, ms of processor a step", "watched", "cost"]];
  for (const count of threads) {
    for (const name of models) {
      const trainings = [await open({ name, threads: count, watched: false })];
      while (trainings.length < 2 * copies) trainings.push(await open({ name, threads: count, watched: trainings.length % 2 === 1, tuning: trainings[0].tuning }));
      const { times } = await byTurns(trainings.map(({ run }) => run), rounds, turn);
      for (const { close } of trainings) close();
      // each training against its own rounds, then the middle one of a side
      const [without, watched] = [0, 1].map((side) => median(times.filter((_, i) => i % 2 === side).map(median)));
      rows.push([titles[name], count, without.toFixed(3), watched.toFixed(3), `${(100 * (watched / without - 1)).toFixed(1)} %`]);
      report(rows.at(-1).join(" | "));
    }
  }
  return rows;
}

/** A training in a process of its own: its memory and its rubbish are not the other side's. */
async function open(options) {
  const worker = fork(path.join(import.meta.dirname, "watchingWorker.mjs"));
  const ended = new Promise((_, reject) => worker.once("exit", (code) => reject(new Error(`a training ended with ${code}`))));
  ended.catch(() => undefined);
  const ask = (message) => {
    const answer = new Promise((resolve) => worker.once("message", resolve));
    worker.send(message);
    return Promise.race([answer, ended]);
  };
  const { tuning } = await ask({ open: options });
  return { tuning, run: (steps) => ask({ steps }), close: () => worker.disconnect() };
}
