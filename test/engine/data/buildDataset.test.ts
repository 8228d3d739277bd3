import { describe, expect, test } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { buildDataset } from "../../../src/engine/data/buildDataset.js";
import { generateTable } from "../../../src/engine/data/generators.js";
import { readInline } from "../../../src/engine/data/inline.js";
import { readMore } from "../../../src/engine/data/readMore.js";
import { assembleSource } from "../../../src/engine/data/readBytes.js";
import { readCsv } from "../../../src/engine/data/readCsv.js";
import { readIdx } from "../../../src/engine/data/readIdx.js";
import { showExample, showTarget } from "../../../src/engine/data/showExample.js";
import type { DatasetConfig } from "../../../src/engine/data/task.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { DataConfig, GeneratorConfig, LossConfig } from "../../../src/engine/training/config.js";
import { dataConfig, files } from "./testConfig.js";

type Options = Partial<DataConfig> & { loss?: LossConfig["kind"]; outputs?: number; labelText?: string; validationText?: string; testText?: string };
const whole = { validation: 0, test: 0, stratify: "auto", seed: 0 } as const;
const bytesOf = (name: string, text: string) => ({ file: `/data/${name}`, name, bytes: new TextEncoder().encode(text) });

function configOf({ loss, outputs, labelText, validationText: _v, testText: _t, ...data }: Options): DatasetConfig {
  return dataConfig({ train: files("a.csv"), split: whole, labels: labelText === undefined ? null : "labels.csv", ...data }, {
    loss: loss === undefined ? null : { kind: loss, arguments: {} },
    model: outputs === undefined ? [] : [{ kind: "dense", name: "dense", path: "model[0].dense", arguments: { units: outputs } }],
  });
}

/** A data set of a CSV text that splits nothing off unless it is told to. */
function fromCsv(text: string, options: Options = {}): Dataset {
  const config = configOf(options);
  const read = (name: string, content: string) => readCsv(bytesOf(name, content), [...(config.data.inputs ?? []), ...(config.data.target ?? [])]);
  const source = (name: string, content: string | undefined) => (content === undefined ? null : assembleSource([read(name, content)], [{ name }], null, config.data, "validation"));
  const labels = options.labelText === undefined ? null : read("labels.csv", options.labelText);
  const train = assembleSource([read("a.csv", text)], [{ name: "a.csv" }], labels, config.data, "train");
  return buildDataset(config, { train, validation: source("v.csv", options.validationText), test: source("t.csv", options.testText) }, "csv");
}

