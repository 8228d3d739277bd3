/** Values beyond float32, in which training computes, are refused at their place, unless what the file says of scaling brings them into range. */
import { describe, expect, test } from "vitest";
import { buildDataset } from "../../../src/engine/data/buildDataset.js";
import { assembleSource } from "../../../src/engine/data/readBytes.js";
import { readCsv } from "../../../src/engine/data/readCsv.js";
import { TableEncoder } from "../../../src/engine/data/stream/tableEncoder.js";
import type { RawTensor } from "../../../src/engine/data/table.js";
import type { DataConfig, LossConfig } from "../../../src/engine/training/config.js";
import { dataConfig, files } from "./testConfig.js";

const csv = (text: string) => readCsv({ file: "/data/a.csv", name: "a.csv", bytes: new TextEncoder().encode(text) }, []);
const whole = { validation: 0, test: 0, stratify: "auto", seed: 0 } as const;

function build(text: string, data: Partial<DataConfig> = {}, loss: LossConfig | null = null) {
  const config = dataConfig({ train: files("a.csv"), split: whole, ...data }, { loss });
  return buildDataset(config, { train: assembleSource([csv(text)], [{ name: "a.csv" }], null, config.data, "train"), validation: null, test: null }, "csv");
}

const rows = "a,b,label\n1,2,0\n3,1e39,1\n5,6,0\n";

describe("a number beyond float32", () => {
  test("is named with its line and column", () => {
    const location: unknown = expect.objectContaining({ file: "/data/a.csv", range: { start: { line: 3, column: 1 }, end: { line: 4, column: 1 } } });
    expect(() => build(rows)).toThrow(expect.objectContaining({ code: "value-too-large", location, message: 'a.csv, line 3, column "b": 1e+39 lies beyond float32 (at most 3.4e38), in which training computes. If the value is right, say scaling: standardize in data.' }));
  });

  test("is read where scaling, which is fitted in float64, brings it into range", () => {
    const { inputs } = build(rows, { scaling: { b: "minmax" } });
    expect([...inputs.data].map((value) => Math.fround(Number(value) + 1))).toEqual([2, 1, 4, 2, 6, 1]);
    expect(() => build(rows, { scaling: { a: "minmax" } })).toThrow(expect.objectContaining({ code: "value-too-large" }));
    expect(Array.from(build("a,label\n1e40,0\n255,1\n0,1\n", { scaling: "unit" }).inputs.data.slice(1), Number)).toEqual([1, 0]);
    expect(() => build("a,label\n1e42,0\n255,1\n", { scaling: "unit" })).toThrow(expect.objectContaining({ code: "value-too-large" }));
  });

  test("is named as a target", () => {
    const text = "a,y\n1,0.5\n2,-1e39\n3,1\n";
    expect(() => build(text, { task: "regression" }, { kind: "mse", arguments: {} })).toThrow(expect.objectContaining({ code: "value-too-large", message: expect.stringMatching(/line 3, column "y".*target_scaling/) }));
    expect(build(text, { task: "regression", targetScaling: "minmax" }).targets.data.length).toBe(3);
  });

  test("is named within an array, and where data are streamed", () => {
    const tensor: RawTensor = { kind: "tensor", dims: [3, 2], data: Float64Array.of(1, 2, 3, 4, 1e39, 5), origin: { describe: (row) => ({ text: `x.npy, example ${row}`, location: { file: "x.npy" } }) } };
    const labels = csv("label\n0\n1\n0\n");
    const config = dataConfig({ train: files("x.npy"), split: whole });
    expect(() => buildDataset(config, { train: { inputs: tensor, labels }, validation: null, test: null }, "npy")).toThrow(expect.objectContaining({ code: "value-too-large", message: expect.stringMatching(/^x\.npy, example 2: 1e\+39/) }));
    const encode = (scaling: DataConfig["scaling"]) => new TableEncoder({ inputs: ["a", "b"], targets: ["label"] }, { categorical: "auto", missing: "error", scaling }).encode(csv(rows));
    expect(() => encode("none")).toThrow(expect.objectContaining({ code: "value-too-large", message: expect.stringMatching(/line 3, column "b"/) }));
    expect(encode("standardize").values[3]).toBe(1e39);
  });
});
