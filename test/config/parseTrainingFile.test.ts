import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";

const page = `data:
  train: t10k-images-idx3-ubyte.gz
  labels: t10k-labels-idx1-ubyte.gz
  split: { validation: 0.1, test: 0.1 }
  scaling: unit
model:
  - conv2d: { filters: 16, kernel: 3, padding: same, activation: relu }
  - max_pool: 2
  - batch_norm
  - flatten
  - dropout: 0.3
  - dense: 10                    # the short form names the main argument
loss: cross_entropy              # from logits
optimizer: { adam: { lr: 1e-3 } }
schedule: { cosine: { warmup_steps: 100 } }
training: { epochs: 5, batch_size: 64, early_stopping: { patience: 3 } }
seed: 0
`;

const parse = (text: string, file = "a.train.yaml") => parseTrainingFile(text, { file });

/** The file's problems as `line:column code path`. */
const problemsOf = (text: string, file?: string) => parse(text, file).problems.map(({ code, path, range: { start } }) => `${start.line}:${start.column} ${code} ${path}`.trim());

/** A sound file with these sections beside data and model. */
const withSections = (sections: string) => `data: { train: a.csv }\nmodel: [dense: 3]\n${sections}\n`;

it("takes a list of augmentations, short and long", () => {
  const { config, problems } = parseTrainingFile("data: { train: a.csv, augment: [flip_horizontal, crop: 4, color_jitter: { hue: 0.1 }, { mixup: { alpha: 1 } }] }\nmodel: [dense: 2]\n", { file: "a.train.yaml" });
  expect(problems).toEqual([]);
  expect(config?.data.augment).toEqual([
    { kind: "flip_horizontal", arguments: { probability: 0.5 } },
    { kind: "crop", arguments: { padding: 4 } },
    { kind: "color_jitter", arguments: { brightness: 0, contrast: 0, saturation: 0, hue: 0.1 } },
    { kind: "mixup", arguments: { alpha: 1 } },
  ]);
});

it.each([["[flip_horizonal]", "unknown-augmentation", "data.augment[0]"], ["[noise, color_jitter]", "out-of-range", "data.augment[1].color_jitter"], ["[crop: 0]", "out-of-range", "data.augment[0].crop.padding"], ["flip_vertical", "wrong-type", "data.augment"]])("refuses data.augment: %s", (augment, code, path) => {
  const { problems } = parseTrainingFile(`data: { train: a.csv, augment: ${augment} }\nmodel: [dense: 2]\n`, { file: "a.train.yaml" });
  expect(problems.map((problem) => [problem.code, problem.path])).toEqual([[code, path]]);
});

describe("the page's example", () => {
  const { config, problems } = parse(page);

  it("has no problem", () => expect(problems).toEqual([]));

  it("has its values and the page's defaults", () => {
    expect(config?.data).toMatchObject({ train: { kind: "files", files: ["t10k-images-idx3-ubyte.gz"] }, labels: "t10k-labels-idx1-ubyte.gz", format: "auto", task: "auto", classes: "auto", scaling: "unit", split: { validation: 0.1, test: 0.1, stratify: "auto", seed: 0 }, limit: null });
    expect(config?.optimizer).toEqual({ kind: "adam", arguments: { lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false, bias_correction: true } });
    expect(config?.schedule).toEqual({ kind: "cosine", arguments: { end: 0, warmup_steps: 100 } });
    expect(config?.training).toEqual({
      epochs: 5, steps: null, batchSize: 64, accumulate: 1, clip: null, polyak: null, unfreeze: null, pretrain: null, precision: "float32", dropLast: false, onNonFinite: "stop",
      earlyStopping: { metric: "validation/loss", patience: 3, minDelta: 0, restoreBest: true },
      evaluate: { everyEpochs: 1, everySteps: null },
      checkpoint: { everyEpochs: "auto", keep: 3, best: "validation/loss" },
    });
    expect(config?.diagnostics).toEqual({ everySteps: "auto", statistics: "layers", projection: "auto", rules: {} });
    expect(config?.loss).toMatchObject({ kind: "cross_entropy", arguments: { from: "logits", class_weights: "none", label_smoothing: 0 } });
  });

  it("lists the layers, short form and long, with names and paths", () => {
    expect(config?.model.map(({ name, path }) => [name, path])).toEqual([
      ["conv2d_1", "model[0].conv2d"], ["max_pool_1", "model[1].max_pool"], ["batch_norm_1", "model[2].batch_norm"],
      ["flatten_1", "model[3].flatten"], ["dropout_1", "model[4].dropout"], ["dense_1", "model[5].dense"],
    ]);
    expect(config?.model[0].arguments).toMatchObject({ filters: 16, kernel: 3, stride: 1, padding: "same", activation: "relu", bias: true });
    expect(config?.model[4].arguments).toEqual({ rate: 0.3 });
  });
});

