import { describe, expect, it } from "vitest";
import { dataFilesOf } from "../../../src/config/editor/dataFiles.js";
import { complete, takesColumns, type CompletionEntry } from "../../../src/config/editor/complete.js";
import { layers } from "../../../src/engine/layers/registry.js";
import { optimizers } from "../../../src/engine/optimizers/registry.js";

/** Completions at the `|` of a text. */
function at(marked: string): CompletionEntry[] {
  const offset = marked.indexOf("|");
  const before = marked.slice(0, offset).split("\n");
  return complete(before.join("\n") + marked.slice(offset + 1), { line: before.length, column: before[before.length - 1].length + 1 }, { rules: [{ id: "no-validation-data", title: "No validation data" }] });
}
const labels = (marked: string) => at(marked).map(({ label }) => label);
const entry = (marked: string, label: string) => at(marked).find((candidate) => candidate.label === label);

describe("keys", () => {
  it("of the file, those that it lacks", () => {
    expect(labels("data: { train: a }\n|")).toEqual(["model", "init_from", "loss", "optimizer", "schedule", "regularization", "training", "metrics", "diagnostics", "search", "device", "threads", "seed", "repeat", "ensemble", "cluster"]);
    expect(labels("|")).toContain("data");
    expect(labels("data: { train: a }\ntr|\nmodel: [dense: 3]\n")).toContain("training");
  });

  it("of an imported model and of its head", () => {
    expect(labels("data: { train: a }\nmodel:\n  onnx: a.onnx\n  |\n")).toEqual(expect.arrayContaining(["freeze", "head", "replace_after", "input", "output", "training"]));
    expect(labels("data: { train: a }\nmodel:\n  onnx: a.onnx\n  head:\n    - |\n")).toContain("dense");
    expect(labels("data: { train: a }\nmodel: { onnx: a.onnx, freeze: | }\n")).toContain("all");
    expect(labels("data: { train: a }\ntraining:\n  unfreeze: { | }\n")).toEqual(["after_epochs", "lr_factor"]);
  });

  it("of a section, on a line of its own and in braces", () => {
    expect(labels("data:\n  train: a\n  |\nmodel: [dense: 3]\n")).toEqual(expect.arrayContaining(["labels", "scaling", "split"]));
    expect(labels("data:\n  train: a\n  |\n")).not.toContain("train");
    expect(labels("training: { epochs: 3, | }\n")).toEqual(expect.arrayContaining(["batch_size", "clip"]));
    expect(labels("training: { epochs: 3, | }\n")).not.toContain("steps");
    expect(labels("training:\n  |\n")).toContain("epochs");
  });

  it("of a kind's arguments", () => {
    expect(labels("optimizer: { adam: { lr: 1e-3, | } }\n")).toEqual(["beta1", "beta2", "epsilon", "amsgrad", "bias_correction", "groups"]);
    expect(labels("model:\n  - dense: { units: 3, | }\n")).toEqual(expect.arrayContaining(["activation", "init", "name"]));
    expect(labels("model:\n  - dense:\n      units: 3\n      |\n")).toEqual(expect.arrayContaining(["activation"]));
  });

  it("carry documentation, a default and a snippet", () => {
    expect(entry("data: { train: a }\n|", "training")).toMatchObject({ insertText: "training: { $1 }", more: true, documentation: expect.stringContaining("How long") });
    expect(entry("training: { | }", "batch_size")).toMatchObject({ insertText: "batch_size: ${1:32}", detail: "default 32", documentation: expect.stringContaining("Allowed: ") });
    expect(entry("data: { | }", "missing")).toMatchObject({ insertText: "missing: ${1|error,drop,mean|}" });
    expect(entry("training: |", "epochs")).toMatchObject({ insertText: "{ epochs: $1 }" });
    expect(entry("data: { train: a }\n|", "model")).toMatchObject({ insertText: "model:\n  - $1" });
  });
});

