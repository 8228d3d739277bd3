import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import type { Model } from "../../src/engine/graph/types.js";
import { runDataRules, runLint } from "../../src/rules/runRules.js";
import { figuresOf, importedData, modelOf } from "../engine/imported/importedRun.js";

/** A file and what its model's file holds, as whatever runs it puts them together. */
function parsed(text: string, model: Model | null) {
  const file = parseTrainingFile(text, { file: "x.train.yaml" });
  expect(file.problems).toEqual([]);
  return model === null ? file : { ...file, config: { ...file.config!, modelFiles: { imported: model, digest: "test", initial: null } } };
}

const head = "data: { train: a.csv }\nloss: cross_entropy\n";

describe("rules on imported models", () => {
  it("see a softmax at the file's end, and do not offer to edit within it", () => {
    const file = parsed(`${head}model: { onnx: keras.onnx }\n`, modelOf("keras"));
    const finding = runDataRules(file, importedData(figuresOf("keras"), "classification", [1, 6, 6])).find(({ rule }) => rule === "softmax-before-cross-entropy");
    expect(finding).toMatchObject({ path: "model.onnx", severity: "error", range: { start: { line: 3 } } });
    expect(finding?.fixes.map(({ title }) => title)).toEqual(["Compute the loss from probabilities"]);
  });

  it("see the head behind it instead, where there is one", () => {
    const file = parsed(`${head}model: { onnx: keras.onnx, head: [dense: 3] }\n`, modelOf("keras"));
    expect(runDataRules(file, importedData(figuresOf("keras"), "classification", [1, 6, 6])).map(({ rule }) => rule)).not.toContain("softmax-before-cross-entropy");
  });

  it("count the outputs of the file", () => {
    const figures = figuresOf("cnn-training");
    const five = importedData({ ...figures, targets: figures.targets.map((_, i) => i % 5) });
    expect(runDataRules(parsed(`${head}model: { onnx: cnn.onnx }\n`, modelOf("cnn-training")), five).map(({ rule }) => rule)).toContain("output-width");
  });

  it("say nothing about what they cannot see: no lone head is a linear model", () => {
    expect(runLint(parsed(`${head}model: { onnx: cnn.onnx, head: [dense: 3] }\n`, null)).filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(runDataRules(parsed(`${head}model: { onnx: cnn.onnx, head: [dense: 3] }\n`, modelOf("cnn-training")), importedData(figuresOf("cnn-training"))).filter(({ severity }) => severity !== "info")).toEqual([]);
  });
});
