/** A program as it stands in a question of a beginner, and as it was mended: its form, and what such programs are written from. */
import fs from "node:fs";
import path from "node:path";
import { RandomStream } from "../../src/engine/random/stream.js";
import type { Category } from "../../src/protocol/finding.js";
import type { Truth } from "./faults.js";
import { tablesFolder } from "./tables.js";

export interface Classic {
  readonly name: string;
  readonly truths: readonly Truth[];
  readonly faulty: string;
  readonly fixed: string;
}

/** A program: its parts, what was wrong in them, and what is right about naming what. */
export interface Question {
  readonly name: string;
  readonly data: string;
  readonly model: string;
  readonly loss: string;
  readonly optimizer?: string;
  readonly training: string;
  /** What the answer changed. */
  readonly fix: Partial<Pick<Question, "data" | "model" | "loss" | "optimizer" | "training">>;
  readonly right: readonly (readonly [category: Category, ...paths: string[]])[];
}

/** A table of made-up rows, written once. */
export function tableFile(name: string, columns: readonly string[], count: number, row: (random: RandomStream, index: number) => readonly (number | string)[]): string {
  const file = path.join(tablesFolder, `${name}.csv`);
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8").startsWith(`${columns.join(",")}\n`)) return file;
  const random = new RandomStream(3, `classics/${name}`);
  fs.mkdirSync(tablesFolder, { recursive: true });
  fs.writeFileSync(file, [columns.join(","), ...Array.from({ length: count }, (_, index) => row(random, index).join(","))].join("\n") + "\n");
  return file;
}

/** Five digits are enough for a table. */
export const digits = (value: number): number => Number(value.toPrecision(5));

/** Losses as Keras' users write them. */
export const bce = "{ binary_cross_entropy: { from: probabilities } }";
export const cce = "{ cross_entropy: { from: probabilities } }";

/** A dense layer; without an activation where that is "". */
export const d = (units: number, activation = "relu"): string => (activation === "" ? `{ dense: ${units} }` : `{ dense: { units: ${units}, activation: ${activation} } }`);
export const conv = (filters: number, kernel = 3): string => `{ conv2d: { filters: ${filters}, kernel: ${kernel}, activation: relu } }`;

/** Both forms of a program, and what is right to name. */
export function classicOf(question: Question): Classic {
  return {
    name: question.name,
    truths: question.right.map(([category, ...paths]) => ({ fault: question.name, category, paths })),
    faulty: fileOf(question),
    fixed: fileOf({ ...question, ...question.fix }),
  };
}

function fileOf({ data, model, loss, optimizer, training }: Question): string {
  return `data: ${data}\nmodel: ${model}\nloss: ${loss}\n${optimizer === undefined ? "" : `optimizer: ${optimizer}\n`}training: ${training}\nseed: 0\n`;
}
