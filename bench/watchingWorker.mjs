// One training, driven by messages: { open } builds it, { steps } trains and answers how many steps it did and how long they kept a processor busy.
import { createRequire } from "node:module";
import path from "node:path";

const ours = createRequire(import.meta.url)(path.join(import.meta.dirname, "..", "dist", "bench", "ours.cjs"));
let training = null;
process.on("message", async ({ open, steps }) => {
  if (open !== undefined) {
    const { name, threads, watched, tuning } = open;
    training = await ours.openTraining(name, { threads, statistics: watched, rules: watched, lowering: tuning?.lowering });
    process.send({ tuning: training.tuning });
    return;
  }
  const done = await training.run(steps);
  process.send({ steps: done.steps, seconds: done.busy });
});
