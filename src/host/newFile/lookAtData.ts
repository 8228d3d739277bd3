/** What a data file seems to hold, from its first part: enough to write a training file for it. Decides nothing about training itself. */
import { targetNames } from "../../engine/data/readCsv.js";
import type { RawColumn, Table } from "../../engine/data/table.js";

export type NewTask = "classification" | "regression";

export interface ColumnLook {
  readonly name: string;
  /** What it is taken for as a target. */
  readonly task: NewTask;
  /** Different values among the rows that were looked at. */
  readonly values: number;
  readonly isText: boolean;
}

export interface TableLook {
  readonly columns: readonly ColumnLook[];
  readonly rows: number;
  /** The column that a training file takes for its target when it names none. */
  readonly target: string;
}

/** Whole numbers with so few values are taken for classes; more are taken for quantities. */
const mostClasses = 30;

/** Looks at the first rows of a table. */
export function lookAtTable(table: Table): TableLook {
  const columns = table.columns.map((column) => lookAtColumn(column, table.rows));
  const named = columns.find(({ name }) => targetNames.includes(name.toLowerCase()));
  return { columns, rows: table.rows, target: (named ?? columns[columns.length - 1]).name };
}

function lookAtColumn({ name, numbers, texts }: RawColumn, rows: number): ColumnLook {
  const values = new Set<number | string>();
  let whole = true;
  for (let row = 0; row < rows; row++) {
    const text = texts?.[row];
    if (text !== undefined) values.add(text);
    else if (!Number.isNaN(numbers[row])) {
      values.add(numbers[row]);
      whole &&= Number.isInteger(numbers[row]);
    }
  }
  const isText = texts !== null;
  return { name, values: values.size, isText, task: isText || (whole && values.size <= mostClasses) ? "classification" : "regression" };
}

/** Size of an example and number of classes of an IDX pair. `labels`: the whole file, or its first part. */
export function lookAtImages(images: Uint8Array, labels: Uint8Array): { readonly shape: readonly number[]; readonly classes: number } {
  const view = new DataView(images.buffer, images.byteOffset, images.byteLength);
  const shape = Array.from({ length: images[3] - 1 }, (_, axis) => view.getUint32(8 + 4 * axis));
  let last = 0;
  for (const label of labels.subarray(8)) last = Math.max(last, label);
  return { shape, classes: last + 1 };
}