describe("kinds", () => {
  it("layers in a list, in their short form", () => {
    expect(labels("model:\n  - |\n").sort()).toEqual([...layers.keys(), "onnx"].filter((name) => name !== "onnx").sort());
    expect(entry("model:\n  - |\n", "dense")).toMatchObject({ insertText: "dense: $1", documentation: expect.stringContaining("units") });
    expect(entry("model:\n  - |\n", "flatten")).toMatchObject({ insertText: "flatten" });
    expect(entry("model:\n  - dense: 3\n  - dr|\n", "dropout")).toMatchObject({ range: { start: { line: 3, column: 5 }, end: { line: 3, column: 7 } } });
    expect(labels("model: [dense: 3, |]\n")).toContain("relu");
  });

  it("optimizers after their key, and below it", () => {
    expect(labels("optimizer: |\n")).toEqual([...optimizers.keys()]);
    expect(labels("optimizer:\n  |\n")).toEqual([...optimizers.keys()]);
    expect(entry("optimizer: { | }\n", "adam")).toMatchObject({ insertText: "adam: ${1:0.001}" });
    expect(labels("optimizer: { adam: 1e-3, | }\n")).toEqual([]);
  });
});

describe("values", () => {
  it("the words of a key", () => {
    expect(labels("data: { train: a, scaling: | }\n")).toEqual(["none", "standardize", "minmax", "unit"]);
    expect(labels("data:\n  scaling: st|\n")).toContain("standardize");
    expect(labels("loss: { cross_entropy: { from: | } }\n")).toEqual(["logits", "probabilities"]);
    expect(labels("model:\n  - dense: { units: 3, activation: | }\n")).toContain("relu");
    expect(labels("optimizer: { sgd: { nesterov: | } }\n")).toEqual(["true", "false"]);
    expect(labels("metrics: [|]\n")).toContain("accuracy");
  });

  it("the rules that there are", () => expect(entry("diagnostics:\n  rules: { | }\n", "no-validation-data")).toMatchObject({ insertText: "no-validation-data: ${1|off,info,warning,error|}" }));
});

describe("columns of the data", () => {
  const columns = [{ name: "sepal length", about: "numbers" }, { name: "007", about: "text" }, { name: "a$b", about: "numbers" }];
  const at = (marked: string) => {
    const before = marked.slice(0, marked.indexOf("|")).split("\n");
    return complete(marked.replace("|", ""), { line: before.length, column: before.at(-1)!.length + 1 }, { columns }).map(({ label, insertText, kind }) => [label, insertText, kind]);
  };

  it("as targets and inputs, quoted where YAML would read something else", () => {
    const values = [["sepal length", "sepal length", "value"], ["007", '"007"', "value"], ["a$b", "a\\$b", "value"]];
    expect(at("data: { train: a.csv, target: | }\n")).toEqual(values);
    expect(at("data:\n  train: a.csv\n  inputs: [|]\n")).toEqual(values);
    expect(at("data:\n  train: a.csv\n  inputs:\n    - |\n")).toEqual(values);
  });

  it("as keys of scaling and categorical; nowhere else", () => {
    expect(at("data: { train: a.csv, scaling: { | } }\n")).toContainEqual(["007", '"007": $1', "key"]);
    expect(at("data: { train: a.csv, categorical: { 007: index, | } }\n").map(([label]) => label)).toContain("a$b");
    expect(at("data: { train: | }\n").map(([label]) => label)).not.toContain("007");
    expect(takesColumns("data: { train: a.csv, target:  }\n", { line: 1, column: 31 })).toBe(true);
    expect(takesColumns("loss: \n", { line: 1, column: 7 })).toBe(false);
  });

  it("the files that a torn text names", () => {
    expect(dataFilesOf("data: { train: a.csv, target: ", "train")).toEqual(["a.csv"]);
    expect(dataFilesOf("data:\n  train: [a.npz, b.npz]\n  validation: c.npz\nmodel: [", "train")).toEqual(["a.npz", "b.npz"]);
    expect(dataFilesOf("data: { train: { generate: xor } }", "train")).toEqual([]);
  });
});

describe("nothing", () => {
  it.each(["# a comment |", "data: { train: | }\n", "data: { train: a } # |\n", "seed: |\n", "nonsense: { | }\n"])("at %j", (text) => expect(labels(text).filter((label) => !["inputs", "targets", "generate", "examples", "noise"].includes(label))).toEqual([]));
});