function failure(act: () => unknown): DescentError {
  try {
    act();
  } catch (error) {
    if (error instanceof DescentError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

const inputs = ({ inputs: { data } }: Dataset) => Array.from(data as Float32Array);
const classIndices = ({ targets: { data } }: Dataset) => Array.from(data as BigInt64Array, Number);

describe("columns", () => {
  test("the target is the column with a usual name, else the last; the rest are inputs", () => {
    expect(fromCsv("Label,a,b\n0,1,2\n1,3,4").columns).toEqual(["a", "b"]);
    expect(fromCsv("a,b,c\n1,2,0\n3,4,1").targetColumns).toEqual(["c"]);
  });

  test("names, patterns, several targets", () => {
    const { columns, targetColumns, targets, task } = fromCsv("p1,p2,q,u,v\n1,2,3,4.5,5\n6,7,8,9,10", { inputs: ["p*"], target: ["u", "v"] });
    expect([columns, targetColumns, task]).toEqual([["p1", "p2"], ["u", "v"], "regression"]);
    expect([targets.dims, Array.from(targets.data as Float32Array)]).toEqual([[2, 2], [4.5, 5, 9, 10]]);
  });

  test("a column that does not exist is named with the nearest", () => {
    const { code, message, location } = failure(() => fromCsv("age,height,label\n1,2,0", { inputs: ["hieght"] }));
    expect([code, location.path]).toEqual(["column-unknown", "data.inputs"]);
    expect(message).toContain('"height"');
  });

  test("text becomes one-hot, in sorted order, and is not scaled", () => {
    const dataset = fromCsv("colour,x,label\nred,0,0\nblue,10,1\nred,20,0", { scaling: "minmax" });
    expect(dataset.columns).toEqual(["colour=blue", "colour=red", "x"]);
    expect(inputs(dataset)).toEqual([0, 1, 0, 1, 0, 0.5, 0, 1, 1]);
    expect(showExample(dataset, 1)).toEqual({ kind: "row", columns: ["colour", "x"], values: ["blue", "10"] });
  });

  test("categories may be an index, and numbers may be categories", () => {
    expect(inputs(fromCsv("colour,x,label\nred,0,0\nblue,10,1", { categorical: { colour: "index" } }))).toEqual([1, 0, 0, 10]);
    expect(fromCsv("zip,x,label\n10,0,0\n9,10,1", { categorical: { zip: "one_hot" } }).columns).toEqual(["zip=9", "zip=10", "x"]);
  });

  test("a text of its own in every row is no category", () => {
    const { code, message } = failure(() => fromCsv(`id,x,label\n${Array.from({ length: 11_000 }, (_, i) => `id${i},1,${i % 2}`).join("\n")}`));
    expect([code, message.includes('"id" has 11000 different values in 11000 rows')]).toEqual(["too-many-categories", true]);
  });

  test("text among numbers names the first such line and column", () => {
    const { code, message, location } = failure(() => fromCsv("x,y2,label\n1,2,0\n3,abc,1\n4,def,1"));
    expect([code, message]).toEqual(["text-in-numbers", 'a.csv, line 3, column "y2": "abc" is text in a column of numbers.']);
    expect(location).toMatchObject({ file: "/data/a.csv", range: { start: { line: 3 } } });
  });
});

describe("missing values", () => {
  const text = "x,z,label\n1,5,0\n,6,1\n3,nan,0\n5,8,1\n";

  test("error: names line and column", () => {
    const { code, message } = failure(() => fromCsv(text));
    expect([code, message.startsWith('a.csv, line 3, column "x": the value is missing')]).toEqual(["value-missing", true]);
  });

  test("drop leaves the rows out", () => {
    const dataset = fromCsv(text, { missing: "drop" });
    expect([inputs(dataset), classIndices(dataset)]).toEqual([[1, 5, 5, 8], [0, 1]]);
    expect(failure(() => fromCsv("x,label\n,1\n,0", { missing: "drop" })).code).toBe("data-empty");
  });

  test("mean fills with the mean of the training split alone", () => {
    const dataset = fromCsv(text, { missing: "mean", validationText: "x,z,label\n,100,0\n900,1,1" });
    expect(inputs(dataset).slice(0, 8)).toEqual([1, 5, 3, 6, 3, Math.fround(19 / 3), 5, 8]);
    expect(inputs(dataset).slice(8)).toEqual([3, 100, 900, 1]);
    expect(dataset.reading.columnMeans).toEqual([3, 19 / 3]);
  });

  test("a missing target is an error whatever the inputs do", () => {
    expect(failure(() => fromCsv("x,label\n1,\n2,0", { missing: "mean" })).code).toBe("value-missing");
    expect(failure(() => fromCsv("x,price\n1,\n2,0.5", { missing: "mean" })).message).toContain('line 2, column "price"');
  });
});

describe("scaling", () => {
  const text = "x,c,price\n1,7,10.5\n3,7,20\n5,7,31\n";

  test("standardize: mean 0, deviation 1; a constant column becomes 0", () => {
    const dataset = fromCsv(text, { scaling: "standardize" });
    const unit = Math.sqrt(1.5);
    [-unit, 0, 0, 0, unit, 0].forEach((value, i) => expect(inputs(dataset)[i]).toBeCloseTo(value, 6));
    expect(dataset.scaling).toEqual({ kind: "standardize", offset: [3, 7], divisor: [Math.sqrt(8 / 3), 1] });
    expect(dataset.rawStatistics[0]).toEqual({ name: "x", min: 1, max: 5, mean: 3, std: Math.sqrt(8 / 3) });
  });

  test("minmax, unit, and a kind by column", () => {
    expect(inputs(fromCsv(text, { scaling: "minmax" }))).toEqual([0, 0, 0.5, 0, 1, 0]);
    expect(inputs(fromCsv(text, { scaling: "unit" }))[1]).toBe(Math.fround(7 / 255));
    const mixed = fromCsv(text, { scaling: { x: "minmax" } });
    expect([mixed.scaling.kind, inputs(mixed)]).toEqual(["mixed", [0, 7, 0.5, 7, 1, 7]]);
    expect(failure(() => fromCsv(text, { scaling: { nope: "minmax" } })).code).toBe("column-unknown");
  });

  test("is fitted on the training split only", () => {
    const dataset = fromCsv(text, { scaling: "minmax", validationText: "x,c,price\n11,7,1.5" });
    expect(inputs(dataset).slice(6)).toEqual([2.5, 0]);
    expect(dataset.rawStatistics[0].max).toBe(5);
  });

  test("large offsets lose nothing to float32", () => {
    const dataset = fromCsv("x,price\n1000000000.25,1.5\n1000000000.75,2\n", { scaling: "minmax" });
    expect(inputs(dataset)).toEqual([0, 1]);
  });

  test("targets are scaled in the same manner and shown in their own unit", () => {
    const dataset = fromCsv(text, { targetScaling: "minmax" });
    expect(Array.from(dataset.targets.data as Float32Array)).toEqual([0, Math.fround(9.5 / 20.5), 1]);
    expect([showTarget(dataset, 1), dataset.targetScaling.offset, dataset.targetScaling.divisor]).toEqual(["20", [10.5], [20.5]]);
  });
});

describe("classes", () => {
  const labels = (...values: (string | number)[]) => `x,label\n${values.map((value, i) => `${i},${value}`).join("\n")}`;
  const result = (text: string, options: Options = {}) => { const dataset = fromCsv(text, { loss: "cross_entropy", ...options }); return [dataset.classes, classIndices(dataset)]; };

  test("integers whose least is 0 are their own index, gaps included", () => {
    expect(result(labels(0, 3, 1))).toEqual([["0", "1", "2", "3"], [0, 3, 1]]);
  });

  test("all others are numbered in sorted order, numbers by size", () => {
    expect(result(labels(10, 2, 1))).toEqual([["1", "2", "10"], [2, 1, 0]]);
    expect(result(labels(1, -1, 1))).toEqual([["-1", "1"], [1, 0, 1]]);
    expect(result(labels("dog", "cat", "dog"))).toEqual([["cat", "dog"], [1, 0, 1]]);
  });

  test("names in order", () => {
    expect(result(labels(0, 1), { classes: ["no", "yes"] })).toEqual([["no", "yes"], [0, 1]]);
    expect(result(labels(1, 2), { classes: ["first", "second"] })).toEqual([["first", "second"], [0, 1]]);
    expect(result(labels("b", "a"), { classes: ["b", "a"] })).toEqual([["b", "a"], [0, 1]]);
  });

  test("folds, with a rest", () => {
    expect(result(labels(0, 1, 2, 9), { classes: { small: [0, 1, 2], large: "rest" } })).toEqual([["small", "large"], [0, 0, 0, 1]]);
    expect(failure(() => result(labels(0, 9), { classes: { small: [0] } })).code).toBe("label-unknown");
  });

  test("labels that do not fit are named with their line", () => {
    const range = failure(() => result(labels(0, 1, 2), { classes: ["no", "yes"] }));
    expect([range.code, range.message]).toEqual(["label-out-of-range", "a.csv, line 4: label 2 is class number 2, but data.classes names 2 classes (0 to 1)."]);
    expect(failure(() => result(labels("a", "x"), { classes: ["a", "b"] })).message).toContain("line 3");
    expect(failure(() => result(labels(0, 0.5))).code).toBe("label-not-integer");
    expect(failure(() => result(labels(0, 1), { validationText: "x,label\n1,7" })).message).toContain("v.csv, line 2");
    expect(failure(() => result(labels(0, 5_000_000))).code).toBe("too-many-classes");
  });

  test("the classes of validation and test files are those of the training file", () => {
    expect(result(labels(3, 5), { validationText: "x,label\n1,5" })).toEqual([["3", "5"], [0, 1, 1]]);
  });
});

describe("task", () => {
  const column = (name: string, n: number, value: (i: number) => unknown) => `x,${name}\n${Array.from({ length: n }, (_, i) => `${i},${String(value(i))}`).join("\n")}`;
  const digits = column("label", 40, (i) => i % 4);
  const ages = column("age", 40, (i) => i + 20);

  test.each([
    ["text", column("kind", 4, (i) => (i % 2 === 0 ? "a" : "b")), {}, "classification"],
    ["few integers", digits, {}, "classification"],
    ["many integers", ages, {}, "regression"],
    ["fractions", column("price", 4, (i) => i + 0.5), {}, "regression"],
    ["few integers under mse with several outputs", digits, { loss: "mse", outputs: 4 }, "classification"],
    ["few integers under mse with one output", digits, { loss: "mse", outputs: 1 }, "regression"],
    ["few integers and one output", digits, { outputs: 1 }, "regression"],
    ["0 and 1 under binary cross-entropy", column("y", 4, (i) => i % 2), { loss: "binary_cross_entropy", outputs: 1 }, "classification"],
    ["several columns under binary cross-entropy", "x,a,b\n1,0,1\n2,1,1", { loss: "binary_cross_entropy", target: ["a", "b"] }, "multi_label"],
    ["told", digits, { task: "regression" }, "regression"],
  ] as [string, string, Options, string][])("%s", (_, text, options, task) => {
    expect(fromCsv(text, options).task).toBe(task);
  });
});

describe("labels of their own", () => {
  test("a file with one column", () => {
    const dataset = fromCsv("a,b\n1,2\n3,4", { labelText: "label\ncat\ndog" });
    expect([dataset.columns, dataset.classes, classIndices(dataset)]).toEqual([["a", "b"], ["cat", "dog"], [0, 1]]);
  });

  test("as many as inputs", () => {
    const { code, message } = failure(() => fromCsv("a,b\n1,2\n3,4", { labelText: "label\n0\n1\n0" }));
    expect([code, message]).toEqual(["labels-count", "2 inputs but 3 labels in /data/labels.csv."]);
  });
});

describe("splits", () => {
  const text = `x,label\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 2}`).join("\n")}`;
  const split = { validation: 0.2, test: 0.1, stratify: "auto", seed: 0 } as const;
  const sizes = ({ splits }: Dataset) => [splits.train.length, splits.validation.length, splits.test.length];

  test("a limit takes the first rows, before the split", () => {
    const dataset = fromCsv(text, { split, limit: 10 });
    expect([sizes(dataset), inputs(dataset)]).toEqual([[7, 2, 1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  test("files of their own", () => {
    const more = "x,label\n100,0\n101,1";
    const validation = fromCsv(text, { split, validationText: more });
    expect([sizes(validation), Array.from(validation.splits.validation)]).toEqual([[40, 2, 0], [40, 41]]);
    const testFile = fromCsv(text, { split, testText: more });
    expect([sizes(testFile), Array.from(testFile.splits.test)]).toEqual([[32, 8, 2], [40, 41]]);
    expect(sizes(fromCsv(text, { split, validationText: more, testText: more }))).toEqual([40, 2, 2]);
  });

  test("columns of another file may be in another order, but must be there", () => {
    expect(inputs(fromCsv("a,b,label\n1,2,0", { validationText: "label,b,a\n0,4,3" }))).toEqual([1, 2, 3, 4]);
    expect(failure(() => fromCsv("a,b,label\n1,2,0", { validationText: "a,label\n1,0" })).code).toBe("column-unknown");
  });

  test("stratify needs classes", () => {
    expect(failure(() => fromCsv("x,price\n1,2.5\n2,3", { split: { ...split, stratify: true } })).code).toBe("stratify-without-classes");
  });
});

describe("images", () => {
  const idx = (name: string, dims: number[], data: number[]) => ({ file: `/data/${name}`, name, bytes: Uint8Array.from([0, 0, 8, dims.length, ...dims.flatMap((dim) => [0, 0, 0, dim]), ...data]) });
  const read = (dims: number[], data: number[], options: Options = {}) => {
    const config = configOf(options);
    const source = assembleSource([readIdx(idx("images", dims, data)), readIdx(idx("labels", [dims[0]], Array.from({ length: dims[0] }, (_, i) => i % 2)))], [], null, config.data, "train");
    return buildDataset(config, { train: source, validation: null, test: null }, "idx");
  };

  test("bytes stay bytes for none and unit, and are scaled to float32 else", () => {
    const data = [0, 255, 51, 102, 0, 0, 0, 0];
    expect(read([2, 2, 2], data)).toMatchObject({ inputs: { type: "uint8", dims: [2, 1, 2, 2] }, inputDivisor: 1, inputKind: "image" });
    expect(read([2, 2, 2], data, { scaling: "unit" })).toMatchObject({ inputs: { type: "uint8" }, inputDivisor: 255, scaling: { offset: [0], divisor: [255] } });
    const scaled = read([2, 2, 2], data, { scaling: "minmax" });
    expect([scaled.inputs.type, inputs(scaled)]).toEqual(["float32", [0, 1, Math.fround(0.2), Math.fround(0.4), 0, 0, 0, 0]]);
    expect(scaled.rawStatistics).toEqual([{ name: "pixels", min: 0, max: 255, mean: 51, std: expect.closeTo(Math.sqrt(57222 / 8), 9) as number }]);
    expect(showExample(scaled, 0)).toEqual({ kind: "image", width: 2, height: 2, channels: 1, pixels: Uint8Array.of(0, 255, 51, 102) });
  });

  test("channels: the last axis of size 1, 3 or 4, then the first; the file may say otherwise", () => {
    const data = Array.from({ length: 2 * 2 * 2 * 3 }, (_, i) => i);
    const last = read([2, 2, 2, 3], data);
    expect([last.inputs.dims, last.reading.layout, inputs(last).slice(0, 12)]).toEqual([[2, 3, 2, 2], "channels_last", [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]]);
    expect(Array.from((showExample(last, 0) as { pixels: Uint8Array }).pixels)).toEqual(data.slice(0, 12));
    const first = read([2, 3, 2, 2], data);
    expect([first.inputs.dims, first.reading.layout, inputs(first)]).toEqual([[2, 3, 2, 2], "channels_first", data]);
    expect(read([2, 3, 2, 2], data, { layout: "channels_last" }).inputs.dims).toEqual([2, 2, 3, 2]);
  });

  test("labels and images of different number", () => {
    const config = configOf({});
    const source = assembleSource([readIdx(idx("images", [3, 2, 2], new Array(12).fill(0) as number[])), readIdx(idx("labels", [2], [0, 1]))], [], null, config.data, "train");
    expect(failure(() => buildDataset(config, { train: source, validation: null, test: null }, "idx")).message).toBe("3 inputs but 2 labels in /data/labels.");
  });

  test("a limit of inputs and labels", () => {
    expect(read([4, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8], { limit: 2 })).toMatchObject({ inputs: { dims: [2, 1, 1, 2] }, targets: { dims: [2] } });
  });
});

describe("inline", () => {
  test("xor", () => {
    const config = dataConfig({ train: { kind: "inline", inline: { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] } } });
    const dataset = buildDataset(config, { train: readInline({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] }, "data.train"), validation: null, test: null }, "inline");
    expect([dataset.task, dataset.columns, inputs(dataset), classIndices(dataset), dataset.splits.train.length]).toEqual(["classification", ["x1", "x2"], [0, 0, 0, 1, 1, 0, 1, 1], [0, 1, 1, 0], 4]);
  });

  test("what does not fit is named by its path", () => {
    expect(failure(() => readInline({ inputs: [[0, 0], [1]], targets: [0, 1] }, "data.train")).location.path).toBe("data.train.inputs[1]");
    expect(failure(() => readInline({ inputs: [1, 2], targets: [0] }, "data.train")).code).toBe("labels-count");
    expect(failure(() => readInline({ inputs: [1, Number.NaN], targets: [0, 1] }, "data.train")).code).toBe("value-not-finite");
  });
});

describe("generators", () => {
  const generate = (kind: GeneratorConfig["generate"], noise = 0.1, seed = 0) => generateTable({ generate: kind, examples: 600, noise }, seed, "train");
  const column = (table: ReturnType<typeof generate>, index: number) => Array.from(table.columns[index].numbers);

  test("the same seed gives the same rows; seeds and parts differ", () => {
    expect(generate("two_moons")).toEqual({ ...generate("two_moons"), origin: expect.anything() as unknown });
    expect(column(generate("two_moons", 0.1, 1), 0)).not.toEqual(column(generate("two_moons"), 0));
    expect(Array.from(generateTable({ generate: "blobs", examples: 600, noise: 0.1 }, 0, "test").columns[0].numbers)).not.toEqual(column(generate("blobs"), 0));
  });

  test("two moons lie on their half circles, blobs at their centres", () => {
    const moons = generate("two_moons", 0);
    const [x, y, label] = [0, 1, 2].map((index) => column(moons, index));
    label.forEach((value, i) => expect(value === 0 ? Math.hypot(x[i], y[i]) : Math.hypot(x[i] - 1, y[i] - 0.5)).toBeCloseTo(1, 10));
    const blobs = generate("blobs");
    const first = column(blobs, 0).filter((_, i) => blobs.columns[2].numbers[i] === 0);
    expect(first.reduce((sum, value) => sum + value, 0) / first.length).toBeCloseTo(1, 1);
  });

  test("xor's classes are its quadrants, sine's target its curve", () => {
    const xor = generate("xor", 0);
    column(xor, 2).forEach((label, i) => expect(label).toBe(xor.columns[0].numbers[i] * xor.columns[1].numbers[i] < 0 ? 1 : 0));
    const sine = generate("sine", 0);
    expect(sine.columns.map(({ name }) => name)).toEqual(["x", "y"]);
    column(sine, 1).forEach((y, i) => expect(y).toBeCloseTo(Math.sin(sine.columns[0].numbers[i]), 12));
  });

  test("spirals are two classes, and noise has labels that the inputs do not tell", () => {
    expect(new Set(column(generate("spirals"), 2))).toEqual(new Set([0, 1]));
    const noise = generate("noise");
    const mean = (label: number) => { const xs = column(noise, 0).filter((_, i) => noise.columns[2].numbers[i] === label); return xs.reduce((sum, value) => sum + value, 0) / xs.length; };
    expect(Math.abs(mean(0) - mean(1))).toBeLessThan(0.25);
  });
});

describe("reading more for prediction", () => {
  const trained = fromCsv("colour,x,label\nred,0,a\nblue,10,b\nred,,a", { scaling: "minmax", missing: "mean" });
  const more = (text: string) => readMore(trained.reading, trained.scaling, [bytesOf("new.csv", text)]);

  test("the same columns, categories, means and scaling, in any order, without a target", async () => {
    const { inputs: read, rows } = await more("x,colour\n20,blue\n,red\n5,green");
    expect([read.dims, Array.from(read.data as Float32Array), Array.from(rows)]).toEqual([[3, 3], [1, 0, 2, 0, 1, 0.5, 0, 0, 0.5], [0, 1, 2]]);
  });

  test("what is not there is named", async () => {
    await expect(more("x\n20")).rejects.toThrow('no column "colour"');
    await expect(more("x,colour\nabc,red")).rejects.toThrow('line 2, column "x"');
  });

  test("a table without a header goes by position", async () => {
    const numbers = fromCsv("1.5,2.5,0\n3,4,1");
    const read = async (text: string) => Array.from((await readMore(numbers.reading, numbers.scaling, [bytesOf("new.csv", text)])).inputs.data as Float32Array);
    expect(await read("7,8\n9,10")).toEqual([7, 8, 9, 10]);
    const named = fromCsv("a,b,label\n1.5,2.5,0\n3,4,1");
    expect(Array.from((await readMore(named.reading, named.scaling, [bytesOf("new.csv", "7,8\n9,10")])).inputs.data as Float32Array)).toEqual([7, 8, 9, 10]);
  });

  test("rows with a missing value are left out under drop, and say so", async () => {
    const dropping = fromCsv("x,label\n1,0\n2,1", { missing: "drop" });
    const { inputs: read, rows } = await readMore(dropping.reading, dropping.scaling, [bytesOf("new.csv", "x,z\n5,1\n,1\n7,1")]);
    expect([Array.from(read.data as Float32Array), Array.from(rows)]).toEqual([[5, 7], [0, 2]]);
  });
});
