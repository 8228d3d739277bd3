/** What people write on the command line, as values. */
import fs from "node:fs";
import path from "node:path";
import { InvalidArgumentError } from "commander";
import { DescentError } from "../common/errors.js";
import { parseOverride, type Overrides } from "../config/edit/overrides.js";
import { fileError } from "../files/readFile.js";
import { originalOf, pathsFolderOf } from "../runs/storedCopy.js";
import { printNote, relative } from "./output.js";

/** `path=value`, gathered into a record in the order given. */
export function collectOverride(text: string, before: Overrides): Overrides {
  const { path: at, value } = parseOverride(text);
  return { ...before, [at]: value };
}

/** A whole number of at least `least`, as commander wants it. */
export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least) throw new InvalidArgumentError(`A whole number of at least ${least} is needed.`);
    return value;
  };
}

/** The text of a training file; of one that a run keeps, a line on standard error says where its paths start. Throws `file-missing` and its like. */
export async function readTrainingFile(name: string): Promise<{ readonly file: string; readonly text: string }> {
  const file = path.resolve(name);
  try {
    const bytes = await fs.promises.readFile(file);
    if (bytes.includes(0)) throw new DescentError("file-binary", `${name} is no text.`, { file });
    const original = originalOf(file);
    if (original !== null) printNote(`${name} is the copy of ${relative(original)} that ${path.basename(path.dirname(file))} keeps: its paths start at ${relative(pathsFolderOf(file))}`);
    return { file, text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
  } catch (thrown) {
    throw thrown instanceof DescentError ? thrown : fileError(thrown, file, name);
  }
}
