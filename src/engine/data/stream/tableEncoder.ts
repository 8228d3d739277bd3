/** Encodes a table that comes in blocks as rows of fixed size, and learns about its columns on the way. */
import { DescentError } from "../../../common/errors.js";
import type { DataConfig, ScalingKind } from "../../training/config.js";
import { compareText } from "../classes.js";
import { pickColumns, textInNumbers, type Categories, type ColumnChoice } from "../columns.js";
import { missingValue } from "../missing.js";
import { largestRaw, valueTooLarge } from "../scaling.js";
import { isMissing, type RawColumn, type Table } from "../table.js";
import type { StoredColumn } from "./decodeRows.js";

/** A column of inputs while it is read. A text is stored as its code; a number of a column of categories too. */
interface EncodedColumn {
  readonly name: string;
  /** How far from 0 its numbers may lie. */
  readonly largest: number;
  /** What the training file says about it. */
  readonly told: "one_hot" | "index" | null;
  readonly codes: Map<string, number>;
  /** Whether each code stands for a number. */
  readonly isNumber: boolean[];
  numbers: boolean;
  /** The first text, for the error that names it. */
  firstText: DescentError | null;
  /** Categories met in the training source, the only ones that count. */
  known: number;
}

/** Encodes blocks of tables. Rows of the training source come first. */
export class TableEncoder {
  private readonly columns: readonly EncodedColumn[];
  /** Whether what comes now belongs to the training source. */
  private training = true;

  constructor(
    private readonly choice: ColumnChoice,
    private readonly data: Pick<DataConfig, "categorical" | "missing" | "scaling">,
  ) {
    const { scaling } = data;
    const scalingOf = (name: string): ScalingKind => (typeof scaling === "string" ? scaling : Object.hasOwn(scaling, name) ? scaling[name] : "none");
    const told = data.categorical === "auto" ? {} : data.categorical;
    const unknown = Object.keys(told).find((name) => !choice.inputs.includes(name));
    if (unknown !== undefined) throw new DescentError("column-unknown", `data.categorical names the column "${unknown}", which is no input.`, { path: `data.categorical.${unknown}` });
    this.columns = choice.inputs.map((name) => ({ name, largest: largestRaw(scalingOf(name)), told: Object.hasOwn(told, name) ? told[name] : null, codes: new Map(), isNumber: [], numbers: false, firstText: null, known: 0 }));
  }

  /**
   * The rows of a block that are kept, row-major, a float64 a column of inputs, and their positions in the block.
   * @throws DescentError `value-missing`, `value-too-large`, `text-in-numbers`, `category-unknown`, `column-unknown`
   */
  encode(block: Table, labels: readonly RawColumn[] = []): { readonly values: Float64Array<ArrayBuffer>; readonly kept: Int32Array } {
    const inputs = pickColumns(block, this.choice.inputs);
    const targets = [...pickColumns(block, this.choice.targets), ...labels];
    const all = Int32Array.from({ length: block.rows }, (_, row) => row);
    const kept = this.data.missing === "drop" ? all.filter((row) => [...inputs, ...targets].every((column) => !isMissing(column, row))) : all;
    const values = new Float64Array(kept.length * inputs.length);
    inputs.forEach((column, at) => this.encodeColumn(block, column, this.columns[at], kept, values, at));
    return { values, kept };
  }

  private encodeColumn(block: Table, column: RawColumn, state: EncodedColumn, kept: Int32Array, values: Float64Array, at: number): void {
    const width = this.columns.length;
    const coded = state.told !== null || (!this.training && state.known > 0);
    for (let i = 0; i < kept.length; i++) {
      const row = kept[i];
      const text = column.texts?.[row];
      const number = column.numbers[row];
      if (text === undefined && Number.isNaN(number)) {
        if (this.data.missing === "error") throw missingValue(block, row, column.name);
        values[i * width + at] = Number.NaN;
      } else if (text === undefined && !coded) {
        if (Math.abs(number) > state.largest) {
          const { text: place, location } = block.origin.describe(row);
          throw valueTooLarge(number, `${place}, column "${column.name}"`, location, "scaling");
        }
        state.numbers = true;
        values[i * width + at] = number;
      } else {
        if (text !== undefined) state.firstText ??= textInNumbers(block, column, row);
        values[i * width + at] = this.codeOf(state, text ?? String(number), text === undefined, block, row);
      }
    }
    if (state.told === null && state.numbers && state.firstText !== null) throw state.firstText;
  }

  private codeOf(state: EncodedColumn, key: string, isNumber: boolean, block: Table, row: number): number {
    const known = state.codes.get(key);
    if (known !== undefined && (this.training || known < state.known || state.told !== "index")) return known;
    if (!this.training && state.told === "index") {
      const { text, location } = block.origin.describe(row);
      throw new DescentError("category-unknown", `${text}, column "${state.name}": "${key}" is none of the training data's categories (${[...state.codes.keys()].slice(0, 10).join(", ")}).`, location);
    }
    const code = state.codes.size;
    state.codes.set(key, code);
    state.isNumber.push(isNumber);
    return code;
  }

  /** The training source is at its end: what its columns hold is settled. */
  endTraining(): void {
    this.training = false;
    for (const column of this.columns) column.known = column.codes.size;
  }

  /** What the stored columns are, and their categories in sorted order, numbers by size before texts. */
  finish(): { readonly columns: readonly StoredColumn[]; readonly categories: Categories } {
    if (this.training) this.endTraining();
    const categories: Record<string, Categories[string]> = {};
    const columns = this.columns.map(({ name, told, codes, isNumber, known, numbers }): StoredColumn => {
      if (told === null && (numbers || known === 0)) return { kind: "number", name };
      const keys = [...codes.keys()].slice(0, known).map((key, code) => ({ key, code }));
      const sorted = [
        ...keys.filter(({ code }) => isNumber[code]).sort((a, b) => Number(a.key) - Number(b.key)),
        ...keys.filter(({ code }) => !isNumber[code]).sort((a, b) => compareText(a.key, b.key)),
      ];
      const positions = new Array<number>(codes.size).fill(-1);
      sorted.forEach(({ code }, place) => (positions[code] = place));
      const values = sorted.map(({ key }) => key);
      const kind = told ?? "one_hot";
      categories[name] = { kind, values };
      return kind === "index" ? { kind, name, positions } : { kind, name, positions, values };
    });
    return { columns, categories };
  }
}
