import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { generators, trainingFileText, type GeneratorName, type NewFileChoice } from "../../../src/host/newFile/trainingFileText.js";

const choices: NewFileChoice[] = [
  { kind: "table", data: "iris.csv", target: "species", task: "classification", classes: 3, allRowsSeen: true },
  { kind: "table", data: "odd name: #1.csv", target: "yes", task: "classification", classes: 2, allRowsSeen: false },
  { kind: "table", data: "houses.csv", target: "price", task: "regression" },
  { kind: "images", data: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz", shape: [28, 28], classes: 10 },
  { kind: "folder", data: "flowers", classes: 5, resize: true },
  { kind: "arrays", data: "digits.npz", input: "x", target: "y", shape: [8, 8, 3], classes: 4 },
  { kind: "arrays", data: "waves.jsonl", input: "x", target: "y", shape: [12], classes: null },
  { kind: "text", data: "story.txt" },
  ...(Object.keys(generators) as GeneratorName[]).map((generator) => ({ kind: "generator" as const, generator })),
];

describe("trainingFileText", () => {
  it.each(choices)("is a file without problems: %j", (choice) => {
    const { problems, config } = parseTrainingFile(trainingFileText(choice), { file: "new.train.yaml" });
    expect(problems).toEqual([]);
    expect(config).not.toBeNull();
  });

  it("names what was chosen, whatever YAML would make of it", () => {
    const { config } = parseTrainingFile(trainingFileText(choices[1]), { file: "new.train.yaml" });
    expect(config?.data.train).toEqual({ kind: "files", files: ["odd name: #1.csv"] });
    expect(config?.data.target).toEqual(["yes"]);
  });

  it("ends in as many outputs as there are classes, in one for a regression", () => {
    const units = choices.map((choice) => parseTrainingFile(trainingFileText(choice), { file: "new.train.yaml" }).config?.model.at(-1)?.arguments["units"]);
    expect(units).toEqual([3, 2, 1, 10, 5, 4, 1, 128, ...Object.values(generators).map(({ classes }) => classes || 1)]);
  });
});
