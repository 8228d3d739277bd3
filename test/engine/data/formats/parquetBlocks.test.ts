/** Large row groups are read in parts: the parts are the whole. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sourceOfBytes } from "../../../../src/engine/data/formats/byteSource.js";
import { openParquet } from "../../../../src/engine/data/formats/readParquet.js";
import { joinTables, type Table } from "../../../../src/engine/data/table.js";

const folder = path.join(import.meta.dirname, "../../../fixtures/formats");

async function read(name: string, most: number, cells?: number): Promise<{ readonly blocks: number; readonly table: Table }> {
  const file = path.join(folder, name);
  const blocks: Table[] = [];
  for await (const block of (await openParquet(sourceOfBytes({ file, name, bytes: new Uint8Array(readFileSync(file)) }), (names) => names, most, cells)).blocks()) blocks.push(block);
  return { blocks: blocks.length, table: joinTables(blocks) };
}

test.each(["none", "snappy", "gzip", "brotli", "zstd", "lz4", "plain-v1", "pages-v2"])("%s.parquet in parts of a few rows", async (codec) => {
  for (const most of [Infinity, 7]) {
    const [whole, parts] = [await read(`${codec}.parquet`, most), await read(`${codec}.parquet`, most, 12)];
    expect(parts.blocks).toBeGreaterThan(whole.blocks);
    expect(parts.table.rows).toBe(whole.table.rows);
    expect(parts.table.columns).toEqual(whole.table.columns);
    const rows = Array.from({ length: whole.table.rows }, (_, row) => row);
    expect(rows.map((row) => parts.table.origin.describe(row).text)).toEqual(rows.map((row) => whole.table.origin.describe(row).text));
  }
});
