/** A search in a process of its own, as an editor has it: what is asked of it over its socket, and that it can be found again. */
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JournalEntry, SearchJob } from "../../../src/protocol/search.js";
import { attachSearch, type SearchHandle } from "../../../src/trials/client/searchHandle.js";
import { startSearch } from "../../../src/trials/client/startSearch.js";
import { readJournal } from "../../../src/trials/search/journal.js";
import { readSearchManifest } from "../../../src/trials/search/searchFolder.js";
import { buildProduct, type Product } from "../../helpers/product.js";

const text = `data: { train: { generate: two_moons, examples: 400, noise: 0.2 } }
model: [dense: { units: 8, activation: relu }, dense: 2]
training: { epochs: 400 }
threads: 1
search: { trials: 3, confirm: 0, parallel: 1, stop_early: false, space: { optimizer.adam.lr: { log_uniform: [1e-3, 1e-1] } } }
`;

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterAll(() => product.dispose());

const job = (from: SearchJob["from"]): SearchJob => ({ from, runtimePath: product.runtimePath, cliPath: path.join(product.dist, "cli.js"), storage: path.join(product.folder, "storage"), device: null, rules: {} });
const start = (from: SearchJob["from"]) => startSearch(job(from), path.join(product.dist, "search.js"));

/** Settles with the first entry for which `test` holds, from now on. */
const entry = (handle: SearchHandle, test: (entry: JournalEntry) => boolean) =>
  new Promise<JournalEntry>((resolve) => handle.onMessage((message) => message.event === "entry" && test(message.entry) && resolve(message.entry)));

it("stops a trial and lets it go on, stops as a whole, is found again, and goes on with more", async () => {
  const file = product.trainingFile("asked.train.yaml", text);
  const handle = await start({ source: { file, text, overrides: {} }, runsFolder: path.join(product.folder, "runs"), executor: "local" });
  await entry(handle, (one) => one.entry === "evaluated" && one.trial === 1);
  const ended = entry(handle, (one) => one.entry === "ended" && one.trial === 1);
  handle.send({ message: "stop-trial", trial: 1 });
  expect(await ended).toMatchObject({ state: "stopped" });

  // another client, as a window that was reloaded
  const again = await attachSearch(handle.folder);
  handle.dispose();
  const goesOn = entry(again, (one) => one.entry === "ended" && one.trial === 1);
  again.send({ message: "promote", trial: 1 });
  expect(await goesOn).toMatchObject({ state: "finished", steps: 4000 });
  again.send({ message: "stop" });
  await again.closed;
  expect(await readSearchManifest(again.folder)).toMatchObject({ state: "stopped", socket: null });
  await expect(attachSearch(again.folder)).rejects.toMatchObject({ code: "search-not-live" });

  const resumed = await start({ folder: again.folder, more: 1, promote: null });
  await resumed.closed;
  expect(await readSearchManifest(again.folder)).toMatchObject({ state: "finished", trials: 4 });
  const entries = await readJournal(path.join(again.folder, "journal.log"));
  for (const trial of [1, 2, 3, 4]) expect(entries.filter((one) => one.entry === "ended" && one.trial === trial && one.state === "finished"), `ends of ${trial}`).toHaveLength(1);
}, 120_000);

it("is refused with the place in the file where it cannot be searched", async () => {
  const wrong = text.replace("optimizer.adam.lr", "optimizer.adam.rate");
  const file = product.trainingFile("wrong.train.yaml", wrong);
  await expect(start({ source: { file, text: wrong, overrides: {} }, runsFolder: path.join(product.folder, "none"), executor: "local" })).rejects.toMatchObject({ code: "unknown-key", location: { range: { start: { line: 5 } } } });
});
