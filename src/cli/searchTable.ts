import type { SearchManifest } from "../protocol/search.js";
import type { SearchLog, TrialRecord } from "../trials/search/searchLog.js";
import { duration, shortNumber } from "./progressLine.js";

/** Rows of the table at the end of a search. */
const mostRows = 10;

/** The best trials as a table, best first, a line each; empty where no trial has a figure. */
export function searchTable({ metric, dimensions }: SearchManifest, log: SearchLog): string[] {
  const ranked = log.ranked();
  if (ranked.length === 0) return [];
  const header = ["trial", metric, "epochs", "time", "state", ...dimensions.map(({ path }) => path)];
  const rows = ranked.slice(0, mostRows).map((record) => {
    const settings = dimensions.map(({ path }) => (record.settings[path] === undefined ? "" : settingText(record.settings[path])));
    return [String(record.trial), shortNumber(record.best!.value), shortNumber(record.epochs.at(-1) ?? 0), duration(record.seconds), stateText(record)].concat(settings);
  });
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string => cells.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd();
  const more = ranked.length > mostRows ? [`... and ${ranked.length - mostRows} more`] : [];
  return [line(header), ...rows.map(line), ...more];
}

/** A drawn value: numbers in few digits, options by their label. */
export function settingText(value: number | string): string {
  return typeof value === "number" ? shortNumber(value) : value;
}

/** A trial's state in a word, with why it was stopped. */
export function stateText({ state, stopReason, error }: Pick<TrialRecord, "state" | "stopReason" | "error">): string {
  if (state === "stopped" && stopReason !== null) return `stopped (${stopReason})`;
  return state === "failed" && error !== null ? `failed (${error.code})` : state;
}
