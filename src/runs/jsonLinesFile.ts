import fs from "node:fs";
import type { z } from "zod";

/** Appends values in one write, each a line. A line torn by a crash before is closed first. Throws what the file system throws. */
export function appendLines(file: string, values: readonly unknown[]): void {
  if (values.length === 0) return;
  const lines = values.map((value) => JSON.stringify(value) + "\n").join("");
  fs.appendFileSync(file, endsTorn(file) ? `\n${lines}` : lines);
}

/** The values of a file in order; lines that are torn or do not fit the schema are skipped, a missing file has none. */
export async function readLines<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  let text: string;
  try {
    text = await fs.promises.readFile(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => parseLine(line, schema));
}

function parseLine<T>(line: string, schema: z.ZodType<T>): T[] {
  if (line.trim() === "") return [];
  try {
    const checked = schema.safeParse(JSON.parse(line));
    return checked.success ? [checked.data] : [];
  } catch {
    return [];
  }
}

function endsTorn(file: string): boolean {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, "r");
  } catch {
    return false;
  }
  try {
    const { size } = fs.fstatSync(descriptor);
    if (size === 0) return false;
    const last = Buffer.alloc(1);
    fs.readSync(descriptor, last, 0, 1, size - 1);
    return last[0] !== 0x0a;
  } finally {
    fs.closeSync(descriptor);
  }
}
