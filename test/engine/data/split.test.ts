import fc from "fast-check";
import { expect, test } from "vitest";
import { splitRows } from "../../../src/engine/data/split.js";

const fractions = { validation: 0.1, test: 0.1, seed: 0 };
const sizes = ({ train, validation, test: testPart }: ReturnType<typeof splitRows>) => [train.length, validation.length, testPart.length];

test("sizes are rounded, halves up; small data may have empty parts", () => {
  expect(sizes(splitRows(1000, fractions, null))).toEqual([800, 100, 100]);
  expect(sizes(splitRows(15, fractions, null))).toEqual([11, 2, 2]);
  expect(sizes(splitRows(4, fractions, null))).toEqual([4, 0, 0]);
  expect(sizes(splitRows(1, { ...fractions, validation: 0.5 }, null))).toEqual([1, 0, 0]);
});

test("the same seed draws the same split, another one another", () => {
  const drawn = splitRows(100, fractions, null);
  expect(splitRows(100, fractions, null)).toEqual(drawn);
  expect(splitRows(100, { ...fractions, seed: 1 }, null).validation).not.toEqual(drawn.validation);
  expect(Array.from(drawn.validation)).not.toEqual(Array.from({ length: 10 }, (_, i) => i));
});

test("stratified: every class gives its share", () => {
  const classes = Int32Array.from({ length: 1000 }, (_, i) => (i < 700 ? 0 : i < 970 ? 1 : 2));
  const { train, validation, test: testPart } = splitRows(1000, { validation: 0.2, test: 0.1, seed: 3 }, classes);
  const count = (rows: Int32Array) => [0, 1, 2].map((index) => rows.filter((row) => classes[row] === index).length);
  expect(count(testPart)).toEqual([70, 27, 3]);
  expect(count(validation)).toEqual([140, 54, 6]);
  expect(count(train)).toEqual([490, 189, 21]);
});

test("without replacement, nothing lost, sizes kept, every class keeps a training row", () => {
  fc.assert(fc.property(
    fc.array(fc.nat(4), { minLength: 1, maxLength: 80 }), fc.double({ min: 0, max: 0.45, noNaN: true }), fc.double({ min: 0, max: 0.45, noNaN: true }), fc.nat(), fc.boolean(),
    (labels, validation, testFraction, seed, stratify) => {
      const classes = Int32Array.from(labels);
      const split = splitRows(labels.length, { validation, test: testFraction, seed }, stratify ? classes : null);
      const all = [...split.train, ...split.validation, ...split.test];
      expect(all.sort((a, b) => a - b)).toEqual(labels.map((_, row) => row));
      if (stratify) for (const label of new Set(labels)) expect(split.train.some((row) => classes[row] === label)).toBe(true);
      else expect(split.test.length).toBe(Math.min(labels.length - 1, Math.floor(labels.length * testFraction + 0.5)));
    },
  ));
});

test("folds share the test split, hold every other row once, and each class in proportion", () => {
  fc.assert(fc.property(fc.array(fc.nat(3), { minLength: 12, maxLength: 90 }), fc.integer({ min: 2, max: 6 }), fc.nat(), fc.boolean(), (labels, of, seed, stratify) => {
    const classes = Int32Array.from(labels);
    const folds = Array.from({ length: of }, (_, index) => splitRows(labels.length, { validation: 0.1, test: 0.2, seed, fold: { index, of } }, stratify ? classes : null));
    const held = folds.flatMap(({ validation }) => [...validation]);
    expect([...held, ...folds[0].test].sort((a, b) => a - b)).toEqual(labels.map((_, row) => row));
    for (const { train, validation, test: testPart } of folds) {
      expect(testPart).toEqual(folds[0].test);
      expect(train.length + validation.length + testPart.length).toBe(labels.length);
      expect(Math.abs(validation.length - held.length / of)).toBeLessThan(1);
      if (stratify) for (const label of new Set(labels)) {
        const own = (rows: ArrayLike<number>) => Array.from(rows).filter((row) => classes[row] === label).length;
        expect(Math.abs(own(validation) - own(held) / of)).toBeLessThan(1);
      }
    }
  }), { numRuns: 60 });
});

test("more folds than examples are refused", () => {
  expect(() => splitRows(4, { ...fractions, fold: { index: 0, of: 5 } }, null)).toThrowError(expect.objectContaining({ code: "folds-too-many" }));
});
