import path from "node:path";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../src/engine/data/readCsv.js";
import { lookAtFile } from "../../../src/files/lookAtFile.js";
import { readHead } from "../../../src/files/readHead.js";
import { lookAtImages, lookAtTable } from "../../../src/host/newFile/lookAtData.js";

const examples = path.resolve(import.meta.dirname, "../../../examples/data");
const table = (text: string) => readCsv({ file: "a.csv", name: "a.csv", bytes: new TextEncoder().encode(text) }, []);

describe("lookAtTable", () => {
  it("takes text and few whole numbers for classes, other numbers for quantities", () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i * 0.5},${i % 3},${i % 2 ? "cat" : "dog"}`);
    const look = lookAtTable(table(["size,count,kind", ...rows].join("\n")));
    expect(look.columns.map(({ name, task, values, isText }) => ({ name, task, values, isText }))).toEqual([
      { name: "size", task: "regression", values: 50, isText: false },
      { name: "count", task: "classification", values: 3, isText: false },
      { name: "kind", task: "classification", values: 2, isText: true },
    ]);
    expect(look.target).toBe("kind");
  });

  it("takes a column called label for the target", () => {
    const look = lookAtTable(table("label,x\n0,1\n1,2\n"));
    expect([look.target, look.rows]).toEqual(["label", 2]);
  });
});

describe("real files", () => {
  it("digits.csv: 10 classes in the column label", async () => {
    const found = await lookAtFile(path.join(examples, "digits.csv"));
    if (found.kind !== "table") throw new Error("no table");
    const look = lookAtTable(found.table);
    expect(look.columns.find(({ name }) => name === look.target)).toEqual({ name: "label", task: "classification", values: 10, isText: false });
  });

  it("MNIST: 28 x 28, 10 classes, from compressed files", async () => {
    const images = await readHead(path.join(examples, "t10k-images-idx3-ubyte.gz"), 1024);
    expect([images.bytes.length, images.whole]).toEqual([1024, false]);
    const labels = await readHead(path.join(examples, "t10k-labels-idx1-ubyte.gz"), 100_000);
    expect([labels.bytes.length, labels.whole]).toEqual([10_008, true]);
    expect(lookAtImages(images.bytes, labels.bytes)).toEqual({ shape: [28, 28], classes: 10 });
  });

  it("a missing file is named", async () => {
    await expect(readHead(path.join(examples, "nowhere.csv"), 10)).rejects.toMatchObject({ code: "file-missing" });
  });
});
