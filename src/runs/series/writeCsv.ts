import fs from "node:fs";
import type { CurveStore } from "./curveStore.js";

/** Text written at once. */
const blockLength = 1 << 16;

/**
 * Writes curves as CSV, every point: `step,wall_time,tag,value`, a row a point, tag after tag; numbers as JavaScript prints them, so that reading gives
 * them back exactly. Tags with commas or quotes are quoted (RFC 4180). Throws what the file system throws.
 */
export async function writeCsv(store: CurveStore, tags: readonly string[], file: string): Promise<void> {
  const handle = await fs.promises.open(file, "w");
  try {
    let text = "step,wall_time,tag,value\n";
    for (const tag of tags) {
      const series = store.series.get(tag);
      const name = /[",\n]/.test(tag) ? `"${tag.replaceAll('"', '""')}"` : tag;
      for (let i = 0; i < (series?.length ?? 0); i++) {
        const { step, time, value } = series!.point(i)!;
        text += `${step},${time},${name},${value}\n`;
        if (text.length < blockLength) continue;
        await handle.write(text);
        text = "";
      }
    }
    await handle.write(text);
  } finally {
    await handle.close();
  }
}
