/**
 * What is to be learned: data sets that models of seconds learn well, each on one side of the split. Tuning never sees what is learned on
 * the other side: neither these data nor models of their shapes, nor the same values of faults (`faults.ts` draws by another seed).
 */
import fs from "node:fs";
import path from "node:path";
import { RandomStream } from "../../src/engine/random/stream.js";

export type Side = "tuning" | "unseen";
export type Task = "classes" | "binary" | "regression" | "multi_label" | "text";
/** What kinds of models suit it. */
export type Shape = "table" | "image" | "sequence" | "text";

export interface Problem {
  readonly name: string;
  readonly side: Side;
  readonly task: Task;
  readonly shape: Shape;
  /** The `data` section of a healthy file, without scaling. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Scalings with which it is learned well; the first is the usual one. */
  readonly scalings: readonly string[];
  readonly targetScaling?: string;
  /** Outputs that the targets need. */
  readonly outputs: number;
  /** Layers that give an example its shape: `[channels, rows, columns]`, `[steps, features]`. */
  readonly reshape?: readonly number[];
  /** Whether straight borders or straight lines are not enough. */
  readonly bent: boolean;
  /** Epochs of batches of 32 at Adam's default rate, and its usual multiple here. */
  readonly epochs: number;
  readonly lr: number;
  readonly width: readonly number[];
  /** Quality (`quality.ts`) that a healthy run reaches. */
  readonly good: number;
  /** Writes its table, where it comes from no file of the product: a header, then rows. */
  readonly rows?: (random: RandomStream) => { readonly columns: readonly string[]; readonly rows: readonly (readonly (number | string)[])[] };
}

/** Rows of `count` examples: inputs and targets by name. */
function table(count: number, columns: readonly string[], row: (random: RandomStream, index: number) => readonly (number | string)[]) {
  return (random: RandomStream) => ({ columns, rows: Array.from({ length: count }, (_, index) => row(random, index)) });
}

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);
const short = (value: number): number => Number(value.toPrecision(5));

/** Three shapes of waves at any phase, with noise: a class each. */
function wave(random: RandomStream, kind: number, steps: number, noise: number): number[] {
  const phase = random.uniform();
  const period = 8 + 8 * random.uniform();
  return Array.from({ length: steps }, (_, step) => {
    const at = (step / period + phase) % 1;
    const value = kind === 0 ? Math.sin(2 * Math.PI * at) : kind === 1 ? (at < 0.5 ? 1 : -1) : 2 * at - 1;
    return short(value + noise * random.normal());
  });
}

/** Pictures of 10 x 10 with a bar across, along or aslant. */
function bars(random: RandomStream, kind: number): number[] {
  const offset = 1 + random.below(8);
  return Array.from({ length: 100 }, (_, index) => {
    const [row, column] = [Math.floor(index / 10), index % 10];
    const on = kind === 0 ? row === offset : kind === 1 ? column === offset : kind === 2 ? (row + column) % 10 === offset : (row - column + 10) % 10 === offset;
    return Math.max(0, Math.min(255, Math.round((on ? 190 : 40) + 35 * random.normal())));
  });
}

const house = (random: RandomStream): number[] => {
  const [area, rooms, age, distance, income] = [40 + 160 * random.uniform(), 1 + random.below(6), 80 * random.uniform(), 20 * random.uniform() ** 2, 20000 + 60000 * random.uniform()];
  return [area, rooms, age, distance, income, 1500 * area + 9000 * rooms - 700 * age + 60 * (age - 40) ** 2 - 4000 * distance + 0.9 * income + 12000 * random.normal()].map(short);
};
/** Friedman's first problem: 10 sin(pi x0 x1) + 20 (x2 - 0.5)^2 + 10 x3 + 5 x4 + noise; the rest says nothing. */
const friedman = (random: RandomStream): number[] => {
  const x = Array.from({ length: 8 }, () => random.uniform());
  return [...x, 10 * Math.sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4] + random.normal()].map(short);
};
const tags = (count: number, labels: number) => (random: RandomStream): number[] => {
  const x = Array.from({ length: count }, () => random.normal());
  const on = (label: number): boolean => x[label % count] + 0.8 * x[(label + 3) % count] * x[(label + 1) % count] + 0.2 * random.normal() > 0;
  return [...x.map(short), ...Array.from({ length: labels }, (_, label) => (on(label) ? 1 : 0))];
};
const swing = (random: RandomStream): number[] => {
  const [a, b, period] = [random.uniform() * 6.28, random.uniform() * 6.28, 9 + 3 * random.uniform()];
  return Array.from({ length: 21 }, (_, step) => short(Math.sin((6.28 * step) / period + a) + 0.5 * Math.sin((6.28 * step) / 5 + b) + 0.05 * random.normal()));
};
const demand = (random: RandomStream): number[] => {
  const [level, slope, start] = [20 + 60 * random.uniform(), 2 * random.uniform() - 1, random.below(7)];
  return Array.from({ length: 25 }, (_, step) => short(level + slope * step + 8 * ((step + start) % 7 < 5 ? 1 : -1) + 1.5 * random.normal()));
};
const trend = (random: RandomStream, kind: number): number[] => {
  const [start, slope] = [random.normal(), (0.05 + 0.1 * random.uniform()) * (kind === 0 ? 1 : kind === 1 ? -1 : 0)];
  const period = 5 + 4 * random.uniform();
  return Array.from({ length: 30 }, (_, step) => short(start + slope * step + (kind === 3 ? Math.sin((6.28 * step) / period) : 0) + 0.25 * random.normal()));
};

