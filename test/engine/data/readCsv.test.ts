import fc from "fast-check";
import { expect, test } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { readCsv } from "../../../src/engine/data/readCsv.js";

const read = (text: string, known: string[] = []) => readCsv({ file: "/data/a.csv", name: "a.csv", bytes: new TextEncoder().encode(text) }, known);
const failure = (text: string): DescentError => { try { read(text); } catch (error) { return error as DescentError; } throw new Error("was read"); };
const names = (text: string, known: string[] = []) => read(text, known).columns.map(({ name }) => name);

test("a first row without numbers is the header", () => {
  const { columns, rows } = read("a, b\n1,2\n3,4\n");
  expect(rows).toBe(2);
  expect(columns.map(({ name, numbers }) => [name, Array.from(numbers)])).toEqual([["a", [1, 3]], ["b", [2, 4]]]);
});

test("a first row with numbers is data, unless it holds a known name", () => {
  expect(names("5.1,3.5,setosa\n4.9,3,setosa")).toEqual(["column1", "column2", "column3"]);
  expect(names("0,1,target\n4.9,3,1")).toEqual(["0", "1", "target"]);
  expect(names("0,1,species\n4.9,3,1", ["species"])).toEqual(["0", "1", "species"]);
});

test("separators, quotes, a byte order mark, Windows line ends, empty lines", () => {
  expect(names("a;b\n1;2")).toEqual(["a", "b"]);
  expect(names("a\tb\n1\t2")).toEqual(["a", "b"]);
  expect(names("\uFEFFa,b\r\n1,2\r\n\r\n3,4\r\n")).toEqual(["a", "b"]);
  const { columns } = read('name,x\n"Smith, ""J""\nof York",2\nplain,3');
  expect(columns[0].texts).toEqual(['Smith, "J"\nof York', "plain"]);
});

test("UTF-16 as spreadsheets write it", () => {
  const { columns } = readCsv({ file: "/data/a.csv", name: "a.csv", bytes: Buffer.from("\uFEFFgr\u00f6\u00dfe\ty\n1\t2\n", "utf16le") }, []);
  expect(columns.map(({ name }) => name)).toEqual(["gr\u00f6\u00dfe", "y"]);
});

test("numbers, missing values and text", () => {
  const { columns } = read("x\n1e-3\n -2.5 \n\"\"\nNaN\nN/A\n0x10\nred\n+7");
  expect(Array.from(columns[0].numbers)).toEqual([0.001, -2.5, NaN, NaN, NaN, NaN, NaN, 7]);
  expect(columns[0].texts?.[5]).toBe("0x10");
  expect(columns[0].texts?.[6]).toBe("red");
  expect([2, 3, 4].map((row) => columns[0].texts?.[row])).toEqual([undefined, undefined, undefined]);
});

test("places name the line in the file, also after quoted line ends", () => {
  const table = read('name,x\n"two\nlines",1\nb,2');
  expect(table.origin.describe(1).text).toBe("a.csv, line 4");
  expect(table.origin.describe(1).location.range?.start.line).toBe(4);
});

test("a ragged row names its line and both column counts", () => {
  const { code, message, location } = failure("a,b,c\n1,2,3\n4,5\n");
  expect(code).toBe("csv-ragged-row");
  expect(message).toBe("a.csv, line 3: 2 columns where the first row has 3.");
  expect(location).toMatchObject({ file: "/data/a.csv", range: { start: { line: 3 } } });
});

test("what else is wrong has a code", () => {
  expect(failure("a,b\n1,inf").code).toBe("value-not-finite");
  expect(failure("a,b\n1,1e999").message).toBe('a.csv, line 2, column "b": 1e999 is no finite number.');
  expect(failure("a,a\n1,2").code).toBe("column-duplicate");
  expect(failure("a,b\n").code).toBe("file-empty");
  expect(failure('a,b\n1,"2').code).toBe("csv-quote");
});

test("a quote that breaks the rules is named on the line where it opens", () => {
  const rest = "1,2\n".repeat(5);
  const told = (text: string): [number, string] => { const { code, message, location } = failure(text); expect(code).toBe("csv-quote"); return [location.range!.start.line, message]; };
  expect(told(`a,b\n1,2\n3,"4\n${rest}`)).toEqual([3, "a.csv, line 3: a quote opens a cell here and is never closed; a quote within a quoted cell is written twice."]);
  expect(told(`a,b\r\n"x\r\ny",2\r\n3,"4\r\n${rest}`)[0]).toBe(4);
  expect(told(`a,b\n"x ""q""",2\n3,"4\n${rest}5,"6\n`)).toEqual([3, "a.csv, line 3: a quote opens a cell here and closes on line 9, in the middle of another; a quote within a quoted cell is written twice."]);
  expect(told(`a,b\n1,"2"x\n${rest}`)).toEqual([2, "a.csv, line 2: a quote opens a cell here and closes before its end; a quote within a quoted cell is written twice."]);
  expect(told(`a,b\n1,2\ngr"een,4\n${rest}`)[1]).toMatch(/line 3: a quote stands within a cell that does not begin with one/);
});

test("any text is read or refused with a code", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."ab,;\"\n\r\t1.e-x "), maxLength: 30 }), (text) => {
    try {
      const { columns, rows } = read(text);
      for (const { numbers } of columns) expect(numbers.length).toBe(rows);
    } catch (error) {
      expect(error).toBeInstanceOf(DescentError);
    }
  }));
});

test("text without quotes, which is split directly, reads as quoted text does", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."ab,\n\r1.e-x "), maxLength: 40 }), (text) => {
    const outcome = (source: string) => {
      try {
        const { columns, rows, origin } = read(source);
        return { columns, places: Array.from({ length: rows }, (_, row) => origin.describe(row).text) };
      } catch (error) {
        return (error as DescentError).toJSON();
      }
    };
    const quoted = outcome(`first,"second"\n${text}`);
    expect(outcome(`first,second\n${text}`)).toEqual(quoted);
  }), { numRuns: 500 });
});

test("numbers come back as they were written", () => {
  fc.assert(fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
    expect(Array.from(read(`x\n${values.map(String).join("\n")}\n`).columns[0].numbers)).toEqual(values.map((value) => Number(String(value))));
  }));
});
