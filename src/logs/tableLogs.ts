/** Logs that are tables: Lightning's and Keras' CSV files, Hugging Face's trainer_state.json. */
import { parse } from "csv-parse/sync";
import { DescentError } from "../common/errors.js";

/** A value of a table: which quantity, at which step. */
export interface TablePoint {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
}

const stepColumns = ["step", "global_step", "iteration", "iter"];
/** Columns that say when, not what. */
const placeColumns = new Set([...stepColumns, "epoch", "time", "timestamp", "wall_time", "created_at"]);

/**
 * The points of a CSV log: a column a quantity, a row a step; empty cells are no points. Where there is no column of steps, epochs count, and where there is
 * none either, rows. A last line that is being written is left out. Throws `log-unreadable` where it is no table.
 */
export function readCsvLog(text: string, file: string): TablePoint[] {
  const whole = text.endsWith("\n") ? text : text.slice(0, text.lastIndexOf("\n") + 1);
  const first = whole.split("\n", 1)[0];
  const delimiter = [",", ";", "\t"].reduce((best, one) => (first.split(one).length > first.split(best).length ? one : best), ",");
  let rows: string[][];
  try {
    rows = parse(whole, { delimiter, bom: true, relax_column_count: true, skip_empty_lines: true, trim: true }) as string[][];
  } catch (thrown) {
    throw new DescentError("log-unreadable", `${file} is no table: ${(thrown as Error).message}`, { file }, { cause: thrown });
  }
  const [names = [], ...body] = rows;
  const column = (wanted: readonly string[]) => names.findIndex((name) => wanted.includes(name.toLowerCase()));
  const stepAt = column(stepColumns);
  const epochAt = column(["epoch"]);
  const points: TablePoint[] = [];
  for (const [index, row] of body.entries()) {
    if (row.every((cell, i) => cell === names[i])) continue; // a logger that was started again wrote its head anew
    const step = numberOf(row[stepAt]) ?? numberOf(row[epochAt]) ?? index;
    for (const [i, name] of names.entries()) {
      if (placeColumns.has(name.toLowerCase()) || name === "") continue;
      const value = numberOf(row[i]);
      if (value !== null) points.push({ tag: name, step, value });
    }
    const epoch = numberOf(row[epochAt]);
    if (stepAt >= 0 && epoch !== null) points.push({ tag: "epoch", step, value: epoch });
  }
  return points;
}

/** The points of Hugging Face's `trainer_state.json`: its `log_history`, by step. Throws `log-unreadable` where it is no such file, or is being written. */
export function readTrainerState(text: string, file: string): TablePoint[] {
  let history: unknown;
  try {
    // Python writes NaN and the infinities as bare words, which JSON does not have
    history = (JSON.parse(text.replaceAll(/([:[,]\s*)(NaN|-?Infinity)(?=\s*[,\]}])/g, '$1"$2"')) as { log_history?: unknown } | null)?.log_history;
  } catch (thrown) {
    throw new DescentError("log-unreadable", `${file} is no JSON: ${(thrown as Error).message}`, { file }, { cause: thrown });
  }
  if (!Array.isArray(history)) throw new DescentError("log-unreadable", `${file} has no log_history: it is no trainer_state.json of Hugging Face.`, { file });
  return (history as unknown[]).flatMap((entry, index) => {
    if (typeof entry !== "object" || entry === null) return [];
    const fields = entry as Readonly<Record<string, unknown>>;
    const step = typeof fields.step === "number" ? fields.step : index;
    return Object.entries(fields).flatMap(([name, value]) => {
      const number = numberOf(value);
      // train_loss of the last entry is the mean over the whole run, not the loss at its end
      return name === "step" || number === null || (name === "train_loss" && "train_runtime" in fields) ? [] : [{ tag: name, step, value: number }];
    });
  });
}

/** A cell as a number, with Python's words for what is none; null for what is empty or text. */
function numberOf(cell: unknown): number | null {
  if (typeof cell === "number") return cell;
  if (typeof cell === "string") {
    const word = /^([+-]?)(nan|inf|infinity)$/i.exec(cell.trim());
    if (word) return word[2].toLowerCase() === "nan" ? NaN : word[1] === "-" ? -Infinity : Infinity;
    const wrapped = /^tensor\((.*?)(,.*)?\)$/.exec(cell.trim());
    const number = cell.trim() === "" ? NaN : Number(wrapped ? wrapped[1] : cell);
    return Number.isNaN(number) ? null : number;
  }
  return null;
}
