/** A process that waits for a job trains as a fresh one does, and goes when it is not wanted. */
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SpareRuntime } from "../../../src/runtime/client/spareRuntime.js";
import { startTraining } from "../../../src/runtime/client/startTraining.js";
import { buildProduct, type Product } from "../../helpers/product.js";

const text = `
data: { train: { generate: blobs, examples: 200 } }
model: [{ dense: 3 }]
training: { epochs: 2 }
threads: 1
`;

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterAll(() => product.dispose());

const spareOf = () => new SpareRuntime({ runtimePath: product.runtimePath });

it("takes a job and trains to the end", async () => {
  const spare = spareOf();
  spare.prepare();
  const child = spare.take();
  expect(child?.pid).toBeTypeOf("number");
  expect(spare.take()).toBeUndefined();
  const file = product.trainingFile("file.train.yaml", text);
  const run = await startTraining(
    { job: "train", source: { file, text, overrides: {} }, runsFolder: path.join(product.folder, "runs"), storage: path.join(product.folder, "storage"), device: null, threads: null, seed: null, resume: null, owner: "host", rules: {} },
    { runtimePath: product.runtimePath, panel: false, spare: child },
  );
  expect(run.pid).toBe(child?.pid);
  expect((await run.closed)?.state).toBe("finished");
});

it("ends when it is not wanted any more", async () => {
  const spare = spareOf();
  spare.prepare();
  const child = spare.take();
  expect(child).toBeDefined();
  const exited = new Promise((resolve) => child?.once("exit", resolve));
  child?.disconnect();
  expect(await exited).toBe(0);

  spare.prepare();
  spare.dispose();
  expect(spare.take()).toBeUndefined();
});
