import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DescentError } from "../../src/common/errors.js";
import type { DataConfig } from "../../src/engine/training/config.js";
import { loadDataset } from "../../src/files/loadDataset.js";
import { fileError } from "../../src/files/readFile.js";
import { loadMore } from "../../src/files/loadMore.js";
import { dataConfig, files } from "../engine/data/testConfig.js";

let folder: string;
const log = () => {};
const table = "x,label\n1,0\n2,1\n3,0\n4,1\n";
/** Two images of 2 x 2. */
const images = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
const labels = Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 1, 0]);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "descent-files-"));
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };
  write("a.csv", table);
  write("a.csv.gz", gzipSync(table));
  write("cut.csv.gz", gzipSync(table.repeat(1000)).subarray(0, 60));
  const damaged = gzipSync(table.repeat(1000));
  damaged[damaged.length - 6] ^= 0xff;
  write("damaged.csv.gz", damaged);
  write("empty.csv", "");
  write("empty.csv.gz", gzipSync(""));
  write("unknown.xyz", "1,2\n");
  write("parts/part-1.csv", "x,label\n1,0\n");
  write("parts/part-2.csv", "x,label\n2,1\n");
  write("parts/other.csv", "z,label\n2,1\n");
  write("parts/deep/part-3.csv", "x,label\n3,1\n");
  write("set/a.csv", "x,label\n1,0\n");
  write("set/b.csv", "x,label\n2,1\n");
  write("set/.hidden", "no");
  write("none/deeper/a.txt", "");
  write("toy-images-idx3-ubyte.gz", gzipSync(images));
  write("toy-labels-idx1-ubyte.gz", gzipSync(labels));
  write("short-idx1-ubyte", labels.subarray(0, 9));
  write("ragged.csv", "x,label\n1,0\n2\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = (data: Partial<DataConfig>) => loadDataset(dataConfig({ train: files("a.csv"), split: { validation: 0, test: 0, stratify: "auto", seed: 0 }, ...data }), { folder, log });
const inputsOf = async (...names: string[]) => Array.from((await load({ train: files(...names) })).inputs.data as Float32Array);

async function failure(data: Partial<DataConfig>): Promise<DescentError> {
  try {
    await load(data);
  } catch (error) {
    if (error instanceof DescentError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

describe("what names files", () => {
  test("a file, also compressed, also absolute", async () => {
    expect(await inputsOf("a.csv")).toEqual([1, 2, 3, 4]);
    expect(await inputsOf("a.csv.gz")).toEqual([1, 2, 3, 4]);
    expect(await inputsOf(path.join(folder, "a.csv"))).toEqual([1, 2, 3, 4]);
  });

  test("a glob, a list, a folder, in order", async () => {
    expect(await inputsOf("parts/part-*.csv")).toEqual([1, 2]);
    expect(await inputsOf("parts/part-?.csv")).toEqual([1, 2]);
    expect(await inputsOf("parts/part-[2-9].csv")).toEqual([2]);
    expect(await inputsOf("parts/**/part-*.csv")).toEqual([3, 1, 2]); // by path: deep/part-3.csv first
    expect(await inputsOf("parts/part-2.csv", "parts/part-1.csv")).toEqual([2, 1]);
    expect(await inputsOf("set")).toEqual([1, 2]);
  });

  test("images with the labels beside them, found by name or in one list", async () => {
    const byName = await load({ train: files("toy-images-idx3-ubyte.gz") });
    expect([byName.inputs.dims, Array.from(byName.targets.data as BigInt64Array, Number)]).toEqual([[2, 1, 2, 2], [1, 0]]);
    const listed = await load({ train: files("toy-images-idx3-ubyte.gz", "toy-labels-idx1-ubyte.gz") });
    expect(listed.targets).toEqual(byName.targets);
    const more = await loadMore(byName.reading, byName.scaling, ["toy-images-idx3-ubyte.gz"], folder);
    expect(more.inputs).toEqual(byName.inputs);
  });

  test("a validation file with labels of its own", async () => {
    const dataset = await load({ train: files("toy-images-idx3-ubyte.gz"), labels: "toy-labels-idx1-ubyte.gz", validation: files("toy-images-idx3-ubyte.gz") });
    expect([dataset.inputs.dims[0], Array.from(dataset.splits.validation), Array.from(dataset.targets.data as BigInt64Array, Number)]).toEqual([4, [2, 3], [1, 0, 1, 0]]);
  });
});

describe("what cannot be read has a code, the file and the key", () => {
  test.each([
    ["nowhere.csv", "file-missing"],
    ["a.csv/b.csv", "file-missing"],
    ["parts/*.xyz", "files-none"],
    ["none", "files-none"],
    ["empty.csv", "file-empty"],
    ["empty.csv.gz", "file-empty"],
    ["cut.csv.gz", "gzip-truncated"],
    ["damaged.csv.gz", "gzip-damaged"],
    ["short-idx1-ubyte", "file-truncated"],
    ["unknown.xyz", "format-unknown"],
    ["ragged.csv", "csv-ragged-row"],
    ["parts/*.csv", "column-unknown"],
  ])("%s: %s", async (name, code) => {
    const error = await failure({ train: files(name) });
    expect(error.code).toBe(code);
    expect(error.location.path).toBe("data.train");
    expect(error.location.file?.startsWith(folder)).toBe(true);
  });

  test("of validation data and of labels, their own key", async () => {
    expect((await failure({ validation: files("nowhere.csv") })).location.path).toBe("data.validation");
    expect(await failure({ train: files("toy-images-idx3-ubyte.gz"), labels: "nowhere.gz" })).toMatchObject({ code: "file-missing", location: { path: "data.labels" } });
  });

  test("a folder where labels belong", async () => {
    expect((await failure({ train: files("toy-images-idx3-ubyte.gz"), labels: "none" })).code).toBe("files-none");
  });

  test.each([["EACCES", "file-permission"], ["EPERM", "file-permission"], ["EISDIR", "file-is-folder"], ["EIO", "file-unreadable"]])("the system's %s: %s", (system, code) => {
    expect(fileError(Object.assign(new Error("refused"), { code: system }), "/a.csv", "a.csv")).toMatchObject({ code, location: { file: "/a.csv" } });
  });

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("a file that may not be read", async () => {
    writeFileSync(path.join(folder, "secret.csv"), table);
    chmodSync(path.join(folder, "secret.csv"), 0);
    expect((await failure({ train: files("secret.csv") })).code).toBe("file-permission");
  });
});
