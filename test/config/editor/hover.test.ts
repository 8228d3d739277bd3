import { expect, it } from "vitest";
import { hover } from "../../../src/config/editor/hover.js";

const text = "data: { train: a.csv, scaling: unit }\nmodel:\n  - dense: 10\n  - dropout: { rate: 0.3 }\n  - flatten\noptimizer:\n  adam:\n    lr: 1e-3\nloss: cross_entropy\n";

/** The hover over a word of the text. */
function over(word: string, file = "a.train.yaml", source = text) {
  const before = source.slice(0, source.indexOf(word) + 1).split("\n");
  return hover(source, { line: before.length, column: before[before.length - 1].length }, file);
}

it("tells what a key is, what it may be, and its default", () => {
  expect(over("scaling")).toMatchObject({ range: { start: { line: 1, column: 23 }, end: { line: 1, column: 30 } } });
  expect(over("scaling")?.text).toMatch(/\*\*data\.scaling\*\*[^]*standardize: mean 0[^]*Default: `none`/);
  expect(over("lr")?.text).toMatch(/\*\*optimizer\.adam\.lr\*\*[^]*Default: `0.001`/);
  expect(over("rate")?.text).toContain("Probability");
});

it("tells what a kind does, its arguments and its source", () => {
  expect(over("dense")?.text).toMatch(/Fully connected[^]*`units`[^]*short form/);
  expect(over("adam")?.text).toMatch(/`beta1` = `0.9`[^]*Kingma/);
  expect(over("cross_entropy")?.text).toContain("log-probability");
  expect(over("flatten")?.text).toContain("one row");
});

it("speaks of the argument that a short form gives", () => expect(over("10")?.text).toContain("Number of outputs"));

it("reads json as well", () => expect(over("seed", "a.train.json", '{ "data": { "train": "a" }, "seed": 3 }')?.text).toContain("One seed"));

it("is silent elsewhere", () => {
  expect(hover(text, { line: 2, column: 7 }, "a.train.yaml")).toBe(null);
  expect(hover("nonsense: 3\n", { line: 1, column: 2 }, "a.train.yaml")).toBe(null);
  expect(hover("", { line: 1, column: 1 }, "a.train.yaml")).toBe(null);
});
