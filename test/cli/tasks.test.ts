/** Tasks beyond one class or number an example, from the training file to what is done with the model. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProduct, objects, type Product } from "../helpers/product.js";

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterAll(() => product.dispose());

/** Trains a file and gives its run and the metrics at the end. */
async function train(name: string, text: string): Promise<{ run: string; metrics: Record<string, number>; objects: Record<string, unknown>[] }> {
  const { code, stdout, stderr } = await product.descent("train", product.trainingFile(name, text), "--json");
  expect(code, stderr).toBe(0);
  const printed = objects(stdout);
  return { run: printed[0].run as string, metrics: printed.at(-1)!.metrics as Record<string, number>, objects: printed };
}

function write(name: string, content: string): void {
  fs.writeFileSync(path.join(product.folder, name), content);
}

describe("a language model", () => {
  let run: string;

  it("trains on a text and reports perplexity", async () => {
    write("song.txt", "la la la, the sea and the sky.\n".repeat(120));
    const done = await train("song.train.yaml", `
data: { train: song.txt, task: language_model, context: 16, split: { validation: 0.2, test: 0.1 } }
model: [embedding: { dim: 16 }, gru: { units: 32, return_sequences: true }, dense: 15]
optimizer: { adam: { lr: 0.02 } }
training: { epochs: 12, batch_size: 8, clip: { norm: 1 } }
threads: 1
`);
    run = done.run;
    expect(done.metrics["validation/perplexity"]).toBeCloseTo(Math.exp(done.metrics["validation/loss"]), 4);
    expect(done.metrics["test/perplexity"]).toBeLessThan(1.5);
    expect(done.objects.some((object) => object.event === "scalars" && (object.values as Record<string, number>)["train/perplexity"] > 1)).toBe(true);
  });

  it("stores its vocabulary, is evaluated, and is no predictor of tables", async () => {
    const stored = JSON.parse(fs.readFileSync(path.join(run, "data.json"), "utf8"));
    expect(stored.reading.text).toMatchObject({ tokens: "characters", context: 16, vocabulary: [..."\n ,.adehklnsty"] });
    const evaluated = await product.descent("evaluate", run, "--json");
    expect(Object.keys(objects(evaluated.stdout)[0].metrics as object).sort()).toEqual(["accuracy", "loss", "perplexity"]);
    const predicted = await product.descent("predict", run, "song.txt");
    expect([predicted.code, predicted.stderr]).toEqual([2, expect.stringContaining("descent sample")]);
  });

  it("writes: the same with the same seed, from the run and from the exported model", async () => {
    const first = await product.descent("sample", run, "--prompt", "la la", "--length", "25", "--temperature", "0");
    expect(first.stderr).toBe("");
    expect(first.stdout).toBe("la la la, the sea and the sky.\n");
    const drawn = async (...more: string[]) => (objects((await product.descent("sample", ...more, "--json", "--length", "60", "--temperature", "1.5")).stdout)[0].text as string);
    expect(await drawn(run, "--seed", "3")).toBe(await drawn(run, "--seed", "3"));
    expect(await drawn(run, "--seed", "3")).not.toBe(await drawn(run, "--seed", "4"));
    const model = path.join(path.dirname(run), "song.onnx");
    await product.descent("export", run, "-o", model, "--softmax");
    expect((await product.descent("sample", model, "--prompt", "la la", "--length", "25", "--temperature", "0")).stdout).toBe(first.stdout);
    expect((await product.descent("sample", run, "--temperature=-1")).code).toBe(2);
  });
});

describe("an autoencoder", () => {
  it("trains without targets, and predicts the columns in their own units", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => [Math.sin(i), 100 * Math.cos(i), 5 + Math.sin(i) - Math.cos(i), i % 2 === 0 ? "red" : "blue"]);
    const csv = ["a,b,c,colour", ...rows.map((row) => row.join(","))].join("\n");
    write("wave.csv", csv);
    const { run, metrics } = await train("wave.train.yaml", `
data: { train: wave.csv, task: autoencoder, scaling: standardize }
model: [dense: { units: 16, activation: tanh }, dense: 4, dense: { units: 16, activation: tanh }, dense: 5]
optimizer: { adam: { lr: 0.01 } }
training: { epochs: 60, batch_size: 16 }
threads: 1
`);
    expect(metrics["validation/rmse"]).toBeLessThan(0.15);
    const predicted = await product.descent("predict", run, path.join(product.folder, "wave.csv"));
    const lines = predicted.stdout.trim().split("\n");
    expect(lines[0]).toBe("example,a,b,c,colour=blue,colour=red");
    expect(lines).toHaveLength(201);
    const [, a, b, c, blue, red] = lines[8].split(",").map(Number);
    expect(Math.abs(a - Math.sin(7))).toBeLessThan(0.3);
    expect(Math.abs(b - 100 * Math.cos(7))).toBeLessThan(30);
    expect(Math.abs(c - (5 + Math.sin(7) - Math.cos(7)))).toBeLessThan(0.4);
    expect(blue).toBeGreaterThan(red);
  });
});

