import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import { findingSchema } from "../../src/protocol/finding.js";
import { runLint } from "../../src/rules/runRules.js";
import { allFindings } from "./datasets.js";

const twice = (rest = "", comment = "") => `data: { train: { generate: blobs } }\nmodel:\n  - dense: 3\n${comment}  - softmax\nloss: cross_entropy\n${rest}`;
const lint = (text: string, settings = {}) => runLint(parseTrainingFile(text, { file: "a.train.yaml" }), settings);

describe("findings", () => {
  it("have the shape of the protocol, at their place", () => {
    const [finding] = lint(twice());
    expect(findingSchema.parse(finding)).toMatchObject({ rule: "softmax-before-cross-entropy", severity: "error", category: "activation", path: "model[1].softmax", range: { start: { line: 4, column: 5 }, end: { line: 4, column: 12 } }, file: "a.train.yaml", step: null, state: "open", page: "media/rules/softmax-before-cross-entropy.md" });
  });

  it("of a file that breaks its page are its problems", () => {
    expect(lint("data: { train: a }\nmodel: [dens: 3]\n")).toMatchObject([{ rule: "unknown-layer", severity: "error", category: "architecture", confidence: 1 }]);
  });

  it("of the task wait for the data, and come once", async () => {
    const text = "data: { train: { generate: blobs } }\nmodel: [dense: 3, softmax]\n";
    expect(lint(text)).toEqual([]);
    expect((await allFindings(text)).map(({ rule }) => rule)).toEqual(["softmax-before-cross-entropy"]);
    expect((await allFindings(twice())).map(({ rule }) => rule)).toEqual(["softmax-before-cross-entropy"]);
  });
});

describe("labels of one class", () => {
  const file = (targets: string) => `data: { train: { inputs: [1, 2, 3, 4, 5, 6], targets: [${targets}] }, split: { validation: 0, test: 0 } }\nmodel: [dense: 2]\nloss: cross_entropy\n`;

  it("are a finding, and no imbalance", async () => {
    for (const label of [0, 1]) {
      const found = (await allFindings(file(Array(6).fill(label).join(", ")))).filter(({ severity }) => severity !== "info");
      expect(found.filter(({ rule }) => rule === "class-imbalance")).toMatchObject([{ severity: "error", path: "data.train", evidence: { classes: 1, examples: 6 } }]);
    }
    expect((await allFindings(file("0, 0, 0, 1, 1, 1"))).filter(({ severity }) => severity !== "info")).toEqual([]);
  });
});

describe("settings", () => {
  it("silence a rule or change its severity, the file's over the editor's", () => {
    expect(lint(twice(), { "softmax-before-cross-entropy": "off" })).toEqual([]);
    expect(lint(twice("diagnostics: { rules: { softmax-before-cross-entropy: info } }\n"), { "softmax-before-cross-entropy": "off" })).toMatchObject([{ severity: "info" }]);
    expect(lint(twice("diagnostics: { rules: { softmax-before-cross-entropy: off } }\n"))).toEqual([]);
  });

  it("set options", () => {
    const file = (more: string) => `data: { train: { generate: blobs } }\nmodel: [dense: 3]\noptimizer: { adam: 0.02 }\ndiagnostics: { rules: { learning-rate-range: ${more} } }\n`;
    expect(lint(file("{ high: 0.01 }"))).toMatchObject([{ rule: "learning-rate-range", path: "optimizer.adam.lr" }]);
    expect(lint(file("{ high: fast }"))).toMatchObject([{ rule: "rule-setting", severity: "warning", path: "diagnostics.rules.learning-rate-range.high" }]);
    expect(lint(file("{ hig: 1 }"))[0].message).toContain("it has low, high");
    expect(lint(file("loud"))).toMatchObject([{ rule: "rule-setting" }]);
    expect(lint(file("warning"))).toEqual([]);
  });

  it("of rules that do not exist are told", () => {
    expect(lint(twice("diagnostics: { rules: { softmax-before-crossentropy: off } }\n"))[1].message).toContain("Did you mean softmax-before-cross-entropy?");
    expect(lint("data: { train: a.csv }\nmodel: [dense: 3]\n", { nonsense: "off" })).toMatchObject([{ rule: "rule-setting", message: "In the editor's settings: there is no rule nonsense." }]);
  });

  it("a comment silences the next line", () => {
    expect(lint(twice("", "  # descent-disable-next-line softmax-before-cross-entropy -- a lesson\n"))).toEqual([]);
    expect(lint(twice("", "  # descent-disable-next-line softmax-before-cross-entropy\n\n  # really\n"))).toEqual([]);
    expect(lint(twice("", "  # descent-disable-next-line learning-rate-range\n"))).toHaveLength(1);
  });
});

describe("speed", () => {
  it("500 lines are linted while typing (about 30 ms; the bound only catches what grows with the square)", () => {
    const layers = Array.from({ length: 480 }, (_, i) => `  - dense: { units: ${64 + (i % 7)}, activation: relu } # layer ${i}`).join("\n");
    const text = `data:\n  train: a.csv\nmodel:\n${layers}\n  - dense: 3\nloss: cross_entropy\n`;
    // the process's own time, and the best of a few: other programs do not count
    const times = Array.from({ length: 8 }, () => {
      const start = process.cpuUsage();
      lint(text);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(500);
  });
});
