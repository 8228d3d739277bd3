import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createTrainer } from "../../src/engine/training/trainer.js";
import { withModelFiles } from "../../src/files/loadModelFiles.js";
import { backend, configOf, datasetOf, layersOf, plain } from "../engine/training/testRun.js";
import { plainImport } from "../engine/imported/importedRun.js";

const fixtures = path.join(import.meta.dirname, "../fixtures/imported");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-model-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const dataset = datasetOf(
  { type: "float32", dims: [12, 4], data: Float32Array.from({ length: 48 }, (_, i) => Math.sin(2 * i)) },
  { type: "int64", dims: [12], data: BigInt64Array.from({ length: 12 }, (_, i) => BigInt(i % 2)) },
  { task: "classification", classes: ["a", "b"] },
);
const names = (...given: readonly string[]) => layersOf(["dense", { units: 5, activation: "relu" }], ["batch_norm"], ["dense", { units: 2 }]).map((layer, i) => Object.assign({}, layer, { name: given[i] }));
const create = (config: Parameters<typeof createTrainer>[0]["config"]) => createTrainer({ config, dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });

describe("weights of an earlier run (init_from)", () => {
  const model = names("first", "norm", "last");

  it("are taken by name, from the model's file or the run's folder; other layers begin anew", async () => {
    const earlier = await create(configOf({ model, training: { steps: 5, epochs: null } }));
    for (let event = await earlier.next(); event.kind !== "end"; event = await earlier.next());
    fs.mkdirSync(path.join(folder, "run/checkpoints"), { recursive: true });
    fs.writeFileSync(path.join(folder, "run/checkpoints/last.onnx"), earlier.exportModel({ weights: "current", softmax: false, scaling: false }));
    const learned = earlier.state().tensors;
    const fresh = await create(configOf({ model: names("first", "norm", "head"), seed: 3 }));
    for (const initFrom of ["run", "run/checkpoints/last.onnx"]) {
      const config = await withModelFiles(configOf({ model: names("first", "norm", "head"), initFrom, seed: 3 }), { folder });
      const trainer = await create(config);
      const { tensors } = trainer.state();
      for (const name of ["first.weight", "first.bias", "norm.gamma", "norm.running_mean", "norm.running_variance"]) expect(tensors[name].data, name).toEqual(learned[name].data);
      expect(tensors["head.weight"].data).toEqual(fresh.state().tensors["head.weight"].data);
      await trainer.dispose();
    }
    await earlier.dispose();
    await fresh.dispose();
  });

  it("refuses shapes that do not fit, naming both, and a file with none of the layers", async () => {
    const wider = layersOf(["dense", { units: 7 }], ["dense", { units: 2 }]).map((layer, i) => Object.assign({}, layer, { name: ["first", "other"][i] }));
    await expect(withModelFiles(configOf({ model: wider, initFrom: "run" }), { folder }).then(create)).rejects.toMatchObject({ code: "init-from-shape", location: { path: "init_from" }, message: expect.stringMatching(/first\.weight has shape \[4, 7\] in this model and \[4, 5\] in run\./) });
    await expect(withModelFiles(configOf({ model: names("a", "b", "c"), initFrom: "run" }), { folder }).then(create)).rejects.toMatchObject({ code: "init-from-unknown", location: { path: "init_from" } });
    await expect(withModelFiles(configOf({ initFrom: "nowhere.onnx" }), { folder })).rejects.toMatchObject({ code: "file-missing", location: { path: "init_from" } });
  });

  it("is not read where a checkpoint has later weights", async () => {
    expect((await withModelFiles(configOf({ initFrom: "nowhere.onnx" }), { folder, hasState: true })).modelFiles?.initial).toBeNull();
  });
});

describe("an imported model's files", () => {
  const load = (file: string, from = fixtures) => withModelFiles(configOf({ model: [], imported: { ...plainImport, file } }), { folder: from });

  it("may hold weights beside the model", async () => {
    const { modelFiles } = await load("mlp-external.onnx");
    expect([...modelFiles!.imported!.graph.initializers].filter(([, { type }]) => type === "float32").length).toBeGreaterThanOrEqual(4);
  });

  it("one that is missing, cut off, or beside which weights are missing is told with its name and place", async () => {
    await expect(load("nothing.onnx")).rejects.toMatchObject({ code: "file-missing", location: { path: "model.onnx" } });
    fs.writeFileSync(path.join(folder, "cut.onnx"), fs.readFileSync(path.join(fixtures, "cnn-training.onnx")).subarray(0, 700));
    await expect(load("cut.onnx", folder)).rejects.toMatchObject({ code: "onnx-unreadable", location: { path: "model.onnx", file: path.join(folder, "cut.onnx") } });
    fs.copyFileSync(path.join(fixtures, "mlp-external.onnx"), path.join(folder, "mlp-external.onnx"));
    await expect(load("mlp-external.onnx", folder)).rejects.toMatchObject({ code: "file-missing", message: expect.stringContaining("mlp-external.onnx.data, which holds weights of mlp-external.onnx") });
    fs.writeFileSync(path.join(folder, "mlp-external.onnx.data"), Buffer.alloc(8));
    await expect(load("mlp-external.onnx", folder)).rejects.toMatchObject({ code: "onnx-external-data", message: expect.stringContaining("the file ends at 8") });
  });
});
