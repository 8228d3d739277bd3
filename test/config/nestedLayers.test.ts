/** Layers within layers, from the text of a file: paths, names, problems, edits, completion, hover. */
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../src/config/edit/textEdits.js";
import { complete } from "../../src/config/editor/complete.js";
import { hover } from "../../src/config/editor/hover.js";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import { everyLayer } from "../../src/engine/layers/nested.js";

const text = `data: { train: { generate: two_moons } }
model:
  - dense: 8
  - residual:
      - dense: 8
      - relu
      - residual: { layers: [dense: 4, batch_norm], name: inner }
  - concat: [[], [dense: 3], [relu, add: [[dense: 2], []]]]
  - repeat:
      times: 2
      layers: [{ dense: { units: 5, name: head } }, relu]
  - dense: 2
`;
const parse = (written: string, overrides = {}) => parseTrainingFile(written, { file: "a.train.yaml", overrides });

describe("layers within layers", () => {
  it("have names through the whole model and the paths that the file has", () => {
    const { config, problems } = parse(text);
    expect(problems).toEqual([]);
    expect(everyLayer(config!.model).map(({ name, path }) => `${name} ${path}`)).toEqual([
      "dense_1 model[0].dense", "dense_2 model[1].residual[0].dense", "relu_1 model[1].residual[1].relu", "dense_3 model[1].residual[2].residual.layers[0].dense",
      "batch_norm_1 model[1].residual[2].residual.layers[1].batch_norm", "inner model[1].residual[2].residual", "residual_1 model[1].residual",
      "dense_4 model[2].concat[1][0].dense", "relu_2 model[2].concat[2][0].relu", "dense_5 model[2].concat[2][1].add[0][0].dense", "add_1 model[2].concat[2][1].add", "concat_1 model[2].concat",
      "head model[3].repeat.layers[0].dense", "relu_3 model[3].repeat.layers[1].relu", "head_2 model[3].repeat.layers[0].dense", "relu_4 model[3].repeat.layers[1].relu", "dense_6 model[4].dense",
    ]);
    expect(everyLayer(config!.model).find(({ name }) => name === "dense_3")?.within).toEqual(["residual_1", "inner"]);
  });

  it("are found in the text by their paths", () => {
    const file = parse(text);
    expect(file.locate("model[1].residual[2].residual.layers[0].dense.units")).toEqual({ start: { line: 7, column: 30 }, end: { line: 7, column: 38 } });
    expect(file.locate("model[2].concat[2][1].add[0][0].dense").start).toEqual({ line: 8, column: 44 });
  });

  it("are checked like those of the model", () => {
    const [wrong, unknown] = parse(text.replace("[dense: 3]", "[dense: x]").replace("- relu", "- rulu")).problems.toReversed();
    expect(wrong).toMatchObject({ code: "wrong-type", path: "model[2].concat[1][0].dense.units", range: { start: { line: 8 } } });
    expect(unknown).toMatchObject({ code: "unknown-layer", path: "model[1].residual[1]", fixes: [{ edits: [{ value: "relu" }] }] });
    expect(parse("data: { train: { generate: xor } }\nmodel: [residual: []]\n").problems).toMatchObject([{ code: "out-of-range", message: expect.stringContaining("at least one") as string }]);
    expect(parse("data: { train: { generate: xor } }\nmodel: [residual]\n").problems).toMatchObject([{ code: "missing-key" }]);
    expect(parse("data: { train: { generate: xor } }\nmodel: [concat: [dense: 3]]\n").problems).toMatchObject([{ path: "model[0].concat[0]" }]);
  });

  it("may not share a name", () => {
    const [problem] = parse(text.replace("- dense: 2\n", "- dense: { units: 2, name: inner }\n")).problems;
    expect(problem).toMatchObject({ code: "duplicate-name", path: "model[4].dense", message: expect.stringContaining("inner") as string });
    expect(parse(text.replace("name: inner", "name: inputs")).problems).toMatchObject([{ code: "duplicate-name", path: "model[1].residual[2].residual" }]);
  });

  it.each([
    ["model[1].residual[0].dense.units", 9, "model[1].residual[0].dense"],
    ["model[1].residual.layers[0].dense.units", 9, "model[1].residual[0].dense"],
    ["model[1].residual[2].residual[0].dense.units", 9, "model[1].residual[2].residual.layers[0].dense"],
    ["model[2].concat[2][1].add[0][0].dense.units", 9, "model[2].concat[2][1].add[0][0].dense"],
  ])("are set by path, in the short form and the long one: %s", (path, value, place) => {
    const { config, problems } = parse(text, { [path]: value });
    expect(problems).toEqual([]);
    expect(everyLayer(config!.model).find((layer) => layer.path === place)?.arguments.units).toBe(value);
    const edited = applyEdits(text, [{ path, value }]);
    expect(everyLayer(parse(edited).config!.model).find((layer) => layer.path === place)?.arguments.units).toBe(value);
  });

  it("take a name or an argument beside the layers", () => {
    const { config, problems } = parse(text, { "model[1].residual.name": "block" });
    expect(problems).toEqual([]);
    expect(config!.model[1]).toMatchObject({ name: "block", path: "model[1].residual" });
  });

  it("are completed and explained", () => {
    const unfinished = "data: { train: a.csv }\nmodel:\n  - residual:\n      - dense: 8\n      - re\n";
    const labels = complete(unfinished, { line: 5, column: 11 }).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(["relu", "residual", "dense"]));
    const inside = complete("data: { train: a.csv }\nmodel:\n  - concat: [[dense: { un }]]\n", { line: 3, column: 25 }).map(({ label }) => label);
    expect(inside).toEqual(expect.arrayContaining(["units", "activation"]));
    const snippets = Object.fromEntries(complete("data: { train: a.csv }\nmodel:\n  - \n", { line: 3, column: 5 }).map(({ label, insertText }) => [label, insertText]));
    expect([snippets.residual, snippets.concat, snippets.repeat]).toEqual(["residual:\n    - $1", "concat: [[$1], [$2]]", "repeat: { times: ${1:2}, layers: [$2] }"]);
    expect(complete("data: { train: a.csv }\nmodel: [re]\n", { line: 2, column: 11 }).find(({ label }) => label === "residual")?.insertText).toContain("residual: [$1]");
    expect(hover(text, { line: 5, column: 10 }, "a.train.yaml")?.text).toContain("**model[1].residual[0].dense**");
    expect(hover(text, { line: 4, column: 6 }, "a.train.yaml")?.text).toContain("projection");
  });
});
