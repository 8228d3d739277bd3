import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits, textEdits } from "../../../src/config/edit/textEdits.js";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import type { Edit } from "../../../src/protocol/finding.js";

const file = `# what I train
data:
  train: a.csv   # mine
  scaling: standardize

model:
  - dense: { units: 64, activation: relu } # hidden
  - dropout: 0.5
  - batch_norm
  - dense: 10   # classes
  - softmax
# a remark
loss: cross_entropy
optimizer:
  # as in the paper
  adam:
    lr: 0.1   # high
training: { epochs: 5, batch_size: 64 }
`;

const set = (path: string, value: unknown): Edit => ({ path, value: value as never });
const remove = (path: string): Edit => ({ path, remove: true });

/** Lines of the file that an edit changes, as `-old` and `+new`. */
function changed(edits: Edit[], text = file, name?: string): string[] {
  const after = applyEdits(text, edits, name);
  const [old, now] = [text.split("\n"), after.split("\n")];
  return [...old.filter((line) => !now.includes(line)).map((line) => `-${line}`), ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`)];
}

describe("applyEdits keeps the rest of the file", () => {
  it.each<[string, Edit[], string[]]>([
    ["a value", [set("optimizer.adam.lr", 0.001)], ["-    lr: 0.1   # high", "+    lr: 0.001   # high"]],
    ["a new argument in a block", [set("optimizer.adam.beta1", 0.8)], ["+    beta1: 0.8"]],
    ["a new argument in a flow", [set("model[0].dense.init", "he_normal")], ["-  - dense: { units: 64, activation: relu } # hidden", "+  - dense: { units: 64, activation: relu, init: he_normal } # hidden"]],
    ["a new section", [set("schedule.cosine.warmup_steps", 10)], ["+schedule: { cosine: { warmup_steps: 10 } }"]],
    ["an argument beside a short form", [set("model[3].dense.activation", "relu")], ["-  - dense: 10   # classes", "+  - dense: { units: 10, activation: relu }   # classes"]],
    ["the argument that a short form gives", [set("model[3].dense.units", 3)], ["-  - dense: 10   # classes", "+  - dense: 3   # classes"]],
    ["an argument of a bare name", [set("model[2].batch_norm.momentum", 0.99)], ["-  - batch_norm", "+  - batch_norm: { momentum: 0.99 }"]],
    ["an argument of a bare kind", [set("loss.cross_entropy.from", "probabilities")], ["-loss: cross_entropy", "+loss: { cross_entropy: { from: probabilities } }"]],
    ["another kind", [set("optimizer.sgd.lr", 0.01)], ["-  adam:", "-    lr: 0.1   # high", "+  sgd: { lr: 0.01 }   # high"]],
    ["another layer", [set("model[1].dense.units", 8)], ["-  - dropout: 0.5", "+  - dense: { units: 8 }"]],
    ["steps for epochs", [set("training.steps", 100)], ["-training: { epochs: 5, batch_size: 64 }", "+training: { steps: 100, batch_size: 64 }"]],
    ["a layer more", [set("model[5]", { dense: { units: 3 } })], ["+  - dense: { units: 3 }"]],
    ["a key less in a flow", [remove("model[0].dense.activation")], ["-  - dense: { units: 64, activation: relu } # hidden", "+  - dense: { units: 64 } # hidden"]],
    ["the first key less in a flow", [remove("training.epochs")], ["-training: { epochs: 5, batch_size: 64 }", "+training: { batch_size: 64 }"]],
    ["a line less", [remove("data.scaling")], ["-  scaling: standardize"]],
    ["a layer less, by its name", [remove("model[4].softmax")], ["-  - softmax"]],
    ["a layer less, by its place", [remove("model[1]")], ["-  - dropout: 0.5"]],
    ["a layer in long form less", [remove("model[0].dense")], ["-  - dense: { units: 64, activation: relu } # hidden"]],
        ["what is not there", [remove("training.clip")], []],
    ["a key's name", [remove("data.scaling"), set("data.scalling", "standardize")], ["-  scaling: standardize", "+  scalling: standardize"]],
    ["two at once", [remove("model[4]"), set("optimizer.adam.lr", 1e-3)], ["-  - softmax", "-    lr: 0.1   # high", "+    lr: 0.001   # high"]],
  ])("%s", (_, edits, lines) => {
    expect(changed(edits)).toEqual(lines);
  });

  it("a kind whose last argument goes is left as a bare name", () => {
    expect(applyEdits("loss: { cross_entropy: { from: logits } }\nmodel:\n  - batch_norm: { momentum: 0.5 }\n", [remove("loss.cross_entropy.from"), remove("model[0].batch_norm.momentum")])).toBe("loss: cross_entropy\nmodel:\n  - batch_norm\n");
  });

  it("the comments of untouched lines stay", () => {
    const after = applyEdits(file, [set("optimizer.adam.lr", 1e-3), remove("model[4].softmax"), set("seed", 3)]);
    for (const comment of ["# what I train", "# mine", "# hidden", "# classes", "# a remark", "# as in the paper", "# high"]) expect(after).toContain(comment);
    expect(parseTrainingFile(after, { file: "a.train.yaml" }).config).toMatchObject({ seed: 3, optimizer: { arguments: { lr: 1e-3 } } });
  });

  it("a mapping over many lines", () => {
    const flow = "data: {\n  train: a.csv, # mine\n  limit: 3 # few\n}\nmodel: [\n  dense: 3,\n]\n";
    expect(applyEdits(flow, [set("data.scaling", "unit")])).toBe("data: {\n  train: a.csv, # mine\n  limit: 3, # few\n  scaling: unit\n}\nmodel: [\n  dense: 3,\n]\n");
    expect(applyEdits(flow, [set("model[1]", "softmax")])).toBe("data: {\n  train: a.csv, # mine\n  limit: 3 # few\n}\nmodel: [\n  dense: 3,\n  softmax,\n]\n");
  });

  it("json stays json", () => {
    const json = '{\n  "data": { "train": "a.csv" },\n  "model": [\n    "flatten",\n    { "dense": 3 }\n  ]\n}\n';
    const after = applyEdits(json, [set("model[1].dense.activation", "relu"), set("optimizer.sgd.lr", 0.1), remove("model[0].flatten")], "a.train.json");
    expect(JSON.parse(after)).toEqual({ data: { train: "a.csv" }, model: [{ dense: { units: 3, activation: "relu" } }], optimizer: { sgd: { lr: 0.1 } } });
  });

  it("windows' line ends stay", () => {
    expect(applyEdits("data: { train: a }\r\nmodel:\r\n  - dense: 3\r\n  - softmax\r\n", [remove("model[1]"), set("seed", 1)])).toBe("data: { train: a }\r\nmodel:\r\n  - dense: 3\r\nseed: 1\r\n");
  });

  it("texts that would read as something else are quoted", () => {
    expect(applyEdits("data: { train: a }\nmodel: [dense: 3]\n", [set("data.target", "007"), set("data.labels", "a: b")])).toContain('target: "007", labels: "a: b"');
  });

  it("what is no place is refused", () => {
    expect(() => applyEdits(file, [set("model[9].dense", 3)])).toThrow(/5 entries/);
    expect(() => applyEdits(file, [set("model..x", 3)])).toThrow(/no path/);
    expect(() => applyEdits("a: [", [set("seed", 3)])).toThrow(expect.objectContaining({ code: "yaml-syntax" }));
  });
});

describe("textEdits", () => {
  it("touches the lines that change", () => {
    const edits = textEdits(file, [remove("model[4].softmax"), set("optimizer.adam.lr", 0.001)]);
    expect(edits.map(({ range, newText }) => [range.start.line, range.end.line, newText])).toEqual([[11, 12, ""], [17, 17, "00"]]);
  });

  it("gives the edited text", () => {
    const paths = ["seed", "optimizer.adam.lr", "optimizer.sgd.momentum", "model[0].dense.units", "model[3].dense.bias", "model[2].batch_norm.epsilon", "training.steps", "training.batch_size", "data.limit"];
    const edit = fc.oneof(
      fc.tuple(fc.constantFrom(...paths), fc.integer({ min: 1, max: 99 })).map(([path, value]) => set(path, value)),
      fc.constantFrom(...paths, "model[1]", "model[0].dense.activation", "data.scaling", "loss").map(remove),
    );
    fc.assert(fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
      const after = applyEdits(file, edits);
      const applied = textEdits(file, edits).reduceRight((text, { range, newText }) => {
        const offset = ({ line, column }: { line: number; column: number }) => text.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + column - 1;
        return text.slice(0, offset(range.start)) + newText + text.slice(offset(range.end));
      }, file);
      expect(applied).toBe(after);
      expect(parseTrainingFile(after, { file: "a.train.yaml" }).source.problems).toEqual([]);
    }), { numRuns: 200 });
  });

  it("does what the same values as overrides do", () => {
    const values = fc.uniqueArray(fc.tuple(fc.constantFrom("seed", "optimizer.adam.lr", "optimizer.sgd.momentum", "model[0].dense.units", "model[3].dense.bias", "model[2].batch_norm.epsilon", "training.steps", "training.epochs", "data.limit", "data.split.validation"), fc.integer({ min: 1, max: 9 })), { selector: ([path]) => path, maxLength: 5 });
    fc.assert(fc.property(values, (pairs) => {
      const edited = parseTrainingFile(applyEdits(file, pairs.map(([path, value]) => set(path, value))), { file: "a.train.yaml" });
      const overridden = parseTrainingFile(file, { file: "a.train.yaml", overrides: Object.fromEntries(pairs) });
      expect(overridden.config).toEqual(edited.config);
      expect(overridden.problems.map(({ code, path }) => [code, path]).sort()).toEqual(edited.problems.map(({ code, path }) => [code, path]).sort());
    }), { numRuns: 200 });
  });
});
