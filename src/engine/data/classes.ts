/** From labels as written (numbers or text) to class indices. */
import { DescentError } from "../../common/errors.js";
import type { DataConfig } from "../training/config.js";
import { isMissing, type Origin, type RawColumn } from "./table.js";

/** A column of labels, with its rows' places. */
export interface Labels {
  readonly column: RawColumn;
  readonly rows: number;
  readonly origin: Origin;
  /** Whether a row's label counts for nothing; such rows have no class. */
  readonly isIgnored?: (row: number) => boolean;
}

/** The classes of a data set: their names by index, and how a label becomes an index. */
export interface ClassNumbering {
  readonly names: readonly string[];
  /** Class index of a row. @throws DescentError `value-missing`, `label-unknown`, `label-out-of-range`, `label-not-integer` */
  indexOf(labels: Labels, row: number): number;
}

/** Own index for integers is meant for labels, not for identifiers: more classes than this is a mistake. */
const mostClasses = 100_000;

/** Decides the classes from the training source's labels (all its rows, those of validation and test splits included). */
export function numberClasses(labels: Labels, classes: DataConfig["classes"]): ClassNumbering {
  if (classes !== "auto" && !Array.isArray(classes)) return foldClasses(classes as Readonly<Record<string, readonly number[] | "rest">>);
  const named = classes === "auto" ? null : (classes as readonly string[]);
  const values = distinctLabels(labels);
  if (named !== null && [...values].every((value) => named.includes(String(value)))) return byName(named.map((name) => [name, name]));
  if (named !== null && [...values].some((value) => typeof value === "string")) return byName(named.map((name) => [name, name])); // the first unknown label is named when it is met
  const sorted = sortLabels(values);
  const ownIndex = typeof sorted[0] === "number" && sorted[0] === 0;
  if (!ownIndex) return numbered(sorted.map(String), named);
  const count = (sorted.at(-1) as number) + 1;
  if (count > mostClasses) throw new DescentError("too-many-classes", `The largest label is ${count - 1}: that many classes cannot be meant. For a number to predict, say task: regression.`, { path: "data.target" });
  return numbered(Array.from({ length: count }, (_, index) => String(index)), named);
}

/** Labels that `values[i]` names get index i, called `named[i]` where names are given in order. */
function numbered(values: readonly string[], named: readonly string[] | null): ClassNumbering {
  if (named === null) return byName(values.map((value) => [value, value]));
  const known = new Map(values.map((value, index) => [value, index]));
  return {
    names: named,
    indexOf(labels, row) {
      const label = labelText(labels, row);
      const index = known.get(label);
      if (index === undefined) throw unknownLabel(labels, row, values);
      if (index >= named.length) {
        const { text, location } = labels.origin.describe(row);
        throw new DescentError("label-out-of-range", `${text}: label ${label} is class number ${index}, but data.classes names ${named.length} classes (0 to ${named.length - 1}).`, location);
      }
      return index;
    },
  };
}

/** Pairs of label and class name; labels are told apart by their text. */
function byName(pairs: readonly (readonly [string, string])[]): ClassNumbering {
  const index = new Map(pairs.map(([label], position) => [label, position]));
  return {
    names: pairs.map(([, name]) => name),
    indexOf(labels, row) {
      const found = index.get(labelText(labels, row));
      if (found === undefined) throw unknownLabel(labels, row, [...index.keys()]);
      return found;
    },
  };
}

function foldClasses(folds: Readonly<Record<string, readonly number[] | "rest">>): ClassNumbering {
  const names = Object.keys(folds);
  const index = new Map<string, number>();
  for (const [fold, members] of Object.entries(folds)) {
    if (members === "rest") continue;
    for (const member of members) index.set(String(member), names.indexOf(fold));
  }
  const rest = names.findIndex((name) => folds[name] === "rest");
  return {
    names,
    indexOf(labels, row) {
      const found = index.get(labelText(labels, row)) ?? rest;
      if (found === -1) throw unknownLabel(labels, row, [...index.keys()]);
      return found;
    },
  };
}

function distinctLabels(labels: Labels): Set<number | string> {
  const values = new Set<number | string>();
  for (let row = 0; row < labels.rows; row++) {
    if (labels.isIgnored?.(row) === true) continue;
    if (isMissing(labels.column, row)) throw missingLabel(labels, row);
    values.add(labels.column.texts?.[row] ?? integerLabel(labels, row));
  }
  return values;
}

/** Numbers by size, texts by code point; numbers among texts count as texts. */
function sortLabels(values: ReadonlySet<number | string>): (number | string)[] {
  const all = [...values];
  if (all.every((value) => typeof value === "number")) return all.sort((a, b) => a - b);
  return all.map(String).sort(compareText);
}

/** Code-point order: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function integerLabel(labels: Labels, row: number): number {
  const value = labels.column.numbers[row];
  if (Number.isInteger(value)) return value;
  const { text, location } = labels.origin.describe(row);
  throw new DescentError("label-not-integer", `${text}, column "${labels.column.name}": ${value} is no class label; labels are integers or text. For a number to predict, say task: regression.`, location);
}

function labelText(labels: Labels, row: number): string {
  if (isMissing(labels.column, row)) throw missingLabel(labels, row);
  return labels.column.texts?.[row] ?? String(integerLabel(labels, row));
}

function missingLabel(labels: Labels, row: number): DescentError {
  const { text, location } = labels.origin.describe(row);
  return new DescentError("value-missing", `${text}, column "${labels.column.name}": the label is missing. Say missing: drop to leave such rows out.`, location);
}

function unknownLabel(labels: Labels, row: number, known: readonly string[]): DescentError {
  const { text, location } = labels.origin.describe(row);
  const some = known.slice(0, 10).join(", ") + (known.length > 10 ? ", ..." : "");
  return new DescentError("label-unknown", `${text}, column "${labels.column.name}": label ${labelText(labels, row)} is none of the classes (${some}).`, location);
}
