import { predictsClasses } from "../../engine/data/task.js";
import type { Dataset } from "../../engine/data/types.js";
import { defineDataRule } from "./defineDataRule.js";
import { targetWidth } from "./figures.js";
import { inputColumns, type Rows, sample, withoutColumns } from "./rows.js";

const noise = (i: number): number => (((i * i * 7) + i * 13) % 101) / 101;
const file = (third: (label: number, i: number) => number, targets: (i: number) => number, output: string): string =>
  `data: { train: { inputs: [${Array.from({ length: 60 }, (_, i) => `[${noise(i)}, ${noise(i * i + 3)}, ${third(targets(i), i)}]`).join(", ")}], targets: [${Array.from({ length: 60 }, (_, i) => targets(i)).join(", ")}] } }\nmodel: [dense: { units: 8, activation: relu }, ${output}\n`;
const classes = "dense: 3]\nloss: cross_entropy";
const label = (i: number): number => (i * 7 + (i % 5)) % 3;
const number = (i: number): number => noise(i * 11 + 1) * 2 - 1;

export const columnIsTheLabel = defineDataRule({
  id: "column-is-the-label",
  severity: "warning",
  problem: "predictions",
  category: "data",
  title: "An input column that is the label",
  why: "A column from which the target follows exactly (the target itself, its code, something written down after the fact) makes every figure perfect, and is missing or empty where the model is to be used.",
  what: "Leave the column out (data.inputs), unless it really is known beforehand: then no network is needed.",
  sources: ["Kaufman, Rosset, Perlich, Leakage in Data Mining, 2012"],
  examples: {
    bad: [file((y) => 10 * (2 - y), label, classes), file((y) => 3 * y + 1, number, "dense: 1]\nloss: mse")],
    good: [file((y, i) => (i % 4 === 0 ? 1 : y), label, classes), file((y, i) => y + noise(i * 5), number, "dense: 1]\nloss: mse")],
  },
  check({ dataset }) {
    const columns = inputColumns(dataset);
    const examples = sample(dataset.splits.train, 5000);
    // of one or two columns the target may well be a plain function: that is what the toy is about
    if (columns === null || columns.width < 3 || examples.length < 30 || targetWidth(dataset) !== 1) return null;
    const follows = predictsClasses(dataset.task) ? tellsClass : dataset.task === "regression" ? tellsNumber : null;
    if (follows === null) return null;
    const told = Array.from({ length: columns.width }, (_, column) => column).filter((column) => follows(dataset, columns, column, examples));
    // where every column tells, the data are made so
    if (told.length === 0 || told.length > columns.width / 2) return null;
    const name = columns.names[told[0]];
    const edit = withoutColumns(dataset, [name]);
    return {
      at: "data.inputs",
      message: `The target follows from column ${name} alone, in every training example.`,
      evidence: { column: name, columns: told.length },
      confidence: 0.85,
      fixes: edit === null ? [] : [{ title: `Leave ${name} out`, safe: false, edits: [edit] }],
    };
  },
});

/** As many values as classes, each with one class. */
function tellsClass({ targets, classes: names }: Dataset, { value }: Rows, column: number, examples: Int32Array): boolean {
  const classOf = new Map<number, number>();
  for (const example of examples) {
    const [x, y] = [value(example, column), Number(targets.data[example])];
    if ((classOf.get(x) ?? y) !== y || classOf.size > (names?.length ?? 0)) return false;
    classOf.set(x, y);
  }
  return classOf.size >= 2 && new Set(classOf.values()).size === classOf.size;
}

/** Correlation with the target beyond what float32 leaves of a straight line. */
function tellsNumber({ targets }: Dataset, { value }: Rows, column: number, examples: Int32Array): boolean {
  const n = examples.length;
  let [meanX, meanY] = [0, 0];
  for (const example of examples) {
    meanX += value(example, column) / n;
    meanY += Number(targets.data[example]) / n;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (const example of examples) {
    const [x, y] = [value(example, column) - meanX, Number(targets.data[example]) - meanY];
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  return xx > 0 && yy > 0 && xy ** 2 > (1 - 1e-8) * xx * yy;
}