const examples = (...name: string[]): string => path.join("examples", "data", ...name);
const stored = (name: string): string => path.join("bench", "diagnosis", "data", `${name}.csv`);

/** Every problem. `data` with a path is relative to the product's root; without one it is that of its own table. */
export const problems: readonly Problem[] = [
  { name: "digits", side: "tuning", task: "classes", shape: "table", data: { train: examples("digits.csv") }, scalings: ["standardize", "minmax", "none"], outputs: 10, bent: false, epochs: 12, lr: 3, width: [32, 64, 128], good: 0.85 },
  { name: "digit-images", side: "tuning", task: "classes", shape: "image", data: { train: examples("digits.csv") }, scalings: ["minmax", "none"], outputs: 10, reshape: [1, 8, 8], bent: false, epochs: 8, lr: 3, width: [32, 64], good: 0.85 },
  { name: "diabetes", side: "tuning", task: "regression", shape: "table", data: { train: examples("diabetes.csv") }, scalings: ["standardize"], targetScaling: "standardize", outputs: 1, bent: false, epochs: 30, lr: 3, width: [8, 16], good: 0.25 },
  { name: "iris", side: "tuning", task: "classes", shape: "table", data: { train: stored("iris"), split: { validation: 0.2, test: 0 } }, scalings: ["standardize", "none"], outputs: 3, bent: false, epochs: 60, lr: 3, width: [8, 16, 32], good: 0.75 },
  { name: "moons", side: "tuning", task: "binary", shape: "table", data: { train: { generate: "two_moons", examples: 800, noise: 0.15 } }, scalings: ["none", "standardize"], outputs: 2, bent: true, epochs: 40, lr: 5, width: [16, 32], good: 0.9 },
  { name: "houses", side: "tuning", task: "regression", shape: "table", data: { target: "price" }, scalings: ["standardize", "minmax"], targetScaling: "standardize", outputs: 1, bent: false, epochs: 30, lr: 3, width: [16, 32, 64], good: 0.75, rows: table(600, ["area", "rooms", "age", "distance", "income", "price"], house) },
  { name: "waves", side: "tuning", task: "classes", shape: "sequence", data: {}, scalings: ["none", "standardize"], outputs: 3, reshape: [32, 1], bent: true, epochs: 12, lr: 5, width: [16, 32], good: 0.7, rows: table(900, [...numbered("t", 32), "label"], (random, i) => [...wave(random, i % 3, 32, 0.15), ["sine", "square", "saw"][i % 3]]) },
  { name: "tags", side: "tuning", task: "multi_label", shape: "table", data: { target: numbered("tag", 4), task: "multi_label" }, scalings: ["none", "standardize"], outputs: 4, bent: false, epochs: 30, lr: 3, width: [32, 64], good: 0.5, rows: table(800, [...numbered("x", 10), ...numbered("tag", 4)], tags(10, 4)) },
  { name: "swings", side: "tuning", task: "regression", shape: "sequence", data: { target: "next" }, scalings: ["none"], outputs: 1, reshape: [20, 1], bent: false, epochs: 15, lr: 5, width: [16, 24], good: 0.7, rows: table(700, [...numbered("t", 20), "next"], swing) },
  { name: "alice", side: "tuning", task: "text", shape: "text", data: { train: examples("alice.txt"), task: "language_model", tokens: "characters", context: 16, limit: 2000 }, scalings: ["none"], outputs: 72, bent: false, epochs: 4, lr: 5, width: [32], good: 0.25 },

  { name: "mnist", side: "unseen", task: "classes", shape: "image", data: { train: examples("t10k-images-idx3-ubyte.gz"), labels: examples("t10k-labels-idx1-ubyte.gz"), limit: 1500 }, scalings: ["unit", "standardize"], outputs: 10, bent: false, epochs: 5, lr: 2, width: [48, 96], good: 0.8 },
  { name: "mnist-rows", side: "unseen", task: "classes", shape: "table", data: { train: examples("t10k-images-idx3-ubyte.gz"), labels: examples("t10k-labels-idx1-ubyte.gz"), limit: 2000 }, scalings: ["unit"], outputs: 10, bent: false, epochs: 8, lr: 1, width: [48, 96], good: 0.8 },
  { name: "cancer", side: "unseen", task: "binary", shape: "table", data: { train: stored("cancer") }, scalings: ["standardize", "minmax"], outputs: 2, bent: false, epochs: 25, lr: 5, width: [12, 24], good: 0.75 },
  { name: "wine", side: "unseen", task: "classes", shape: "table", data: { train: stored("wine"), split: { validation: 0.2, test: 0 } }, scalings: ["standardize"], outputs: 3, bent: false, epochs: 40, lr: 3, width: [10, 20], good: 0.85 },
  { name: "friedman", side: "unseen", task: "regression", shape: "table", data: { target: "y" }, scalings: ["standardize"], targetScaling: "standardize", outputs: 1, bent: false, epochs: 30, lr: 3, width: [20, 40], good: 0.75, rows: table(700, [...numbered("x", 8), "y"], friedman) },
  { name: "spirals", side: "unseen", task: "binary", shape: "table", data: { train: { generate: "spirals", examples: 1200, noise: 0.05 } }, scalings: ["none", "standardize"], outputs: 2, bent: true, epochs: 90, lr: 8, width: [24, 48], good: 0.85 },
  { name: "bars", side: "unseen", task: "classes", shape: "image", data: {}, scalings: ["minmax"], outputs: 4, reshape: [1, 10, 10], bent: true, epochs: 12, lr: 3, width: [12, 24], good: 0.85, rows: table(800, [...numbered("p", 100), "label"], (random, i) => [...bars(random, i % 4), `bar ${i % 4}`]) },
  { name: "trends", side: "unseen", task: "classes", shape: "sequence", data: {}, scalings: ["none", "standardize"], outputs: 4, reshape: [30, 1], bent: true, epochs: 14, lr: 5, width: [12, 20], good: 0.7, rows: table(900, [...numbered("t", 30), "label"], (random, i) => [...trend(random, i % 4), `kind ${i % 4}`]) },
  { name: "genres", side: "unseen", task: "multi_label", shape: "table", data: { target: numbered("genre", 6), task: "multi_label" }, scalings: ["none", "standardize"], outputs: 6, bent: false, epochs: 30, lr: 3, width: [24, 48], good: 0.5, rows: table(900, [...numbered("x", 14), ...numbered("genre", 6)], tags(14, 6)) },
  { name: "demand", side: "unseen", task: "regression", shape: "sequence", data: { target: "next" }, scalings: ["standardize"], targetScaling: "standardize", outputs: 1, reshape: [24, 1], bent: false, epochs: 15, lr: 5, width: [12, 20], good: 0.7, rows: table(700, [...numbered("t", 24), "next"], demand) },
];

/** Writes the tables of problems that are made up, and gives each its whole `data` section with absolute paths. */
export function dataOf(problem: Problem, root: string, folder: string): Record<string, unknown> {
  const absolute = (value: unknown): unknown => (typeof value === "string" ? path.join(root, value) : value);
  if (problem.rows === undefined) return { ...problem.data, train: absolute(problem.data.train), ...(problem.data.labels === undefined ? {} : { labels: absolute(problem.data.labels) }) };
  const file = path.join(folder, `${problem.name}.csv`);
  if (!fs.existsSync(file)) {
    const { columns, rows } = problem.rows(new RandomStream(1, `benchmark/${problem.name}`));
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(file, [columns.join(","), ...rows.map((row) => row.join(","))].join("\n") + "\n");
  }
  return { train: file, ...problem.data };
}