describe("defaults of the least file", () => {
  const config = parse("data: { train: a.csv }\nmodel: [dense: 3]\n").config;

  it("adam at 1e-3, constant, 10 epochs of batches of 32", () => {
    expect(config?.optimizer).toMatchObject({ kind: "adam", arguments: { lr: 1e-3 } });
    expect(config?.schedule.kind).toBe("constant");
    expect(config?.training).toMatchObject({ epochs: 10, batchSize: 32, earlyStopping: null, clip: null });
    expect(config).toMatchObject({ loss: null, metrics: null, device: "auto", threads: "auto", seed: 0 });
  });

  it("a file of its own leaves the split's share at none", () => {
    expect(parse("data: { train: a.csv, validation: b.csv }\nmodel: [dense: 3]\n").config?.data.split).toMatchObject({ validation: 0, test: 0.1 });
  });

  it("without validation data no checkpoint is called the best", () => {
    expect(parse("data: { train: a.csv, split: { validation: 0 } }\nmodel: [dense: 3]\n").config?.training.checkpoint.best).toBe(null);
  });
});

describe("values", () => {
  it("numbers are plain, also where YAML 1.1 disagrees", () => {
    for (const [text, value] of [["1e-3", 1e-3], ["1E-3", 1e-3], [".5", 0.5], ["5e-1", 0.5], ["1.", 1], ["+1", 1]] as const) {
      expect(parse(withSections(`optimizer: { sgd: ${text} }`)).config?.optimizer.arguments.lr).toBe(value);
    }
  });

  it("inline values and generators are sources", () => {
    expect(parse("data: { train: { inputs: [[0, 0], [0, 1]], targets: [0, 1] } }\nmodel: [dense: 3]").config?.data.train).toEqual({ kind: "inline", inline: { inputs: [[0, 0], [0, 1]], targets: [0, 1] } });
    expect(parse("data: { train: { generate: two_moons, noise: 0.2 } }\nmodel: [dense: 3]").config?.data.train).toEqual({ kind: "generator", generator: { generate: "two_moons", examples: 1000, noise: 0.2 } });
  });

  it("names of columns and classes keep their spelling", () => {
    const data = parse("data: { train: a.csv, target: 007, inputs: [1, x], classes: [0, 1.0, yes] }\nmodel: [dense: 3]").config?.data;
    expect(data).toMatchObject({ target: ["007"], inputs: ["1", "x"], classes: ["0", "1.0", "yes"] });
  });

  it("a layer's name stands with its arguments or beside its kind; given names are not taken twice", () => {
    const config = parse("data: { train: a.csv }\nmodel:\n  - dense: { units: 3, name: dense_1 }\n  - dense: 4\n  - dense: 5\n    name: head\n").config;
    expect(config?.model.map((layer) => layer.name)).toEqual(["dense_1", "dense_2", "head"]);
    expect(config?.model[0].arguments).not.toHaveProperty("name");
  });

  it("json is the same file", () => {
    const json = JSON.stringify({ data: { train: "a.csv" }, model: ["flatten", { dense: { units: 3 } }], optimizer: { sgd: { lr: 0.1 } } });
    expect(parse(json, "a.train.json").problems).toEqual([]);
    expect(parse(json, "a.train.json").config?.optimizer).toMatchObject({ kind: "sgd", arguments: { lr: 0.1 } });
  });

  it("anchors and aliases stand for their values", () => {
    expect(parse("data: { train: a.csv }\nmodel:\n  - dense: &hidden { units: 8, activation: relu }\n  - dense: *hidden\n").config?.model[1].arguments.units).toBe(8);
  });
});

