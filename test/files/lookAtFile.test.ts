/** What the editor sees of files of every format, from their beginnings. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, cpSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lookAtFile } from "../../src/files/lookAtFile.js";

const fixtures = path.join(import.meta.dirname, "../fixtures");
let folder: string;
beforeAll(() => { folder = mkdtempSync(path.join(tmpdir(), "descent-look-")); });
afterAll(() => rmSync(folder, { recursive: true }));

test.each(["table.csv", "table.jsonl", "zstd.parquet", "lz4.feather", "table.arrow"])("%s: the columns of a table", async (name) => {
  const look = await lookAtFile(path.join(fixtures, "formats", name));
  if (look.kind !== "table") throw new Error(`taken for ${look.kind}`);
  expect(look.table.columns.map((column) => column.name)).toEqual(expect.arrayContaining(["a", "label"]));
  expect(look.table.rows).toBeGreaterThan(0);
});

test.each([
  ["stored.npz", ["x", "y"]],
  ["deflated.npz", ["x", "y"]],
  ["pair.safetensors", ["label", "x"]],
  ["lists.jsonl", ["label", "pixels"]],
  ["f4.npy", [""]],
])("%s: arrays by name, with their shapes", async (name, names) => {
  const look = await lookAtFile(path.join(fixtures, "formats", name));
  if (look.kind !== "arrays") throw new Error(`taken for ${look.kind}`);
  expect(look.arrays.map((array) => array.name).sort()).toEqual(names);
  for (const { dims } of look.arrays) expect(dims[0]).toBe(12);
});

test("a text, and a folder a class", async () => {
  writeFileSync(path.join(folder, "story.txt"), "Once upon a time, there was a fox.\nIt ran.\n");
  expect(await lookAtFile(path.join(folder, "story.txt"))).toEqual({ kind: "text", bytes: 44 - 1 });
  for (const label of ["cat", "dog"]) {
    mkdirSync(path.join(folder, "pets", label), { recursive: true });
    writeFileSync(path.join(folder, "pets", label, "1.png"), "not looked into");
  }
  expect(await lookAtFile(path.join(folder, "pets"))).toEqual({ kind: "images", classes: ["cat", "dog"], count: 2 });
  cpSync(path.join(fixtures, "formats/f4.npy"), path.join(folder, "array.npy"));
  await expect(lookAtFile(path.join(folder, "none.csv"))).rejects.toMatchObject({ code: "file-missing" });
});
