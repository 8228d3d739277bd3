/** `descent diagnose` on runs that were trained, on one that others logged, and on what is no run. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findingEventSchema, verdictSchema } from "../../src/protocol/runEvents.js";
import { buildProduct, objects, type Product } from "../helpers/product.js";

const fixtures = path.join(import.meta.dirname, "../fixtures/diagnose");
const moons = (lr: number) => `
data: { train: { generate: two_moons, examples: 1000, noise: 0.1 } }
model: [{ dense: { units: 16, activation: relu } }, { dense: 2 }]
loss: cross_entropy
training: { epochs: 25 }
optimizer: { sgd: { lr: ${lr} } }
threads: 1
`;

let product: Product;
let faulty: string;
let healthy: string;
beforeAll(async () => {
  product = await buildProduct();
  const train = async (name: string, lr: number): Promise<string> => {
    const { stdout } = await product.descent("train", product.trainingFile(name, moons(lr)), "--json");
    return objects(stdout)[0].run as string;
  };
  faulty = await train("faulty.train.yaml", 1e5);
  healthy = await train("healthy.train.yaml", 0.3);
}, 60_000);
afterAll(() => product.dispose());

describe("diagnose", () => {
  it("prints a run's findings, then one verdict, and nothing else", async () => {
    const { code, stdout, stderr } = await product.descent("diagnose", faulty, "--format", "json");
    const printed = objects(stdout);
    for (const object of printed.slice(0, -1)) findingEventSchema.parse(object);
    const verdict = verdictSchema.parse(printed.at(-1));
    expect(verdict).toMatchObject({ run: faulty, healthy: false });
    expect(verdict.causes[0]).toMatchObject({ category: "learning_rate", path: "optimizer.sgd.lr" });
    expect(verdict.causes).toHaveLength(1);
    expect(stderr).toBe("");
    expect(code).toBe(printed.some(({ severity }) => severity === "error") ? 1 : 0);
  });

  it("of a healthy run says so, with exit code 0", async () => {
    const { code, stdout } = await product.descent("diagnose", healthy, "--format", "json");
    expect(objects(stdout)).toEqual([{ event: "verdict", run: healthy, healthy: true, causes: [] }]);
    expect(code).toBe(0);
    expect(await product.descent("diagnose", healthy)).toMatchObject({ code: 0, stdout: expect.stringMatching(/: healthy\n$/) });
  });

  it("names cause, place and what follows from it in words", async () => {
    const { stdout } = await product.descent("diagnose", faulty);
    expect(stdout).toMatch(/: most likely\n {2}1\. learning rate \(optimizer\.sgd\.lr\), \d+ % sure: /);
  });

  it("of several runs gives a verdict each, TensorBoard folders among them", async () => {
    const { code, stdout } = await product.descent("diagnose", healthy, path.join(fixtures, "keras-overfitting"), path.join(fixtures, "keras-notANumber"), "--format", "json");
    expect(objects(stdout).filter(({ event }) => event === "verdict")).toMatchObject([{ healthy: true }, { healthy: false, causes: [{ category: "regularization" }] }, { healthy: false, causes: [{ category: "learning_rate" }] }]);
    expect(code).toBe(1);
  });

  it("a run without its list of findings is looked at again, with its data and stored curves", async () => {
    const copy = path.join(product.folder, "copy");
    fs.cpSync(faulty, copy, { recursive: true });
    fs.rmSync(path.join(copy, "findings.jsonl"));
    const { stdout } = await product.descent("diagnose", copy, "--format", "json");
    expect(objects(stdout).at(-1)).toMatchObject({ healthy: false, causes: [{ category: "learning_rate", path: "optimizer.sgd.lr" }] });
  });

  it("refuses what is no run with a code, and goes on with the others", async () => {
    const { code, stdout, stderr } = await product.descent("diagnose", "nowhere", product.folder, healthy, "--format", "json");
    expect(stderr).toMatch(/^error\[run-missing\]: /);
    expect(objects(stdout).at(-1)).toMatchObject({ event: "verdict", run: healthy });
    expect(code).toBe(2);
    expect(await product.descent("diagnose", path.join(import.meta.dirname))).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error\[nothing-to-diagnose\]: /) });
  });
});