describe("what cannot be parsed", () => {
  it.each([
    ["", "1:1 empty-file"],
    ["# only a comment\n", "1:1 empty-file"],
    ["- a\n", "1:1 wrong-type"],
    ["data:\n\ttrain: a\n", "2:1 yaml-tab"],
    ["data: { train: a }\n\tmodel: [dense: 1]\n", "2:1 yaml-tab"],
    ["data: { train: a, train: b }\nmodel: [dense: 1]\n", "1:19 duplicate-key"],
    ["data: { train: a }\nmodel: [dense: 1]\nseed: 1\nseed: 2\n", "4:1 duplicate-key"],
    ["data: { train: a\nmodel: [dense: 1]\n", "2:1 yaml-syntax"],
    ["data: *nothing\nmodel: [dense: 1]\n", "1:7 yaml-syntax"],
    ["a: 1\n---\nb: 2\n", "2:1 yaml-syntax"],
    ["data: \0", "1:7 yaml-syntax"],
  ])("%j", (text, problem) => {
    const parsed = parse(text);
    expect(parsed.config).toBe(null);
    expect(problemsOf(text)[0].slice(0, problem.length)).toBe(problem);
  });

  it("brackets beyond reason are refused before they cost memory", () => expect(problemsOf(`data: ${"[".repeat(100_000)}`)).toEqual(["1:71 yaml-syntax"]));

  it("json's own syntax", () => {
    expect(problemsOf('{ "data": { "train": "a" }, }', "a.train.json")).toEqual(["1:29 json-syntax"]);
    expect(problemsOf('{\n  "data": {', "a.train.json")[0]).toMatch(/json-syntax$/);
    expect(problemsOf("", "a.train.json")).toEqual(["1:1 empty-file"]);
  });

  it("aliases that multiply end", () => {
    const bomb = ["data: { train: a }", "model:", "  - &a [x, x, x]", ...Array.from({ length: 20 }, (_, i) => `  - &a${i} [${Array(9).fill(i === 0 ? "*a" : `*a${i - 1}`).join(", ")}]`)].join("\n");
    const start = performance.now();
    expect(parse(bomb).config).toBe(null);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe("what breaks the page", () => {
  it.each([
    ["seeds: 3", "3:1 unknown-key seeds"],
    ["seed: -1", "3:7 out-of-range seed"],
    ["seed: 1.5", "3:7 out-of-range seed"],
    ["seed: a", "3:7 wrong-type seed"],
    ["seed:", "3:1 missing-value seed"],
    ["optimizer: { adam: { lr: -1 } }", "3:26 out-of-range optimizer.adam.lr"],
    ["optimizer: { adam: { lr: .nan } }", "3:26 out-of-range optimizer.adam.lr"],
    ["optimizer: { adam: { lr: 1_000 } }", "3:26 wrong-type optimizer.adam.lr"],
    ["optimizer: { adam: { rate: 1 } }", "3:22 unknown-key optimizer.adam.rate"],
    ["optimizer: { adm: { lr: 1 } }", "3:14 unknown-optimizer optimizer.adm"],
    ["optimizer: { adam: 1e-3, sgd: 1 }", "3:26 conflicting-keys optimizer.sgd"],
    ["optimizer:", "3:1 missing-value optimizer"],
    ["optimizer: [adam]", "3:12 wrong-type optimizer"],
    ["optimizer: { adam: { groups: [{ lr: 1 }] } }", "3:31 missing-key optimizer.adam.groups[0].match"],
    ["optimizer: { adam: { groups: [{ match: a, clip: {} }] } }", "3:49 out-of-range optimizer.adam.groups[0].clip"],
    ["loss: { huber: { delta: 0 } }", "3:25 out-of-range loss.huber.delta"],
    ["loss: { cross_entropy: { from: logit } }", "3:32 unknown-value loss.cross_entropy.from"],
    ["schedule: { one_cycle: { max: 0 } }", "3:31 out-of-range schedule.one_cycle.max"],
    ["training: { epochs: 1, steps: 2 }", "3:24 conflicting-keys training.steps"],
    ["training: { epochs: 0 }", "3:21 out-of-range training.epochs"],
    ["training: { accumulate: 0 }", "3:25 out-of-range training.accumulate"],
    ["training: { clip: { norm: 1, value: 1 } }", "3:30 conflicting-keys training.clip.value"],
    ["training: { early_stopping: { metric: test/loss } }", "3:39 wrong-type training.early_stopping.metric"],
    ["regularization: { l2: -1 }", "3:23 out-of-range regularization.l2"],
    ["search: {}", "3:9 missing-key search.space"],
    ["metrics: [accuracy, perplexty]", "3:21 unknown-value metrics[1]"],
    ["metrics: [threshold: 1.5]", "3:22 out-of-range metrics[0].threshold"],
    ["device: gpu", "3:9 wrong-type device"],
    ["threads: 0", "3:10 out-of-range threads"],
    ["diagnostics: { projection: { method: umab } }", "3:38 unknown-value diagnostics.projection.method"],
  ])("%s", (section, problem) => expect(problemsOf(withSections(section))).toEqual([problem]));

  it.each([
    ["dens: 3", "3:5 unknown-layer model[0].dens"],
    ["dens", "3:5 unknown-layer model[0]"],
    ["dense", "3:5 missing-key model[0].dense.units"],
    ["dense: 0", "3:12 out-of-range model[0].dense.units"],
    ["dense: [3]", "3:12 wrong-type model[0].dense.units"],
    ["dense: { units: 3, drop_connect: 1 }", "3:38 out-of-range model[0].dense.drop_connect"],
    ["dense: { units: 3, activation: rlu }", "3:36 unknown-value model[0].dense.activation"],
    ["dense: { units: 3, activation: prelu }", "3:36 unknown-value model[0].dense.activation"],
    ["dense: { units: 3, init: { normal: -1 } }", "3:40 out-of-range model[0].dense.init.normal"],
    ["dense:\n    units: 3", "3:5 missing-key model[0].dense.units"],
    ["flatten: 2", "3:14 wrong-type model[0].flatten"],
    ["max_pool: [2, x]", "3:15 wrong-type model[0].max_pool.size"],
    ["5", "3:5 wrong-type model[0]"],
    ["", "3:5 missing-value model[0]"],
  ])("layer %j", (layer, problem) => expect(problemsOf(`data: { train: a.csv }\nmodel:\n  - ${layer}\n`)[0]).toBe(problem));

  it("a layer written as an activation is said to be one", () => {
    expect(parse("data: { train: a.csv }\nmodel: [{ dense: { units: 3, activation: prelu } }, dense: 1]\n").problems.map(({ message }) => message)).toEqual(['model[0].dense.activation cannot be "prelu". prelu is a layer of its own: write it below this one.']);
  });

  it("shares that leave nothing to train on", () => {
    expect(problemsOf("data: { train: a, split: { validation: 0.6, test: 0.4 } }\nmodel: [dense: 1]\n")).toEqual(["1:26 out-of-range data.split"]);
    expect(problemsOf("data: { train: a, split: { validation: 0.5, test: 0.4 } }\nmodel: [dense: 1]\n")).toEqual([]);
  });

  it("a model in a mapping names an ONNX file, and its keys are known", () => {
    expect(problemsOf("data: { train: a }\nmodel: {}\n")).toEqual(["2:8 missing-key model.onnx"]);
    expect(problemsOf("data: { train: a }\nmodel: { onnx: a.onnx, freez: all }\n")).toEqual(["2:24 unknown-key model.freez"]);
    expect(problemsOf("data: { train: a }\nmodel: { onnx: a.onnx, head: [dens: 3] }\n")).toEqual(["2:31 unknown-layer model.head[0].dens"]);
  });

  it("an imported model's head has names and paths of its own", () => {
    const { config } = parse("data: { train: a }\nmodel:\n  onnx: a.onnx\n  freeze: ['conv*']\n  replace_after: fc1\n  head: [flatten, dense: 5, { dense: { units: 3, name: last } }]\n");
    expect(config?.imported).toEqual({ file: "a.onnx", input: null, output: null, freeze: ["conv*"], replaceAfter: "fc1", training: "auto" });
    expect(config?.model.map(({ name, path }) => [name, path])).toEqual([["head.flatten_1", "model.head[0].flatten"], ["head.dense_1", "model.head[1].dense"], ["last", "model.head[2].dense"]]);
  });

  it("a misplaced argument is told where it belongs", () => {
    const [, misplaced] = parse("data: { train: a.csv }\nmodel:\n  - dense:\n    units: 3\n").problems;
    expect(misplaced).toMatchObject({ code: "misplaced-key", message: expect.stringContaining("indent it below dense") });
  });

  it("data and model are needed; a misspelled one is told once", () => {
    expect(problemsOf("seed: 1\n")).toEqual(["1:1 missing-key data", "1:1 missing-key model"]);
    expect(problemsOf("data: { train: a }\nmodl: [dense: 3]\n")).toEqual(["2:1 unknown-key modl"]);
  });

  it("names the nearest key, also by the field's other words, with an edit that renames it", () => {
    const [problem] = parse(withSections("optimizer: { adam: { learning_rate: 0.1 } }")).problems;
    expect(problem.message).toContain("Did you mean lr?");
    expect(problem.fixes[0].edits).toEqual([{ path: "optimizer.adam.learning_rate", remove: true }, { path: "optimizer.adam.lr", value: 0.1 }]);
  });

  it("every problem of a file is told, in its order", () => {
    expect(problemsOf("data: { trai: a }\nmodel:\n  - dens: 3\nseed: x\n")).toEqual(["1:9 unknown-key data.trai", "3:5 unknown-layer model[0].dens", "4:7 wrong-type seed"]);
  });
});

describe("locate", () => {
  const { locate } = parse(page);
  it.each([
    ["optimizer.adam.lr", "14:22-14:30"],
    ["optimizer.adam.beta1", "14:14-14:32"],
    ["model[5].dense.units", "12:5-12:14"],
    ["model[3].flatten", "10:5-10:12"],
    ["model", "6:1-6:6"],
    ["loss.cross_entropy.from", "13:1-13:20"],
    ["metrics", "1:1-1:5"],
  ])("%s is %s", (path, range) => {
    const { start, end } = locate(path);
    expect(`${start.line}:${start.column}-${end.line}:${end.column}`).toBe(range);
  });
});
