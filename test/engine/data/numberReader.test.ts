/** Numbers read from bytes are those that `Number` reads from text, to the bit. */
import { expect, test } from "vitest";
import { NumberReader } from "../../../src/engine/data/numberReader.js";
import { readCsv } from "../../../src/engine/data/readCsv.js";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function rowOf(text: string, width: number): number[] | null {
  const bytes = bytesOf(text);
  const values = new Float64Array(width);
  return new NumberReader(bytes).row(0, bytes.length, 0x2c, values) ? [...values] : null;
}

test.each(["0", "-0", "007", "5.", ".5", "-.5", "+3", "1e22", "1e23", "1e-22", "1e-23", "123456789012345", "1234567890123456", "9007199254740993", "0.1234567890123456789", "0.000000000000000000000012345", "1E+5", "3.14e-7", "4.9e-324", "1.7976931348623157e308", " 7 ", "-12.50000000000000000000"])("%s", (text) => {
  expect(rowOf(text, 1)).toEqual([Number(text)]);
});

test("what is no plain number is left to others, gaps are NaN, cells are counted", () => {
  for (const text of ["-", ".", "+.", "1e", "1e+", "--1", "1_0", "0x10", "Infinity", "nan", "1e999", "1 2", "a", "1,2", "1,2,3,4"]) expect(rowOf(text, text.includes(",") ? 3 : 1)).toBeNull();
  expect(rowOf("1,,3", 3)).toEqual([1, Number.NaN, 3]);
  expect(rowOf(",  ,", 3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

test("random decimals, and doubles written out, to the bit", () => {
  let seed = 12345;
  const random = (): number => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  for (let i = 0; i < 20_000; i++) {
    const digits = Math.floor(random() * 18) + 1;
    const value = (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20);
    const text = [value.toPrecision(digits), value.toExponential(digits), String(value), value.toFixed(Math.min(digits, 12))][i % 4];
    expect(Object.is(rowOf(text, 1)?.[0], Number(text))).toBe(true);
  }
});

test("a file is the same whether it is read from bytes or, for a quote, as text", () => {
  const rows = ["1,2.5,red", "-3e-2, 4 ,", "NA,,blue", "0x10,7,green", "", "1e-400,12345678901234567890,x"];
  const table = (text: string) => readCsv({ file: "/f.csv", name: "f.csv", bytes: bytesOf(text) }, []);
  for (const end of ["\n", "\r\n"]) {
    const plain = table(`a,b,c${end}${rows.join(end)}${end}`);
    const quoted = table(`a,b,"c"${end}${rows.join(end)}${end}`);
    expect(plain.columns).toEqual(quoted.columns);
    expect(plain.rows).toBe(5);
    expect(Array.from({ length: 5 }, (_, row) => plain.origin.describe(row).text)).toEqual(["f.csv, line 2", "f.csv, line 3", "f.csv, line 4", "f.csv, line 5", "f.csv, line 7"]);
  }
  expect(() => table("a,b\n1,2\n1,inf\n")).toThrow('f.csv, line 3, column "b": inf is no finite number.');
  expect(() => table("a,b\n1,2\n\n1\n")).toThrow("f.csv, line 4: 1 columns where the first row has 2.");
});
