import type { TrialRow } from "../../../src/protocol/searchPanel.js";

/** The row that an arrow key, Home or End goes to from the chosen one; null for other keys. */
export function roveRows(event: KeyboardEvent, rows: readonly TrialRow[], chosen: number | null): TrialRow | null {
  const at = rows.findIndex(({ trial }) => trial === chosen);
  const next = { ArrowDown: Math.min(rows.length - 1, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined || rows.length === 0) return null;
  event.preventDefault();
  return rows[next];
}
