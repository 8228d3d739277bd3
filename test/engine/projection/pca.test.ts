import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { principalComponents } from "../../../src/engine/projection/pca.js";
import { symmetricEigen } from "../../../src/engine/projection/symmetricEigen.js";
import { projectionWasm } from "./projectionWasm.js";

const root = path.join(import.meta.dirname, "../../..");
/** scikit-learn's PCA: see make.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(root, "test/fixtures/projection/projection.json"), "utf8"));

let wasm: WebAssembly.Module;
beforeAll(async () => { wasm = await projectionWasm(); });

test("narrow points: scikit-learn's components and signs, to ten digits", () => {
  const lines = readFileSync(path.join(root, "examples/data/digits.csv"), "utf8").trim().split("\n").slice(1, 1001);
  const data = Float32Array.from(lines.flatMap((line) => line.split(",").slice(0, 64).map(Number)));
  const { components, variances, scores, count } = principalComponents(wasm, { data, rows: 1000, width: 64 }, 3);
  expect(count).toBe(3);
  variances.forEach((value, i) => expect(value / fixture.narrow.variances[i]).toBeCloseTo(1, 10));
  components.forEach((value, i) => expect(value).toBeCloseTo(fixture.narrow.first[i], 8));
  const first = Array.from({ length: 1000 }, (_, i) => scores[3 * i]);
  expect(first.reduce((sum, value) => sum + value * value, 0) / 999).toBeCloseTo(variances[0], 2);
});

test("wide points, more values than points: scikit-learn's components, to four digits", () => {
  const { components, variances, scores } = principalComponents(wasm, { data: Float32Array.from(fixture.wide.points), rows: 40, width: 300 }, 3);
  variances.forEach((value, i) => expect(value / fixture.wide.variances[i]).toBeCloseTo(1, 5));
  components.forEach((value, i) => expect(Math.abs(value - fixture.wide.components[i])).toBeLessThan(2e-4));
  const mean = (k: number) => Array.from({ length: 40 }, (_, i) => fixture.wide.points[i * 300 + k] as number).reduce((sum, value) => sum + value, 0) / 40;
  const means = Array.from({ length: 300 }, (_, k) => mean(k));
  for (let i = 0; i < 40; i++) {
    for (let c = 0; c < 3; c++) expect(scores[i * 3 + c]).toBeCloseTo(means.reduce((sum, m, k) => sum + (fixture.wide.points[i * 300 + k] - m) * components[c * 300 + k], 0), 3);
  }
});

test("as many components as there are, and zero variance for constant points", () => {
  expect(principalComponents(wasm, { data: Float32Array.of(1, 2, 3, 5), rows: 2, width: 2 }, 5).count).toBe(1);
  const constant = principalComponents(wasm, { data: new Float32Array(600 * 3).fill(7), rows: 3, width: 600 }, 2);
  expect(Array.from(constant.variances)).toEqual([0, 0]);
  expect(constant.scores.every((value) => value === 0)).toBe(true);
});

test("eigenvectors of a symmetric matrix", () => {
  const matrix = Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 5);
  const { values, vectors } = symmetricEigen(matrix, 3);
  [5, 3, 1].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 12));
  for (let i = 0; i < 3; i++) {
    for (let row = 0; row < 3; row++) {
      const product = matrix.subarray(3 * row, 3 * row + 3).reduce((sum, m, k) => sum + m * vectors[3 * i + k], 0);
      expect(product).toBeCloseTo(values[i] * vectors[3 * i + row], 12);
    }
  }
});
