/** Files written by numpy, pandas, pyarrow and safetensors (test/fixtures/formats/make.py) read as those libraries have them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { DescentError } from "../../../../src/common/errors.js";
import { detectFormat } from "../../../../src/engine/data/formats/detect.js";
import { readSource, type ReadingConfig } from "../../../../src/engine/data/readBytes.js";
import type { NamedBytes, RawSource, RawTensor, Table } from "../../../../src/engine/data/table.js";

const folder = path.join(import.meta.dirname, "../../../fixtures/formats");
interface Expected {
  readonly x: readonly number[][];
  readonly labels: readonly number[];
  readonly images: readonly number[];
  readonly steps: readonly number[];
  readonly bfloat16: readonly number[];
  readonly npy: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: readonly number[] }>>;
  readonly table: Readonly<Record<string, Readonly<Record<string, number | string | boolean | null>>>>;
}
const expected = JSON.parse(readFileSync(path.join(folder, "expected.json"), "utf8")) as Expected;
const bytesOf = (name: string): NamedBytes => ({ file: path.join(folder, name), name, bytes: new Uint8Array(readFileSync(path.join(folder, name))) });
const read = (name: string, data: Partial<ReadingConfig> = {}, labels: string | null = null): Promise<RawSource> =>
  readSource([bytesOf(name)], labels === null ? null : bytesOf(labels), { format: "auto", inputs: null, target: null, ...data });
const tensor = async (name: string, data: Partial<ReadingConfig> = {}): Promise<RawTensor> => (await read(name, data)).inputs as RawTensor;
const flat = expected.x.flat();
const cellsOf = (table: Table, name: string) => {
  const column = table.columns.find((candidate) => candidate.name === name)!;
  return Array.from(column.numbers, (number, row) => column.texts?.[row] ?? (Number.isNaN(number) ? null : number));
};

async function failure(reading: Promise<unknown>): Promise<DescentError> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof DescentError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

describe("npy", () => {
  test.each(Object.keys(expected.npy))("%s as numpy has it", async (name) => {
    const { dims, data } = await tensor(`${name}.npy`);
    expect([dims, Array.from(data)]).toEqual([expected.npy[name].dims, expected.npy[name].data]);
  });

  test("a header of version 2; integers keep their kind, 64-bit ones that fit become int32", async () => {
    expect(Array.from((await tensor("version2.npy")).data)).toEqual(flat.map(Math.fround));
    expect((await tensor("i8.npy")).data).toBeInstanceOf(Int32Array);
    expect((await tensor("u2.npy")).data).toBeInstanceOf(Uint16Array);
  });

  test("text is labels", async () => {
    const { labels } = await read("f8.npy", {}, "text.npy");
    expect(cellsOf(labels as Table, "label")).toEqual(["b", "ä", "b", "long text"]);
    expect(cellsOf((await read("f8.npy", {}, "bytes.npy")).labels as Table, "label")).toEqual(["b", "a"]);
  });

  test("objects and records are refused with what to do", async () => {
    expect(await failure(read("object.npy"))).toMatchObject({ code: "npy-type", message: expect.stringContaining("dtype=object") as string });
    expect(await failure(read("records.npy"))).toMatchObject({ code: "npy-type" });
  });
});

describe("npz", () => {
  test("stored and deflated arrays by their usual names", async () => {
    const { inputs, labels } = await read("stored.npz");
    expect(Array.from((inputs as RawTensor).data)).toEqual(flat);
    expect(cellsOf(labels as Table, "label")).toEqual(expected.labels);
    expect((await tensor("deflated.npz")).dims).toEqual([12, 60]);
  });

  test("names that end in a part belong to it", async () => {
    const file = [bytesOf("parts.npz")];
    const data = { format: "auto", inputs: null, target: null } as const;
    expect(((await readSource(file, null, data, "train")).inputs as RawTensor).dims).toEqual([12, 2, 2]);
    expect(((await readSource(file, null, data, "test")).inputs as RawTensor).dims).toEqual([4, 2, 2]);
    expect((await readSource(file, null, { ...data, inputs: ["x"], target: ["y"] }, "test")).labels).toMatchObject({ rows: 4 });
  });

  test("targets of any shape stay tensors", async () => {
    const { labels } = await read("steps.npz");
    expect([(labels as RawTensor).dims, Array.from((labels as RawTensor).data)]).toEqual([[12, 4], expected.steps]);
    expect((await read("maps.npz")).labels).toMatchObject({ kind: "tensor", dims: [12, 2, 2] });
  });

  test("a name that is not there is told with those that are", async () => {
    expect(await failure(read("stored.npz", { inputs: ["pixels"] }))).toMatchObject({ code: "column-unknown", message: expect.stringContaining("x, y") as string, location: { path: "data.inputs" } });
  });
});

describe("safetensors", () => {
  test("inputs and label by name", async () => {
    const { inputs, labels } = await read("pair.safetensors");
    expect(Array.from((inputs as RawTensor).data)).toEqual(flat.map(Math.fround));
    expect(cellsOf(labels as Table, "label")).toEqual(expected.labels);
  });

  test("half floats, bfloat16 and booleans; several arrays are columns side by side", async () => {
    expect(Array.from((await tensor("types.safetensors", { inputs: ["x"] })).data)).toEqual(expected.bfloat16);
    expect(Array.from((await tensor("types.safetensors", { inputs: ["half"] })).data)).toEqual(expected.npy.f2.data);
    const { inputs } = await read("types.safetensors", { inputs: ["x", "flag"] });
    expect((inputs as Table).columns.map(({ name }) => name)).toEqual(["x1", "x2", "x3", "flag1", "flag2", "flag3"]);
    expect(cellsOf(inputs as Table, "flag1")).toEqual(expected.x.map(([value]) => Number(value > 0)));
  });
});

describe("tables", () => {
  const names = ["a", "whole", "small", "flag", "colour", "gap", "label"];
  const written = (name: string) => Object.values(expected.table[name]).map((cell) => (typeof cell === "boolean" ? Number(cell) : cell));
  const files = [
    ...["none", "snappy", "gzip", "brotli", "zstd", "lz4", "plain-v1", "pages-v2"].map((name) => `${name}.parquet`),
    "uncompressed.feather", "lz4.feather", "zstd.feather", "table.arrow", "dictionary.arrow", "table.jsonl",
  ];
  test.each(files)("%s holds the table that pandas wrote", async (name) => {
    const { inputs } = await read(name);
    const table = inputs as Table;
    expect(table.columns.map((column) => column.name)).toEqual(names);
    for (const column of names) {
      const cells = cellsOf(table, column);
      if (column === "small") expect(cells.map((cell) => Math.fround(cell as number))).toEqual(written(column).map((cell) => Math.fround(cell as number)));
      else expect(cells.map((cell) => (typeof cell === "number" ? Number(cell.toFixed(12)) : cell))).toEqual(written(column).map((cell) => (typeof cell === "number" ? Number(cell.toFixed(12)) : cell)));
    }
    expect(table.origin.describe(0).text).toBe(`${name}, ${name.endsWith("jsonl") ? "line" : "row"} 1`);
  });

  test("LZ4 blocks that refer to earlier ones", async () => {
    const { inputs } = await read("linked.feather");
    expect(cellsOf(inputs as Table, "a")).toEqual(Array.from({ length: 60000 }, (_, row) => Math.floor(row / 300)));
  });

  test("an index of pandas beside the data is left out unless it is named", async () => {
    expect(((await read("index-level.parquet")).inputs as Table).columns.map((column) => column.name)).toEqual(names);
    expect(((await read("indexed.parquet")).inputs as Table).columns.map((column) => column.name)).toContain("whole");
  });

  test("only the columns that are asked for are read, and only as many rows", async () => {
    const { inputs } = await read("snappy.parquet", { inputs: ["a", "s*"], target: ["label"], limit: 7 });
    expect([(inputs as Table).rows, (inputs as Table).columns.map((column) => column.name)]).toEqual([7, ["a", "small", "label"]]);
    expect(((await read("lz4.feather", { limit: 3 })).inputs as Table).rows).toBe(3);
    expect(((await read("table.jsonl", { limit: 3 })).inputs as Table).rows).toBe(3);
  });

  test.each(["nested.parquet", "nested.feather"])("%s: a nested column is named, and no error where it is left out", async (name) => {
    expect(await failure(read(name))).toMatchObject({ code: "column-nested", message: expect.stringContaining('"list"') as string });
    expect(await failure(read(name, { inputs: ["a", "when"] }))).toMatchObject({ code: "column-type", message: expect.stringContaining('"when"') as string });
    expect(((await read(name, { inputs: ["a"] })).inputs as Table).columns.map((column) => column.name)).toEqual(["a", "label"]);
  });
});

describe("JSON lines", () => {
  const jsonl = (text: string) => readSource([{ file: "/data/a.jsonl", name: "a.jsonl", bytes: new TextEncoder().encode(text) }], null, { format: "auto", inputs: null, target: null });

  test("lists are tensors", async () => {
    const { inputs, labels } = await read("lists.jsonl");
    expect([(inputs as RawTensor).dims, Array.from((inputs as RawTensor).data)]).toEqual([[12, 2, 2], expected.images]);
    expect(cellsOf(labels as Table, "label")).toEqual(expected.labels.map((label) => "abc"[label]));
  });

  test("a field that a line lacks is missing there; empty lines count for nothing", async () => {
    const { inputs } = await jsonl('{"a": 1, "label": 0}\n\n{"label": 1, "b": true}\r\n');
    expect(["a", "label", "b"].map((name) => cellsOf(inputs as Table, name))).toEqual([[1, null], [0, 1], [null, 1]]);
  });

  test.each([
    ['{"a": 1}\n{"a": \n', "jsonl-line", "line 2"], ['{"a": 1}\n[1]\n', "jsonl-line", "line 2"], ['{"a": {"b": 1}}', "column-nested", '"a"'],
    ['{"x": [1, 2], "label": 0}\n{"x": [1], "label": 0}', "shapes-differ", "line 2"], ['{"x": [1, null], "label": 0}', "value-missing", "line 1"], ['{"x": [1, "2"], "label": 0}', "text-in-numbers", "line 1"],
    ['{"x": [1, 2], "label": 0}\n{"label": 0}', "value-missing", "line 2"],
  ])("%j: %s", async (text, code, where) => {
    expect(await failure(jsonl(text))).toMatchObject({ code, message: expect.stringContaining(where) as string });
  });
});

describe("the format is told by the first bytes, whatever the name", () => {
  test.each([["f8.npy", "npy"], ["stored.npz", "npz"], ["pair.safetensors", "safetensors"], ["zstd.parquet", "parquet"], ["lz4.feather", "arrow"], ["table.arrow", "arrow"], ["table.jsonl", "jsonl"]])("%s is %s", (name, format) => {
    expect(detectFormat({ ...bytesOf(name), name: "data.bin" }, "auto")).toBe(format);
  });

  test("nothing known", () => {
    expect(() => detectFormat({ file: "/a", name: "a.bin", bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) }, "auto")).toThrow(expect.objectContaining({ code: "format-unknown" }));
  });
});

describe("a broken file is an error with a code that names it, never a crash or a hang", () => {
  const names = ["f8.npy", "fortran3.npy", "stored.npz", "deflated.npz", "pair.safetensors", "snappy.parquet", "gzip.parquet", "brotli.parquet", "zstd.parquet", "lz4.parquet", "pages-v2.parquet", "lz4.feather", "zstd.feather", "uncompressed.feather", "table.arrow", "dictionary.arrow"];
  const formatOf = (name: string) => detectFormat(bytesOf(name), "auto");
  const readBroken = async (name: string, bytes: Uint8Array): Promise<string> => {
    const before = performance.now();
    try {
      await readSource([{ file: `/data/${name}`, name, bytes }], null, { format: formatOf(name), inputs: null, target: null });
      return "read";
    } catch (error) {
      if (!(error instanceof DescentError)) throw error;
      expect(error.message).toContain(name);
      return error.code;
    } finally {
      expect(performance.now() - before).toBeLessThan(30_000);
    }
  };

  test.each(names)("%s cut off anywhere", async (name) => {
    const { bytes } = bytesOf(name);
    const step = Math.max(1, Math.floor(bytes.length / 40));
    for (let length = 1; length < bytes.length; length += step) expect(await readBroken(name, bytes.slice(0, length)), `${length} bytes`).not.toBe("read");
  }, 60_000);

  test.each(names)("%s with bytes turned over", async (name) => {
    const { bytes } = bytesOf(name);
    let random = 1;
    for (let trial = 0; trial < 50; trial++) {
      const broken = bytes.slice();
      for (let flips = 0; flips < 3; flips++) {
        random = (Math.imul(random, 1103515245) + 12345) >>> 0;
        broken[random % broken.length] ^= 1 << (random % 8);
        random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      }
      await readBroken(name, broken);
    }
  }, 60_000);
});
