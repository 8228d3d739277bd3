// The benchmark of diagnosis: `npm run bench:diagnosis [-- --seeds 5] [--each 2] [--pairs 30] [--side tuning,classics,unseen] [--draw 1] [--only NAME,...] [--verbose] [--dry]`.
// --only: programs whose names hold one of these, never written into the table; --draw: another number draws other models, values and pairs; --verbose says of each run that was judged wrongly what was said, never of unseen ones.
// Writes README.md; --dry only prints. Runs are kept in .cache/diagnosis, so that a change of rules costs seconds.
import path from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "../machine.mjs";
import { markdownTable, writeSection } from "../readme.mjs";
import { load, root } from "./bundle.mjs";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "5" }, each: { type: "string", default: "2" }, pairs: { type: "string", default: "30" }, side: { type: "string", default: "tuning,classics,unseen" },
    draw: { type: "string", default: "1" }, only: { type: "string" }, verbose: { type: "boolean", default: false }, dry: { type: "boolean", default: false },
  },
});
const { measure } = await load("main");
const store = path.join(root, ".cache", "diagnosis");
const percent = (share) => `${(100 * share).toFixed(0)} %`;
const header = ["faults", "runs", "detected", "right cause first", "in the first two", "located", "twin silent", "causes a run"];

for (const side of values.side.split(",")) {
  const begin = performance.now();
  const verbose = values.verbose && side !== "unseen";
  const { recipes, total, rows } = await measure({ side, each: Number(values.each), pairs: Number(values.pairs), seeds: Number(values.seeds), seed: Number(values.draw), root, store, verbose, only: values.only?.split(","), report: (line) => console.log(line) });
  const table = [...rows, ["all", total]].map(([name, score]) => [
    name.replaceAll("_", " "), score.runs, percent(score.detected), percent(score.first), percent(score.firstTwo), percent(score.located), percent(score.silent), score.causes.toFixed(2),
  ]);
  console.log(`\n${side}: ${recipes} recipes, ${total.runs} faulty runs, ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  for (const row of [header, ...table]) console.log(row.map((cell, index) => (index === 0 ? String(cell).padEnd(16) : String(cell).padStart(17))).join(""));
  if (values.dry || values.only !== undefined) continue;
  const today = new Date().toISOString().slice(0, 10);
  writeSection(side, [`Measured ${today}: ${recipes} faulty programs and their twins, ${values.seeds} seeds each, drawing ${values.draw}. ${describeMachine()}.`, markdownTable([header, ...table])].join("\n\n"), path.join(root, "bench", "diagnosis", "README.md"));
}
