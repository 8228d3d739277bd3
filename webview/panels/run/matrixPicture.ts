/** A matrix as it is drawn: classes in the order shown, and for each cell its shade, its text and its words. */
import { formatCount, formatShare } from "../../../src/common/format.js";
import { shareColour, signedColour } from "../../charts/palette.js";
import { type Rgba, theme } from "../../charts/theme.js";
import { cellValues, difference, sumsOf, type CellValue, type Confusion } from "./confusion.js";

/** A cell by its classes' positions. */
export interface CellPlace {
  readonly actual: number;
  readonly predicted: number;
}

export interface MatrixPicture {
  readonly confusion: Confusion;
  /** Positions of classes in the order shown. */
  readonly order: readonly number[];
  /** -1 to 1, below 0 in differences alone; 0 is an empty cell. */
  shade(cell: CellPlace): number;
  text(cell: CellPlace): string;
  words(cell: CellPlace): string;
  /** Examples of a cell that are selected elsewhere. */
  readonly selected: ReadonlyMap<number, number>;
}

/** The picture of counts or shares. */
export function pictureOf(confusion: Confusion, value: CellValue, order: readonly number[], selected: ReadonlyMap<number, number>): MatrixPicture {
  const { classes, counts } = confusion;
  const n = classes.length;
  const values = cellValues(confusion, value);
  const { rows, columns } = sumsOf(confusion);
  const most = value === "counts" ? Math.max(1, counts.reduce((high, count) => Math.max(high, count), 0)) : 1;
  return {
    confusion, order, selected,
    shade: ({ actual, predicted }) => values[actual * n + predicted] / most,
    text: ({ actual, predicted }) => (value === "counts" || values[actual * n + predicted] === 0 ? formatCount(counts[actual * n + predicted]) : narrow(formatShare(values[actual * n + predicted]))),
    words: ({ actual, predicted }) => {
      const count = counts[actual * n + predicted];
      const [of, name] = value === "columns" ? [columns[predicted], `predicted ${classes[predicted]}`] : [rows[actual], "the class"];
      const share = of > 0 ? `, ${formatShare(count / of)} of ${value === "columns" ? name : "them"}` : "";
      const chosen = selected.get(actual * n + predicted);
      return `actual ${classes[actual]}, predicted ${classes[predicted]}: ${formatCount(count)} of ${formatCount(of)}${share}${chosen === undefined ? "" : `; ${formatCount(chosen)} selected`}`;
    },
  };
}

/** The picture of what one matrix has more, or less, than another. */
export function pictureOfDifference(one: Confusion, other: Confusion, value: CellValue, order: readonly number[], names: { readonly one: string; readonly other: string }): MatrixPicture {
  const n = one.classes.length;
  const values = difference(one, other, value);
  const [mine, theirs] = [cellValues(one, value), cellValues(other, value)];
  const most = values.reduce((high, x) => Math.max(high, Math.abs(x)), 0) || 1;
  const write = (x: number) => (value === "counts" ? formatCount(x) : narrow(formatShare(x)));
  const signed = (x: number) => (x === 0 ? "0" : `${x > 0 ? "+" : "−"}${write(Math.abs(x))}`);
  return {
    confusion: one, order, selected: new Map(),
    shade: ({ actual, predicted }) => values[actual * n + predicted] / most,
    text: ({ actual, predicted }) => signed(values[actual * n + predicted]),
    words: ({ actual, predicted }) => {
      const at = actual * n + predicted;
      return `actual ${one.classes[actual]}, predicted ${one.classes[predicted]}: ${signed(values[at])}; ${write(mine[at])} ${names.one}, ${write(theirs[at])} ${names.other}`;
    },
  };
}

/** The colour of a shade. The root spreads the few mistakes beside the many hits. */
export function shadeColour(shade: number): Rgba {
  const spread = Math.sqrt(Math.abs(shade));
  return shade < 0 ? signedColour(-spread, theme()) : shareColour(spread, theme());
}

function narrow(text: string): string {
  return text.replace(" ", "\u202f");
}