describe("several labels", () => {
  it("train with binary cross-entropy, and their metrics and predictions are by label", async () => {
    const rows = Array.from({ length: 300 }, (_, i) => {
      const [x, y] = [Math.sin(1.7 * i), Math.cos(2.3 * i)];
      return [x, y, Number(x > 0), Number(y > 0.2), Number(x + y > 0)].join(",");
    });
    write("labels.csv", ["x,y,right,high,diagonal", ...rows].join("\n"));
    const { run, metrics } = await train("labels.train.yaml", `
data: { train: labels.csv, target: [right, high, diagonal], task: multi_label }
model: [dense: { units: 16, activation: relu }, dense: 3]
optimizer: { adam: { lr: 0.02 } }
training: { epochs: 20, batch_size: 16 }
metrics: [accuracy, precision, recall, f1, roc_auc]
threads: 1
`);
    expect(metrics["validation/roc_auc"]).toBeGreaterThan(0.97);
    for (const name of ["accuracy", "precision", "recall", "f1"]) expect(metrics[`validation/${name}`], name).toBeGreaterThan(0.85);
    const { stdout } = await product.descent("predict", run, path.join(product.folder, "labels.csv"));
    const [head, , second] = stdout.split("\n");
    expect(head).toBe("example,right,high,diagonal");
    const [, right, high, diagonal] = second.split(",").map(Number);
    expect([right > 0.5, high > 0.5, diagonal > 0.5]).toEqual([true, false, true]); // sin 1.7 = 0.99, cos 2.3 = -0.67
  });
});

describe("greedy pretraining", () => {
  const file = (pretrain: string) => `
data: { train: { generate: two_moons, examples: 200 }, split: { validation: 0.2, test: 0.1 } }
model: [dense: { units: 6, activation: tanh, name: low }, dense: { units: 6, activation: tanh, name: high }, dense: 2]
optimizer: { adam: { lr: 0.02 } }
training: { epochs: 3, batch_size: 20, pretrain: ${pretrain} }
diagnostics: { rules: { no-validation-data: off } }
threads: 1
`;

  it("reports each layer's stage under tags of its own, and then the run's own loss, steps counting through", async () => {
    const { objects: printed, run } = await train("greedy.train.yaml", file("{ greedy: supervised, epochs: 2 }"));
    const perEpoch = printed[0].steps_per_epoch as number;
    const steps = (tag: string) => printed.filter(({ event, values }) => event === "scalars" && (values as object)[tag as never] !== undefined).map(({ step }) => step as number);
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(steps("train/pretrain_loss/low")).toEqual(range(1, 2 * perEpoch));
    expect(steps("train/pretrain_loss/high")).toEqual(range(2 * perEpoch + 1, 4 * perEpoch));
    expect(steps("train/loss")).toEqual(range(4 * perEpoch + 1, 7 * perEpoch));
    expect(steps("validation/pretrain_accuracy/low")).toEqual([perEpoch, 2 * perEpoch]);
    expect(printed.at(-1)).toMatchObject({ event: "end", status: "completed", steps: 7 * perEpoch });
    expect(fs.readdirSync(path.join(run, "train")).length).toBeGreaterThan(0);
  });

  it("by auto-encoder reads unlabelled files as the training data are read", async () => {
    const rows = Array.from({ length: 150 }, (_, i) => `${Math.sin(i)},${Math.cos(i)}`);
    write("more.csv", ["x1,x2", ...rows].join("\n"));
    write("few.csv", ["x1,x2,label", ...rows.slice(0, 40).map((row, i) => `${row},${i % 2}`)].join("\n"));
    const text = file("{ greedy: autoencoder, epochs: 2, data: more.csv }").replace("{ generate: two_moons, examples: 200 }", "few.csv");
    const { objects: printed } = await train("auto.train.yaml", text);
    const stage = printed.filter(({ event, values }) => event === "scalars" && (values as object)["train/pretrain_loss/low" as never] !== undefined);
    expect(stage.length).toBe(2 * Math.ceil(150 / 20));
    const missing = await product.descent("train", product.trainingFile("lost.train.yaml", text.replace("more.csv", "lost.csv")));
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("training.pretrain.data")]);
    const wrong = await product.descent("train", product.trainingFile("wrong.train.yaml", file("{ greedy: supervised, data: more.csv }")));
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("greedy: autoencoder")]);
  });
});
