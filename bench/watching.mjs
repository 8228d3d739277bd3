// What watching costs, whole: statistics at the defaults' interval and the live rules on every chunk, against neither.
import { fork } from "node:child_process";
import path from "node:path";
import { pairsOf, statisticsInterval, titles, turns } from "./steps.mjs";

/** Trainings on each side: where a training's memory happens to lie moves its speed by as much as the cost. */
const copies = 4;
/** Seconds that one side runs at a stretch, or as long as statistics take to come once: short turns, for the cost is smaller than what a second does to a processor's speed. */
const turn = 0.08;
/** Seconds of turns in one round of the rounds asked for: small models take many turns in it. */
const roundSeconds = 2;

/** Rows of the table, in milliseconds of the processor a step. `report` is told of progress. */
export async function measureWatching({ models, threads, rounds, report }) {
  const rows = [["model", "threads", "unwatched, ms of processor a step", "watched", "cost"]];
  for (const count of threads) {
    for (const name of models) {
      const trainings = [await open({ name, threads: count, watched: false })];
      while (trainings.length < 2 * copies) trainings.push(await open({ name, threads: count, watched: trainings.length % 2 === 1, tuning: trainings[0].tuning }));
      const sides = trainings.map(({ run }) => run);
      for (const side of sides) await side(2 * statisticsInterval);
      const { steps, seconds } = await sides[0](statisticsInterval);
      const length = statisticsInterval * Math.max(1, Math.round((turn * steps) / seconds / statisticsInterval));
      const { times } = await turns(sides, sides.map(() => length), rounds * Math.max(1, Math.round((roundSeconds * steps) / seconds / length / sides.length)));
      for (const { close } of trainings) close();
      const { without, with_, ratio } = pairsOf(times);
      rows.push([titles[name], count, without.toFixed(3), with_.toFixed(3), `${(100 * (ratio - 1)).toFixed(1)} %`]);
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
