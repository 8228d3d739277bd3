import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complete } from "../../src/config/editor/complete.js";
import { hover } from "../../src/config/editor/hover.js";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";

const file = "data:\n  train: a.csv # mine\n  split: { validation: 0.1 }\nmodel:\n  - dense: { units: 64, activation: relu }\n  - batch_norm\n  - dense: 10\nloss: cross_entropy\noptimizer: { adam: { lr: 1e-3 } }\ntraining:\n  epochs: 5\n";
const pieces = ["", " ", "\n", "\t", ":", "- ", "{", "}", "[", "]", ",", "\"", "'", "#", "&a ", "*a", "!!x ", "|", ">", "? ", "null", "1e-3", "-1", "[]", "{}", "true", "\u0000", "\uD83D", "é", "---\n", "<<: ", "%YAML 1.1\n"];

/** The file with stretches taken out and pieces put in, anywhere. */
const mutated = fc.array(fc.tuple(fc.nat(file.length), fc.nat(8), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 4 })
  .map((changes) => changes.reduce((text, [at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut), file));

describe("files torn in any way", () => {
  it("give a configuration or located problems, never a crash", () => {
    fc.assert(fc.property(mutated, (text) => {
      const { config, problems } = parseTrainingFile(text, { file: "a.train.yaml" });
      expect(config === null).toBe(problems.length > 0);
      for (const { message, range } of problems) {
        expect(message).toMatch(/\S/);
        expect(range.start.line).toBeGreaterThanOrEqual(1);
        expect(range.start.line).toBeLessThanOrEqual(text.split("\n").length);
        expect(range.end.line * 1e6 + range.end.column).toBeGreaterThanOrEqual(range.start.line * 1e6 + range.start.column);
      }
    }), { numRuns: 1500 });
  });

  it("can be completed and hovered over", () => {
    fc.assert(fc.property(mutated, fc.nat(20), fc.nat(30), (text, line, column) => {
      const lines = text.split("\n");
      const position = { line: (line % lines.length) + 1, column: Math.min(column, lines[line % lines.length].length) + 1 };
      complete(text, position);
      hover(text, position, "a.train.yaml");
    }), { numRuns: 600 });
  });

  it("and any JSON value in any place", () => {
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom("data", "model", "loss", "optimizer", "schedule", "training", "metrics", "diagnostics", "device", "threads", "seed"), (value, key) => {
      const text = JSON.stringify({ data: { train: "a.csv" }, model: [{ dense: 3 }], [key]: value });
      const { config, problems } = parseTrainingFile(text, { file: "a.train.json" });
      expect(config === null).toBe(problems.length > 0);
    }), { numRuns: 600 });
  });
});
