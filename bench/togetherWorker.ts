/**
 * A training among others of this machine, in a process of its own: `togetherWorker '{"model": "mlp", "runs": 2}'`. First a line with its threads and lowering, then for every number of seconds
 * asked for a line with the steps done and how long they took.
 */
import os from "node:os";
import { createInterface } from "node:readline";
import { shareOfCores } from "../src/runtime/training/sharedCores.js";
import { openTraining } from "./ours.js";

interface Request {
  readonly model: string;
  /** Runs that train at the same time: this one takes its share of the cores. */
  readonly runs: number;
  /** Threads that it would take alone; default: one a core. */
  readonly threads?: number;
  /** Default: measured, as at a first run. */
  readonly lowering?: string;
}

const say = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

async function main({ model, runs, threads: wanted, lowering }: Request): Promise<void> {
  const cores = os.availableParallelism();
  const threads = shareOfCores(wanted ?? cores, cores, runs);
  const training = await openTraining(model, { threads, ...(lowering === undefined ? {} : { lowering, tuned: false }) });
  await training.run(20);
  say({ threads, lowering: training.tuning.lowering });
  for await (const line of createInterface({ input: process.stdin })) {
    const [wanted, begun] = [Number(line), performance.now()];
    let steps = 0;
    while (performance.now() - begun < 1000 * wanted) steps += (await training.run(1)).steps;
    say({ steps, seconds: (performance.now() - begun) / 1000 });
  }
  await training.close();
}

main(JSON.parse(process.argv[2]) as Request).catch((thrown: unknown) => {
  process.stderr.write(`${(thrown as Error).message}\n`);
  process.exitCode = 1;
});
